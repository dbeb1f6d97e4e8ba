import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort, probePort } from './loopback-port.ts'

test('a free port can be listened on, and is no longer free then', async () => {
  const port = await freePort()
  await using server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  await expect(probePort(port)).rejects.toThrow(/EADDRINUSE/)
})
