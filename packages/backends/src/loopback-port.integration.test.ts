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

test('a free port is none that the system gives to whoever asks for any', async () => {
  await using server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const given = address !== null && typeof address === 'object' ? address.port : 0
  expect(given).toBeGreaterThanOrEqual(32_768)
  const ports = await Promise.all(Array.from({ length: 20 }, freePort))
  expect(Math.max(...ports)).toBeLessThan(32_768)
})
