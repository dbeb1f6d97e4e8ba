import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonHeaders, startGateway, type TestGateway } from './support/gateway.ts'
import { corsHeadersOf, expectOnlyRefusals, expectRefused, ping, post } from './support/post.ts'
import { expectAudited } from './support/refusals.ts'
import type { WireAnswer, WireRequest } from './support/wire.ts'

let gateway: TestGateway
let token: string
let refusals = 0

beforeAll(async () => {
  gateway = await startGateway({ env: { ALLOWED_ORIGINS: 'https://inspector.example' } })
  token = gateway.acme.token()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ask = (body?: string, request?: WireRequest) => post(gateway, token, body, request)
const refused = async (answer: WireAnswer, status: number, code: string): Promise<void> => {
  refusals += 1
  await expectRefused(gateway, answer, status, code)
}

test.for(['PUT', 'PATCH'])('D10 %s with any body: 405, before the body is looked at', async (method) => {
  for (const [type, body] of [
    ['text/plain', 'x'],
    ['application/json', '{'],
    ['application/json; charset=utf-16', '{}'],
  ] as const) {
    const answer = await ask(body, { method, headers: [['content-type', type]] })
    await refused(answer, 405, 'method_not_allowed')
  }
})

test('a path that is not there: 404, before the body is looked at', async () => {
  for (const [type, body] of [
    ['text/plain', 'x'],
    ['application/json', '{'],
  ] as const) {
    const answer = await ask(body, { path: '/nothing', headers: [['content-type', type]] })
    await refused(answer, 404, 'not_found')
  }
})

test('D10 GET /mcp outside of a session: 405', async () => {
  const answer = await ask(undefined, { method: 'GET' })
  expect([answer.status, answer.headers.allow]).toEqual([405, 'POST'])
  await expectAudited(gateway, answer, { outcome: 'deny', reason_code: 'rpc:-32000' })
  refusals += 1
})

test.for(['HEAD', 'PUT', 'PATCH', 'OPTIONS'])('D10 %s /mcp: 405', async (method) => {
  const answer = await ask(undefined, { method })
  expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, GET, DELETE'])
  await expectAudited(gateway, answer, { outcome: 'deny', reason_code: 'method_not_allowed' })
  refusals += 1
})

test.for(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('D10 %s of a health check: 405', async (method) => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await gateway.send({ method, path })
    await refused(answer, 405, 'method_not_allowed')
    expect(answer.headers.allow).toBe('GET, HEAD')
  }
})

test.for([
  '/mcp/..;/admin',
  '//mcp',
  '/x/../mcp',
  '/MCP',
  '/mcp%2f',
  '/mcp%00',
  '/mcp/x',
  '/mcp;a=b',
  '/mcp%3Fa',
  '/./mcp',
  '/mcp//',
  '/%2e%2e/mcp',
  '/mcp%20',
  '/',
  '/admin',
  '/.well-known/oauth-authorization-server',
])('D33 %s: 404, without asking who it is', async (path) => {
  const answer = await ask(ping, { path })
  await refused(answer, 404, 'not_found')
})

test.for(['/%', '/mcp%zz', '/mcp%', '/%c0%af', '/%ff'])(
  'D33 %s, which cannot be decoded: 400',
  async (path) => {
    const answer = await ask(ping, { path })
    await refused(answer, 400, 'bad_request')
    expect(answer.body).not.toContain(path)
  },
)

test.for(['/%6dcp', '/%6D%63%70', '/mcp/', '/mcp?x=1', '/mcp#x', '/mcp?access_token=x'])(
  'D33 %s is /mcp, behind the same steps',
  async (path) => {
    expect((await ask(ping, { path })).status).toBe(200)
    const nobody = await gateway.send({ method: 'POST', path, headers: jsonHeaders, body: ping })
    expect(nobody.status).toBe(401)
    expect(nobody.headers['www-authenticate']).toBeDefined()
    refusals += 1
    await refused(await ask(ping, { path, headers: [['host', 'evil.example']] }), 421, 'unknown_host')
  },
)

test.for(['application/json', 'text/event-stream', '*/*', 'text/html', ''])(
  'D25 Accept "%s": a JSON answer, at once',
  async (accept) => {
    const answer = await ask(ping, { headers: [['accept', accept]] })
    expect([answer.status, JSON.parse(answer.body).result]).toEqual([200, {}])
  },
)

test('a type without a body, as some clients send with DELETE', async () => {
  const answer = await ask(undefined, { method: 'DELETE', headers: [['mcp-session-id', 'unknown']] })
  expect(answer.status).toBe(404)
  refusals += 1
})

test.for([
  'https://evil.example',
  'null',
  'https://inspector.example.evil.example',
  'http://inspector.example',
])('D34 Origin %s: 403, before anything else', async (origin) => {
  const headers = [['origin', origin]] as const
  const answer = await ask(ping, { headers })
  await refused(answer, 403, 'origin_not_allowed')
})

test.for(['https://evil.example', 'https://inspector.example.evil.example'])(
  'D34 a preflight of %s gets nothing to go on',
  async (origin) => {
    const answer = await gateway.send({
      method: 'OPTIONS',
      path: '/mcp',
      headers: [
        ['origin', origin],
        ['access-control-request-method', 'POST'],
        ['access-control-request-headers', 'authorization,content-type'],
      ],
    })
    refusals += 1
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(corsHeadersOf(answer)).toEqual([])
  },
)

test('a page of the list may call', async () => {
  expect((await ask(ping, { headers: [['origin', 'https://inspector.example']] })).status).toBe(200)
  expect((await ask(ping, { headers: [['origin', gateway.url]] })).status).toBe(200)
})

test('F16 one audit event for each, nothing failed, and nothing of a request is logged', () =>
  expectOnlyRefusals(gateway, refusals, [token, 'access_token', 'evil', 'admin']))
