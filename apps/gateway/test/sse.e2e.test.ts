import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { balancedFetch } from './support/balanced-fetch.ts'
import { jsonHeaders, startGateway } from './support/gateway.ts'
import { unchallenged } from './support/refusals.ts'
import { type Replicas, startReplicas } from './support/replicas.ts'
import { openStream, type TestStream } from './support/sse-stream.ts'
import { initialize } from './support/web-socket.ts'
import type { WireAnswer } from './support/wire.ts'

let replicas: Replicas
let ann: string

beforeAll(async () => {
  replicas = await startReplicas(
    inject('redisUrl'),
    ({ acme, globex }) => {
      const limits = { tenant: { perMinute: 60_000, burst: 1000 }, user: { perMinute: 60_000, burst: 1000 } }
      acme.limits = { ...limits, streams: { tenant: 100, user: 3 } }
      globex.limits = limits
    },
    (acmeId) => ({ SSE_TRANSPORT: '1', FIXTURE_TENANT: acmeId }),
  )
  ann = replicas.first.acme.token()
})
afterAll(() => replicas[Symbol.asyncDispose]())

const rpc = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params })
const asksName = { name: 'test_elicitation', arguments: { message: 'Who are you?' } }
const accepted = { action: 'accept', content: { username: 'ann', email: 'ann@acme.example' } }
const host = () => new URL(replicas.first.url).host

/** A stream of replica 0. */
const open = (token = ann): Promise<TestStream> => openStream(replicas.first.url, token, host())

const post = (replica: 0 | 1, path: string, body: object | string, token = ann): Promise<WireAnswer> =>
  replicas.send(replica, {
    method: 'POST',
    path,
    headers: [['authorization', `Bearer ${token}`], ...jsonHeaders],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('SDK v1 through a balancer that takes the replicas in turn: calls, a question, a change', async () => {
  for (const origins of [
    [replicas.first.url, replicas.second.url],
    // The other way round, so that each of both holds the stream.
    [replicas.first.url, replicas.second.url, replicas.second.url],
  ]) {
    const balanced = balancedFetch(origins)
    const requestInit = { headers: { authorization: `Bearer ${ann}` } }
    const client = new Client(
      { name: 'test client', version: '1.0.0' },
      { capabilities: { elicitation: {} } },
    )
    client.setRequestHandler(ElicitRequestSchema, async () => accepted as never)
    const changed = new Promise<void>((resolve) =>
      client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
    )
    const url = new URL(`${replicas.first.url}/sse`)
    await client.connect(new SSEClientTransport(url, { fetch: balanced, requestInit }) as never)
    expect(client.getServerVersion()).toMatchObject({ name: 'aws-mcp-gateway' })
    for (let i = 0; i < 4; i++) {
      const whoami = await client.callTool({ name: 'aws_whoami', arguments: {} })
      expect(whoami.structuredContent).toMatchObject({ data: { user: { subject: 'acme-ann' } } })
    }
    for (let i = 0; i < 2; i++) {
      expect(JSON.stringify((await client.callTool(asksName)).content)).toContain('ann@acme.example')
    }
    await client.callTool({ name: 'test_trigger_tool_change', arguments: {} })
    await changed
    await client.close()
  }
})

test('a call is made with the token of its own POST, not with that of the stream', async () => {
  using stream = await open()
  const endpoint = await stream.endpoint
  expect(endpoint).toMatch(/^\/messages\?sessionId=[\w-]{32}$/)
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
  })
  const narrow = replicas.first.acme.token({ scope: '', jti: 'narrow' })
  for (const id of [0, 1] as const) {
    const answer = await post(id, endpoint, rpc(id, 'initialize', initialize()))
    expect([answer.status, answer.body]).toEqual([202, ''])
    await stream.next((message) => message.id === id)
  }
  expect(stream.messages.map(({ error }) => error?.code)).toEqual([undefined, -32600])
  for (const [n, token] of [ann, narrow].entries()) {
    for (const replica of [0, 1] as const) {
      const id = 10 + n * 2 + replica
      const { headers } = await post(replica, endpoint, rpc(id, 'tools/call', { name: 'aws_whoami' }), token)
      await stream.next((message) => message.id === id)
      const gateway = replicas.first
      const [event] = await gateway.auditOf({ headers, status: 202, body: '' })
      expect(event).toMatchObject({
        event: 'tool.call',
        source: { ip: '127.0.0.1' },
        user: { subject: 'acme-ann' },
      })
      expect(event?.client?.scopes).toEqual(token === ann ? ['aws:read'] : [])
    }
  }
})

test('a session of somebody else is as unknown as any, on either replica', async () => {
  using stream = await open()
  const endpoint = await stream.endpoint
  await post(1, endpoint, rpc(1, 'initialize', initialize({ elicitation: {} })))
  await stream.next(({ id }) => id === 1)
  await post(1, endpoint, rpc(2, 'tools/call', asksName))
  const question = await stream.next(({ method }) => method === 'elicitation/create')
  const attempts = [
    {
      jsonrpc: '2.0',
      id: question.id,
      result: { action: 'accept', content: { username: 'eve', email: 'e' } },
    },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } },
    rpc(3, 'tools/call', { name: 'aws_whoami' }),
  ]
  const strangers = [replicas.first.globex.token(), replicas.first.acme.token({ sub: 'acme-bob' })]
  const {
    'x-request-id': _,
    date: __,
    ...headers
  } = (await post(0, '/messages?sessionId=nobody', rpc(1, 'ping'))).headers
  for (const token of strangers) {
    for (const message of attempts) {
      for (const replica of [0, 1] as const) {
        const answer = await post(replica, endpoint, message, token)
        unchallenged(answer, 404, 'not_found')
        expect(answer.headers).toMatchObject(headers)
        expect(JSON.parse(answer.body).error.message).toBe('Session not found. Open /sse again.')
      }
    }
  }
  // A session of their own lets them no further.
  using theirs = await open(strangers[1])
  const own = await theirs.endpoint
  await post(0, own, rpc(1, 'initialize', initialize()), strangers[1])
  for (const message of attempts.slice(0, 2))
    expect((await post(0, own, message, strangers[1])).status).toBe(202)
  expect(stream.messages.some(({ id }) => id === 2 || id === 3)).toBe(false)
  await post(0, endpoint, { jsonrpc: '2.0', id: question.id, result: accepted })
  const answered = await stream.next(({ id }) => id === 2)
  expect(JSON.stringify(answered.result)).toContain('ann@acme.example')
})

test('a cancelled call has no answer, whichever replica heard of it', async () => {
  using stream = await open()
  const endpoint = await stream.endpoint
  await post(0, endpoint, rpc(1, 'initialize', initialize({ elicitation: {} })))
  await stream.next(({ id }) => id === 1)
  for (const replica of [0, 1] as const) {
    const id = 20 + replica
    const asked = stream.messages.filter(({ method }) => method !== undefined).length
    await post(0, endpoint, rpc(id, 'tools/call', asksName))
    await expect
      .poll(() => stream.messages.filter(({ method }) => method !== undefined).length)
      .toBe(asked + 1)
    await post(replica, endpoint, {
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: id },
    })
    await post(replica, endpoint, rpc(id + 10, 'ping'))
    await stream.next((message) => message.id === id + 10)
    expect(stream.messages.some((message) => message.id === id)).toBe(false)
  }
})

test('a session is over with its stream, on both replicas', async () => {
  const stream = await open()
  const endpoint = await stream.endpoint
  expect((await post(1, endpoint, rpc(1, 'ping'))).status).toBe(202)
  stream[Symbol.dispose]()
  for (const replica of [0, 1] as const) {
    await expect.poll(async () => (await post(replica, endpoint, rpc(2, 'ping'))).status).toBe(404)
  }
})

test('streams are counted for each user, and a closed one makes room', async () => {
  const token = replicas.first.acme.token({ sub: 'acme-hoarder' })
  const streams = await Promise.all([open(token), open(token), open(token)])
  const refusal = await replicas.send(0, { path: '/sse', headers: [['authorization', `Bearer ${token}`]] })
  unchallenged(refusal, 429, 'too_many_requests')
  for (const stream of streams) stream[Symbol.dispose]()
  await expect
    .poll(async () => {
      using again = await open(token)
      return again.response.statusCode
    })
    .toBe(200)
})

test.for<[string, string, string | undefined, number, string]>([
  ['no session', '/messages', '{"jsonrpc":"2.0","id":1,"method":"ping"}', 404, 'not_found'],
  [
    'two sessions',
    '/messages?sessionId=a&sessionId=b',
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    404,
    'not_found',
  ],
  [
    'an id that is a path',
    '/messages?sessionId=..%2F%7Bx%7D',
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    404,
    'not_found',
  ],
  ['no JSON', '/messages?sessionId=x', '{', 400, 'parse_error'],
  ['no body', '/messages?sessionId=x', '', 400, 'parse_error'],
])('POST /messages with %s is refused and audited', async ([, path, body, status, code]) => {
  const answer = await post(0, path, body ?? '')
  unchallenged(answer, status, code)
  expect(await replicas.first.auditOf(answer)).toMatchObject([
    { reason_code: code, http: { route: '/messages' } },
  ])
})

test('what is no message of MCP is answered on the stream', async () => {
  using stream = await open()
  const endpoint = await stream.endpoint
  expect((await post(1, endpoint, '[]')).status).toBe(202)
  expect(await stream.next(({ id }) => id === null)).toMatchObject({ error: { code: -32600 } })
})

test('other methods, and requests without a token, are refused', async () => {
  for (const [method, path] of [
    ['POST', '/sse'],
    ['GET', '/messages'],
  ] as const) {
    const answer = await replicas.send(0, { method, path, headers: [['authorization', `Bearer ${ann}`]] })
    unchallenged(answer, 405, 'method_not_allowed')
    const stranger = await replicas.send(0, {
      method: method === 'GET' ? 'POST' : 'GET',
      path: `${path}?access_token=${ann}`,
    })
    expect(stranger.status).toBe(401)
  }
})

test('without SSE_TRANSPORT there is nothing', async () => {
  await using gateway = await startGateway()
  const headers = [['authorization', `Bearer ${gateway.acme.token()}`]] as const
  for (const [method, path] of [
    ['GET', '/sse'],
    ['POST', '/messages?sessionId=x'],
  ] as const) {
    expect((await gateway.send({ method, path, headers })).status).toBe(404)
  }
})

test('when the gateway stops, a stream ends once its running call is answered', async () => {
  const stopping = await startGateway({ env: { FIXTURE_TENANT: 'acme', SSE_TRANSPORT: '1' } })
  const token = stopping.acme.token()
  const send = async (stream: TestStream, body: object) =>
    stopping.send({
      method: 'POST',
      path: await stream.endpoint,
      headers: [['authorization', `Bearer ${token}`], ...jsonHeaders],
      body: JSON.stringify(body),
    })
  const idle = await openStream(stopping.url, token)
  const busy = await openStream(stopping.url, token)
  await busy.endpoint
  await send(busy, rpc(1, 'initialize', initialize()))
  await busy.next(({ id }) => id === 1)
  await send(busy, rpc(2, 'tools/call', { name: 'test_tool_with_logging', arguments: {} }))
  await busy.next(({ method }) => method === 'notifications/message')
  const stopped = stopping[Symbol.asyncDispose]()
  await idle.ended
  expect(await busy.next(({ id }) => id === 2)).toHaveProperty('result')
  await busy.ended
  await stopped
})
