import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Measure, Span, Tracer } from '@gateway/domain'
import Fastify from 'fastify'
import { expect, test, vi } from 'vitest'
import { httpSpan } from './http-span.ts'
import { measureRequests } from './measure-requests.ts'

const serve = async () => {
  const measures: Measure[] = []
  const spans: [name: string, status: unknown, error: unknown][] = []
  const tracer: Tracer = {
    start(name) {
      let status: unknown
      const span: Partial<Span> = {
        set: (attributes) => {
          status = attributes['http.response.status_code']
        },
        end: (how) => void spans.push([name, status, how?.error]),
      }
      return span as Span
    },
  }
  const app = Fastify({ forceCloseConnections: true })
  measureRequests(app, (measure) => measures.push(measure), 'address')
  await app.register(httpSpan, { tracer })
  const held = Promise.withResolvers<void>()
  app.get('/answer', async () => 'here')
  app.get('/fault', async (_, reply) => reply.code(503).send('no'))
  app.get('/limited', async (_, reply) => reply.code(429).send('no'))
  app.get('/slow', async () => await held.promise)
  app.get('/half', async (_, { raw }) => {
    raw.write('half')
    await held.promise
  })
  app.get('/stream', (_, reply) => {
    const headers = { 'content-type': 'text/event-stream' }
    reply.hijack()
    reply.headers(headers)
    reply.raw.writeHead(200, headers)
    reply.raw.flushHeaders()
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const leave = async (path: string, after?: 'response') => {
    const arrived = once(app.server, 'request')
    const asked = httpRequest({ host: '127.0.0.1', port, path }).on('error', () => undefined)
    asked.end()
    await (after ? once(asked, after) : arrived)
    asked.destroy()
  }
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  return { app, measures, spans, leave, get, held }
}

test('every request is told of once, however it ends', async () => {
  const { app, measures, spans, leave, get, held } = await serve()
  await using _ = app
  await get('/answer')
  await get('/fault')
  await get('/limited')
  await get('/nowhere')
  await leave('/slow')
  await leave('/half', 'response')
  await leave('/stream', 'response')
  await vi.waitFor(() => expect(measures).toHaveLength(8))
  held.resolve()
  await app.close()
  const http = { of: 'http', method: 'GET' }
  const ms = expect.any(Number)
  expect(measures).toEqual([
    { ...http, route: '/answer', status: 200, ms },
    { ...http, route: '/fault', status: 503, ms },
    { of: 'limited', limit: 'address' },
    { ...http, route: '/limited', status: 429, ms },
    { ...http, route: '(none)', status: 404, ms },
    { ...http, route: '/slow', status: 499 },
    { ...http, route: '/half', status: 499 },
    { ...http, route: '/stream', status: 200 },
  ])
  expect(spans).toEqual([
    ['GET /answer', 200, undefined],
    ['GET /fault', 503, '503'],
    ['GET /limited', 429, undefined],
    ['GET /slow', 499, undefined],
    ['GET /half', 499, undefined],
    ['GET /stream', 200, undefined],
  ])
})
