import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { balancedFetch } from './support/balanced-fetch.ts'
import { type Message, type Replicas, startReplicas } from './support/replicas.ts'
import type { WireAnswer } from './support/wire.ts'

let replicas: Replicas
let ann: string
let bob: string
let gus: string

// So slow that nothing comes back while a test runs.
const slow = { perMinute: 1, burst: 7 }

beforeAll(async () => {
  replicas = await startReplicas(inject('redisUrl'), ({ acme, globex }) => {
    acme.limits = { tenant: { perMinute: 60_000, burst: 1000 }, user: slow }
    globex.limits = { tenant: { perMinute: 1, burst: 5 }, user: { perMinute: 60_000, burst: 100 } }
  })
  ann = replicas.first.acme.token()
  bob = replicas.first.acme.token({ sub: 'acme-bob' })
  gus = replicas.first.globex.token()
})
afterAll(() => replicas[Symbol.asyncDispose]())

const initialize: Message = {
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
}
const whoami: Message = { method: 'tools/call', params: { name: 'aws_whoami' } }

const openSession = async (replica: 0 | 1, token: string): Promise<string> => {
  const answer = await replicas.call(replica, token, initialize)
  expect(answer.status).toBe(200)
  return String(answer.headers['mcp-session-id'])
}

const ping = (replica: 0 | 1, token: string, session: string) =>
  replicas.call(replica, token, { method: 'ping', session })

const end = (replica: 0 | 1, token: string, session: string) =>
  replicas.send(replica, {
    method: 'DELETE',
    path: '/mcp',
    headers: [
      ['authorization', `Bearer ${token}`],
      ['mcp-session-id', session],
    ],
  })

/** All of an answer but what differs between any two. */
const comparable = ({ status, headers: { date, 'x-request-id': _, ...headers }, body }: WireAnswer) => ({
  status,
  headers,
  body,
})

test('a session that one replica opened works on the other, and ends on both', async () => {
  for (const [here, there] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const session = await openSession(here, ann)
    expect((await ping(here, ann, session)).status).toBe(200)
    expect((await ping(there, ann, session)).status).toBe(200)
    expect((await replicas.call(there, ann, { method: 'tools/list', session })).status).toBe(200)
    expect((await end(there, ann, session)).status).toBe(204)
    expect((await ping(there, ann, session)).status).toBe(404)
    expect((await ping(here, ann, session)).status).toBe(404)
    expect((await end(here, ann, session)).status).toBe(404)
  }
})

test('a session outlives its token', async () => {
  const session = await openSession(0, ann)
  const refreshed = replicas.first.acme.token({ exp: Math.floor(Date.now() / 1000) + 700 })
  expect((await ping(1, refreshed, session)).status).toBe(200)
})

test('a foreign session answers byte for byte like an unknown one', async () => {
  const session = await openSession(0, ann)
  const unknown = comparable(await ping(0, ann, 'A'.repeat(session.length)))
  expect(unknown).toMatchObject({ status: 404, body: expect.stringContaining('"code":-32001') })
  const unknownEnd = comparable(await end(0, ann, 'A'.repeat(session.length)))
  expect(unknownEnd.status).toBe(404)
  for (const replica of [0, 1] as const) {
    for (const token of [bob, gus]) {
      expect(comparable(await ping(replica, token, session))).toEqual(unknown)
      expect(comparable(await end(replica, token, session))).toEqual(unknownEnd)
      const call = await replicas.call(replica, token, { ...whoami, session })
      expect(comparable(call)).toEqual(unknown)
    }
    expect((await ping(replica, ann, session)).status).toBe(200)
  }
})

test.for(['', ' ', '*', '{acme}:sess:x', 'a'.repeat(5000), '../x', 'é'])(
  'a session id that nobody gave out is unknown: "%s"',
  async (session) => {
    const { status } = await replicas.send(0, {
      method: 'POST',
      path: '/mcp',
      headers: [
        ['authorization', `Bearer ${ann}`],
        ['content-type', 'application/json'],
        ['mcp-session-id', session],
      ],
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    })
    expect(status).toBe(404)
  },
)

test('an SDK client whose every request lands on another replica', async () => {
  const client = new Client({ name: 'test client', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(`${replicas.first.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${replicas.first.acme.token({ sub: 'acme-cleo' })}` } },
    fetch: balancedFetch([replicas.first.url, replicas.second.url]),
  })
  await client.connect(transport as never)
  for (let i = 0; i < 4; i++) {
    expect((await client.listTools()).tools).toHaveLength(10)
    const answer = await client.callTool({ name: 'aws_whoami' })
    expect(answer.structuredContent).toMatchObject({ data: { user: { subject: 'acme-cleo' } } })
  }
  await transport.terminateSession()
  await client.close()
})

const codesOf = (answers: readonly WireAnswer[]) =>
  answers.map(({ status, body }) => {
    expect(status).toBe(200)
    return JSON.parse(body).result.structuredContent.error?.code ?? 'allowed'
  })

test.for([
  ['of a user', 'acme', 'acme-dan', 'user', 7],
  ['of a tenant', 'globex', 'globex-eve', 'tenant', 5],
] as const)('F01, F04 the burst %s passes exactly once over both', async ([, tenant, sub, scope, burst]) => {
  const token = replicas.first[tenant].token({ sub })
  const calls = Array.from({ length: 40 }, (_, i) => replicas.call(i % 2 === 0 ? 0 : 1, token, whoami))
  const answers = await Promise.all(calls)
  const codes = codesOf(answers)
  expect(codes.filter((code) => code === 'allowed')).toHaveLength(burst)
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(40 - burst)
  const refused = answers[codes.indexOf('rate_limited')]
  const { result } = JSON.parse(refused?.body ?? '')
  expect(result.isError).toBe(true)
  expect(result.structuredContent.error).toMatchObject({ scope, retry_after_s: expect.any(Number) })
  expect(result.structuredContent.error.retry_after_s).toBeGreaterThan(0)
  expect(result.structuredContent.error.retry_after_s).toBeLessThanOrEqual(60)
  expect(result.content[0].text).toMatch(/Try again in \d+ s/)
})

test('F05 one user over the limit costs no other anything', async () => {
  const answers = [await replicas.call(0, bob, whoami), await replicas.call(1, bob, whoami)]
  expect(codesOf(answers)).toEqual(['allowed', 'allowed'])
})

test('F04 a flood ends with 429 and the times to wait; others are served', async () => {
  const flooder = replicas.first.acme.token({ sub: 'acme-flo' })
  const message: Message = { method: 'ping' }
  const answers = await Promise.all(Array.from({ length: 110 }, () => replicas.call(0, flooder, message)))
  const refused = answers.filter(({ status }) => status === 429)
  // Ten times the burst; the refill of 10 a minute may let one more through on a busy machine.
  expect(answers.filter(({ status }) => status === 200).length - 70).toBeOneOf([0, 1])
  expect(refused.length).toBeGreaterThanOrEqual(39)
  const [first] = refused
  expect(first?.headers).toMatchObject({
    'retry-after': expect.stringMatching(/^[1-9]\d*$/),
    ratelimit: expect.stringMatching(/^"user";r=0;t=[1-9]\d*$/),
    'ratelimit-policy': '"user";q=10;w=60;qu="requests"',
  })
  expect(first?.headers).not.toHaveProperty('www-authenticate')
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    error: { code: -32000, message: 'Too many requests.', data: { code: 'too_many_requests' } },
  })
  expect((await replicas.call(0, bob, message)).status).toBe(200)
  if (first) {
    expect(await replicas.first.auditOf(first)).toMatchObject([
      { outcome: 'deny', reason_code: 'too_many_requests' },
    ])
  }
})
