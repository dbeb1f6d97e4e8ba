import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePortNear } from '../loopback-port.ts'
import { gatewayPort } from './gateway-port.ts'

test('a taken port is named, with a command that chooses another', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(gatewayPort(port)).rejects.toThrow(
    new RegExp(`^Port ${port} is taken by another program\\. Choose another one: PORT=\\d+ npm start$`),
  )
  expect(await freePortNear(port)).not.toBe(port)
  server.close()
  await once(server, 'close')
  expect(await gatewayPort(port)).toBe(port)
})
