import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createWebSockets } from '../src/web-sockets.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { lostWhileWriting } from './support/lost-while-writing.ts'
import { expectRefused } from './support/post.ts'
import { serveProcess } from './support/serving-process.ts'
import { bearerWebSocket, initialize, openSocket, upgradeHeaders, upgradeText } from './support/web-socket.ts'

let gateway: TestGateway
let ann: string
let gus: string

beforeAll(async () => {
  gateway = await startGateway({
    env: { FIXTURE_TENANT: 'acme' },
    tenancy: ({ globex }) => {
      globex.limits = {
        tenant: { perMinute: 600, burst: 120 },
        user: { perMinute: 1, burst: 1 },
        streams: { tenant: 100, user: 2 },
      }
    },
  })
  ann = gateway.acme.token()
  gus = gateway.globex.token()
})
afterAll(() => gateway[Symbol.asyncDispose]())
afterEach(() => vi.unstubAllGlobals())

const rpc = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params })
const limits = { tenant: { perMinute: 60_000, burst: 1000 }, user: { perMinute: 60_000, burst: 1000 } }
const asksName = { name: 'test_elicitation', arguments: { message: 'Who are you?' } }
const accepted = { action: 'accept', content: { username: 'ann', email: 'ann@acme.example' } }

test('SDK v1: initialize, list, call, and a question in the middle of a call', async () => {
  vi.stubGlobal('WebSocket', bearerWebSocket(ann))
  const client = new Client({ name: 'test client', version: '1.0.0' }, { capabilities: { elicitation: {} } })
  client.setRequestHandler(ElicitRequestSchema, async () => accepted as never)
  await client.connect(new WebSocketClientTransport(new URL(`${gateway.url.replace('http', 'ws')}/ws`)))
  expect(client.getServerVersion()).toMatchObject({ name: 'aws-mcp-gateway' })
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toContain('aws_whoami')
  const whoami = await client.callTool({ name: 'aws_whoami', arguments: {} })
  expect(whoami.structuredContent).toMatchObject({ data: { tenant: { id: 'acme' } } })
  const answered = await client.callTool(asksName)
  expect(JSON.stringify(answered.content)).toContain('ann@acme.example')
  await client.close()
})

test('2026-07-28 over a WebSocket: an envelope of its own, no initialize', async () => {
  using socket = await openSocket(gateway.url, ann)
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test client', version: '1.0.0' },
  }
  const { result } = await socket.ask(1, 'tools/call', { name: 'aws_whoami', arguments: {}, _meta })
  expect(result).toMatchObject({ resultType: 'complete' })
})

test('a message that is not JSON, or not strictly, is answered, and the connection stays', async () => {
  using socket = await openSocket(gateway.url, ann)
  for (const text of ['', '{', '\u0000', '['.repeat(1000) + ']'.repeat(1000), '{"__proto__":{}}'])
    socket.send(text)
  expect((await socket.ask(7, 'ping')).result).toEqual({})
  const errors = socket.messages.filter(({ error }) => error)
  expect(errors.map(({ id, error }) => [id, error?.code])).toEqual(Array(5).fill([null, -32700]))
  const audited = async () =>
    (await gateway.audit()).filter(({ reason_code }) => reason_code === 'rpc:-32700')
  await expect.poll(async () => (await audited()).length).toBe(5)
})

test('binary closes with 1003, too much with 1009, each audited once', async () => {
  const before = (await gateway.audit()).length
  using binary = await openSocket(gateway.url, ann)
  binary.send(new Uint8Array([123, 125]))
  expect((await binary.closed).code).toBe(1003)
  using large = await openSocket(gateway.url, ann)
  large.send(`"${'x'.repeat(1024 * 1024 - 2)}"`)
  expect((await large.next(({ id }) => id === null)).error?.code).toBe(-32600)
  large.send(`"${'x'.repeat(1024 * 1024 - 1)}"`)
  expect((await large.closed).code).toBe(1009)
  await expect.poll(async () => (await gateway.audit()).length).toBe(before + 3)
})

test('a flood of messages closes with 1008, and only that of who floods', async () => {
  using other = await openSocket(gateway.url, ann)
  using socket = await openSocket(gateway.url, gateway.globex.token({ sub: 'flooder' }))
  // Ten times a burst of one, of which the upgrade took the first.
  for (let id = 0; id < 9; id++) expect((await socket.ask(id, 'ping')).result).toEqual({})
  for (let id = 10; id < 50; id++) socket.send(rpc(id, 'ping'))
  expect(await socket.closed).toEqual({ code: 1008, reason: 'Too many messages.' })
  expect(socket.messages.filter(({ result }) => result)).toHaveLength(9)
  expect((await other.ask(1, 'ping')).result).toEqual({})
  const flooded = (await gateway.audit()).filter(({ user }) => user?.subject === 'flooder')
  expect(flooded.map(({ reason_code }) => reason_code)).toEqual(['rpc:-32000'])
})

test('open connections count as streams of their user; a closed one makes room', async () => {
  using _first = await openSocket(gateway.url, gus)
  const second = await openSocket(gateway.url, gus)
  const refusal = await gateway.send({ path: '/ws', headers: upgradeHeaders(gus) })
  await expectRefused(gateway, refusal, 429, 'too_many_requests')
  expect(refusal.headers['retry-after']).toBe('10')
  second[Symbol.dispose]()
  await second.closed
  using third = await openSocket(gateway.url, gus)
  expect((await third.ask(1, 'ping')).result).toEqual({})
})

test('a client that leaves before the upgrade is decided keeps no place', async () => {
  let asked = 0
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await using slow = await startGateway({
    tenancy: ({ acme }) => {
      acme.limits = { ...limits, streams: { tenant: 100, user: 1 } }
    },
    dependencies: ({ flood }) => ({
      flood: {
        async take(given) {
          asked++
          if (asked === 1) await released
          return flood.take(given)
        },
      },
    }),
  })
  const { hostname, port } = new URL(slow.url)
  const leaving = connect(Number(port), hostname)
  leaving.write(upgradeText(slow.url, slow.acme.token()))
  await expect.poll(() => asked).toBe(1)
  leaving.resetAndDestroy()
  // Time for the reset to arrive.
  await sleep(100)
  release()
  using socket = await vi.waitFor(() => openSocket(slow.url, slow.acme.token()), 5_000)
  expect((await socket.ask(1, 'ping')).result).toEqual({})
})

test('a connection ends with its token, after the call that runs', async () => {
  const exp = Math.floor(Date.now() / 1000) + 2
  using socket = await openSocket(gateway.url, gateway.acme.token({ exp }))
  await socket.ask(1, 'initialize', initialize())
  const { code, reason } = await socket.closed
  expect([code, reason]).toEqual([1008, 'The access token has expired.'])
  const late = Date.now() - exp * 1000
  expect(late).toBeGreaterThan(-50)
  expect(late).toBeLessThan(5_000)
})

test('another tenant can neither answer a question nor cancel a call', async () => {
  using socket = await openSocket(gateway.url, ann)
  using foreign = await openSocket(gateway.url, gateway.globex.token({ sub: 'eve' }))
  using colleague = await openSocket(gateway.url, gateway.acme.token({ sub: 'acme-bob' }))
  for (const each of [socket, foreign, colleague])
    await each.ask(1, 'initialize', initialize({ elicitation: {} }))
  const called = socket.ask(5, 'tools/call', asksName)
  const question = await socket.next(({ method }) => method === 'elicitation/create')
  for (const each of [foreign, colleague]) {
    each.send({
      jsonrpc: '2.0',
      id: question.id,
      result: { action: 'accept', content: { username: 'eve', email: 'e' } },
    })
    each.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } })
    each.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: question.id } })
    // Answered behind them.
    expect((await each.ask(2, 'ping')).result).toEqual({})
  }
  expect(socket.messages.some(({ id }) => id === 5)).toBe(false)
  socket.send({ jsonrpc: '2.0', id: question.id, result: accepted })
  expect(JSON.stringify((await called).result)).toContain('ann@acme.example')
})

test('a client that closes in the middle of a call leaves nothing running', async () => {
  const socket = await openSocket(gateway.url, ann)
  await socket.ask(1, 'initialize', initialize({ elicitation: {} }))
  socket.send(rpc(2, 'tools/call', asksName))
  await socket.next(({ method }) => method === 'elicitation/create')
  socket.raw.close()
  await socket.closed
  expect(gateway.logs.filter((line) => JSON.parse(line).level === 'error')).toEqual([])
})

test('a client that answers no ping is cut off', async () => {
  await using strict = await startGateway({
    dependencies: (deps) => ({ webSockets: createWebSockets(deps, { pingMs: 300 }) }),
  })
  using lively = await openSocket(strict.url, strict.acme.token())
  const { hostname, port } = new URL(strict.url)
  const silent = connect(Number(port), hostname)
  const { promise: cut, resolve } = Promise.withResolvers<void>()
  silent.on('close', () => resolve()).on('error', () => undefined)
  silent.resume()
  silent.write(upgradeText(strict.url, strict.acme.token({ sub: 'silent' })))
  await cut
  // Some pings later.
  await sleep(1_000)
  expect((await lively.ask(1, 'ping')).result).toEqual({})
})

test('a client that goes on asking without reading is cut off', async () => {
  await using strict = await startGateway({
    env: { FIXTURE_TENANT: 'acme', FIXTURE_EXTRA_TOOLS: '400' },
    tenancy: ({ acme }) => {
      acme.limits = limits
    },
  })
  const { hostname, port } = new URL(strict.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(upgradeText(strict.url, strict.acme.token()))
  const frame = (message: object): Buffer => {
    const text = Buffer.from(JSON.stringify(message))
    return Buffer.concat([Buffer.from([0x81, 0xfe, text.length >> 8, text.length & 255, 0, 0, 0, 0]), text])
  }
  const pad = 'x'.repeat(200)
  await once(socket, 'data')
  socket.write(frame(rpc(0, 'initialize', initialize())))
  await once(socket, 'data')
  socket.pause()
  for (let id = 1; id < 400; id++) socket.write(frame({ ...rpc(id, 'tools/list'), pad }))
  expect(await lostWhileWriting(socket, frame(rpc(0, 'ping')))).toBe(true)
})

test('when the gateway stops, a running call is answered before 1001', async () => {
  const stopping = await startGateway({ env: { FIXTURE_TENANT: 'acme' } })
  const idle = await openSocket(stopping.url, stopping.acme.token())
  const busy = await openSocket(stopping.url, stopping.acme.token())
  await busy.ask(1, 'initialize', initialize({ elicitation: {} }))
  busy.send(rpc(2, 'tools/call', asksName))
  const question = await busy.next(({ method }) => method === 'elicitation/create')
  const stopped = stopping[Symbol.asyncDispose]()
  expect((await idle.closed).code).toBe(1001)
  expect((await busy.ask(3, 'ping')).error?.message).toBe('This connection is ending. Connect again.')
  busy.send({ jsonrpc: '2.0', id: question.id, result: accepted })
  const { result } = await busy.next(({ id }) => id === 2)
  expect(JSON.stringify(result)).toContain('ann@acme.example')
  expect((await busy.closed).code).toBe(1001)
  await stopped
})

test('SIGTERM ends an open connection with 1001, and the process with 0', async () => {
  await using process = await serveProcess({})
  using socket = await openSocket(process.url, process.acme.token())
  await socket.ask(1, 'initialize', initialize())
  const started = performance.now()
  process.child.kill('SIGTERM')
  expect(await socket.closed).toEqual({ code: 1001, reason: 'This replica is stopping. Connect again.' })
  expect(await process.ended).toBe(0)
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('when the gateway stops, a call that does not end is not waited for', async () => {
  const stopping = await startGateway({
    env: { FIXTURE_TENANT: 'acme' },
    dependencies: (deps) => ({ webSockets: createWebSockets(deps, { drainMs: 100 }) }),
  })
  const busy = await openSocket(stopping.url, stopping.acme.token())
  await busy.ask(1, 'initialize', initialize({ elicitation: {} }))
  busy.send(rpc(2, 'tools/call', asksName))
  await busy.next(({ method }) => method === 'elicitation/create')
  await stopping[Symbol.asyncDispose]()
  expect((await busy.closed).code).toBe(1001)
})
