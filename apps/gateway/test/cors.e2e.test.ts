import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { corsHeadersOf } from './support/post.ts'

const page = 'https://inspector.example'
let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ env: { ALLOWED_ORIGINS: page } })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const preflight = (origin: string) =>
  gateway.send({
    method: 'OPTIONS',
    path: '/mcp',
    headers: [
      ['origin', origin],
      ['access-control-request-method', 'POST'],
      ['access-control-request-headers', 'authorization,content-type,mcp-session-id,mcp-param-region'],
    ],
  })

test('D34 a preflight of a listed origin is answered, without a token and without cookies', async () => {
  const { status, headers, body } = await preflight(page)
  expect([status, body]).toEqual([204, ''])
  expect(headers).toMatchObject({
    'access-control-allow-origin': page,
    'access-control-allow-methods': 'POST, GET, DELETE',
    'access-control-allow-headers': 'authorization,content-type,mcp-session-id,mcp-param-region',
  })
  expect(headers).not.toHaveProperty('access-control-allow-credentials')
})

test('D34 a page of a listed origin can read answers, streams and challenges', async () => {
  const from = { headers: [['origin', page]] as const }
  const answer = await gateway.call(gateway.acme.token(), 'ping', {}, from)
  expect(answer.status).toBe(200)
  expect(answer.headers['access-control-allow-origin']).toBe(page)
  expect(answer.headers.vary).toMatch(/Origin/)
  const refused = await gateway.call('no-token', 'ping', {}, from)
  expect(refused.status).toBe(401)
  expect(refused.headers['access-control-allow-origin']).toBe(page)
  expect(refused.headers['access-control-expose-headers']).toMatch(/WWW-Authenticate, MCP-Protocol-Version/)
})

test.for(['https://evil.example', 'null', `${page}.evil.example`, 'http://inspector.example'])(
  'D34 origin %s gets nothing to go on',
  async (origin) => {
    const answer = await preflight(origin)
    expect([answer.status, corsHeadersOf(answer)]).toEqual([403, []])
  },
)

test('OPTIONS without an origin is no preflight', async () => {
  const answer = await gateway.send({ method: 'OPTIONS', path: '/mcp' })
  expect([answer.status, corsHeadersOf(answer)]).toEqual([401, []])
})
