import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { type MetricsServerOptions, openMetricsServer } from './metrics-server.ts'
import type { ReadinessCheck } from './readiness.ts'

const open = async (options: Partial<MetricsServerOptions> = {}) => {
  const faults: string[] = []
  const server = await openMetricsServer({
    host: '127.0.0.1',
    port: 0,
    metrics: { text: async () => 'up 1\n', contentType: 'text/plain; version=0.0.4; charset=utf-8' },
    ready: async () => 'ready' as const,
    onFault: (_, message) => faults.push(message),
    ...options,
  })
  const url = `http://127.0.0.1:${server.port}`
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(`${url}${path}`, { method })
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }
  return { ...server, url, ask, faults, [Symbol.asyncDispose]: server.close }
}

test('serves the metrics, whether the process lives, and whether it is ready', async () => {
  await using server = await open()
  const metrics = await server.ask('/metrics?collect[]=all')
  expect([metrics.status, metrics.body]).toEqual([200, 'up 1\n'])
  expect(Object.fromEntries(metrics.headers)).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  const head = await server.ask('/metrics', 'HEAD')
  expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, '', '5'])
  expect(await server.ask('/livez')).toMatchObject({ status: 200, body: '{"status":"ok"}' })
  expect(await server.ask('/readyz')).toMatchObject({ status: 200, body: '{"status":"ready"}' })
})

test.each([
  '/',
  '/mcp',
  '/healthz',
  '/metrics/',
  '/METRICS',
  '/metrics/..%2f',
  '//metrics',
  '/__proto__',
  '/constructor',
])('%s is not there', async (path) => {
  await using server = await open()
  expect(await server.ask(path)).toMatchObject({ status: 404, body: '{"status":"not found"}' })
})

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is no method of it', async (method) => {
  await using server = await open()
  const { status, headers } = await server.ask('/metrics', method)
  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('a process that is not ready, cannot tell, or stops says so, and lives', async () => {
  let ready: ReadinessCheck = async () => 'unready'
  await using server = await open({ ready: () => ready() })
  expect(await server.ask('/readyz')).toMatchObject({ status: 503, body: '{"status":"unready"}' })
  ready = () => Promise.reject(new Error('away'))
  expect(await server.ask('/readyz')).toMatchObject({ status: 503, body: '{"status":"unready"}' })
  for (const state of ['degraded', 'ready'] as const) {
    ready = async () => state
    expect(await server.ask('/readyz')).toMatchObject({ status: 200, body: `{"status":"${state}"}` })
  }
  for (const state of ['overloaded', 'draining'] as const) {
    ready = async () => state
    expect(await server.ask('/readyz')).toMatchObject({ status: 503, body: `{"status":"${state}"}` })
  }
  expect(await server.ask('/livez')).toMatchObject({ status: 200 })
})

test('a fault is told to the log and not to who asks', async () => {
  const metrics = { text: () => Promise.reject(new Error('secret')), contentType: 'text/plain' }
  await using server = await open({ metrics })
  expect(await server.ask('/metrics')).toMatchObject({ status: 500, body: '{"status":"failed"}' })
  expect(server.faults).toEqual(['metrics could not be read'])
})

test('scrapes at the same time are one', async () => {
  let scrapes = 0
  const release = Promise.withResolvers<void>()
  const metrics = {
    async text() {
      scrapes++
      await release.promise
      return 'up 1\n'
    },
    contentType: 'text/plain',
  }
  await using server = await open({ metrics })
  const all = Promise.all(Array.from({ length: 20 }, () => server.ask('/metrics')))
  await expect.poll(() => scrapes).toBe(1)
  setTimeout(release.resolve, 100)
  expect((await all).map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(scrapes).toBe(1)
})

test('a body that nobody reads is no second request', async () => {
  await using server = await open()
  const socket = connect(server.port, '127.0.0.1')
  const hidden = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'
  socket.write(`GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length + 10}\r\n\r\n${hidden}`)
  const answer = await text(socket)
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
  expect(answer).toContain('connection: close')
})

test.each<[string, readonly string[], number]>([
  ['no Host', [], 400],
  ['two Host', ['Host: a', 'Host: b'], 400],
  ['101 headers', ['Host: a', ...Array(100).fill('X-A: b')], 431],
  ['100 headers', ['Host: a', ...Array(98).fill('X-A: b')], 200],
  ['a coding that is none', ['Host: a', 'Transfer-Encoding: gzip, chunked'], 400],
])('%s, as elsewhere', async (_, lines, status) => {
  await using server = await open()
  const socket = connect(server.port, '127.0.0.1')
  socket.write(`GET /livez HTTP/1.1\r\n${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  const answer = await text(socket)
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`])
})

test('connections that nobody uses do not keep others from a scrape for long', async () => {
  await using server = await open()
  const kept = Array.from({ length: 64 }, () => connect(server.port, '127.0.0.1'))
  for (const socket of kept) socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n')
  await Promise.all(kept.map((socket) => once(socket, 'data')))
  await expect(server.ask('/metrics')).rejects.toThrow()
  await expect
    .poll(() => server.ask('/metrics').catch(() => undefined), { timeout: 15_000 })
    .toMatchObject({ status: 200 })
}, 20_000)

test('closing ends connections that are kept', async () => {
  const server = await open()
  const socket = connect(server.port, '127.0.0.1')
  socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'data')
  await server.close()
  await once(socket, 'close')
  await expect(server.ask('/livez')).rejects.toThrow()
})

test('a port that is taken is a fault of the start', async () => {
  await using server = await open()
  await expect(open({ port: server.port })).rejects.toThrow('EADDRINUSE')
})

test('a host that this machine does not have is a fault of its setting', async () => {
  // Of TEST-NET-3 (RFC 5737), which no machine has.
  await expect(open({ host: '203.0.113.1' })).rejects.toThrow(
    'METRICS_HOST: must be an address of this machine, or a name of one (EADDRNOTAVAIL)',
  )
})
