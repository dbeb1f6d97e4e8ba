import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { openEventStreams, type StreamRequest } from './event-streams.ts'

const asked = (method: 'GET' | 'POST', as: string): StreamRequest => ({
  method,
  token: 'some-token',
  shape: { headers: { as }, body: method === 'POST' ? '{}' : '' },
})

test('streams stay open until they are closed; a lost one is counted, a refused one fails', async () => {
  const server = createServer((request, response) => {
    if (request.headers.as === 'refused') {
      response.writeHead(429).end()
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n')
    if (request.headers.as === 'lost') setTimeout(() => response.end(), 20)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`

  const streams = await openEventStreams(url, [
    ...Array.from({ length: 150 }, () => asked('GET', 'kept')),
    ...Array.from({ length: 50 }, () => asked('POST', 'kept')),
    asked('GET', 'lost'),
  ])
  await expect.poll(() => streams.lost()).toBe(1)
  await expect(openEventStreams(url, [asked('GET', 'refused')])).rejects.toThrow('429')
  streams.close()
  await expect.poll(() => new Promise((resolve) => server.getConnections((_, n) => resolve(n)))).toBe(0)
  server.close()
})
