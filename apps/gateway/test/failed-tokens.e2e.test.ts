import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ env: { FAILED_SIGN_INS_PER_MINUTE: '5' } })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ping = (token: string) => gateway.call(token, 'ping')

test('forged tokens of one address are slowed down, and nobody who signed in there is locked out', async () => {
  const [head, claims] = gateway.acme.token().split('.')
  const forged = () => `${head}.${claims}.${'A'.repeat(86)}`
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) statuses.push((await ping(forged())).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401])
  const slowed = await ping(forged())
  expect(slowed).toMatchObject({
    status: 429,
    headers: {
      'retry-after': expect.stringMatching(/^([1-9]|1[0-2])$/),
      ratelimit: expect.stringMatching(/^"address";r=0;t=([1-9]|1[0-2])$/),
      'ratelimit-policy': '"address";q=5;w=60;qu="requests"',
    },
  })
  expect(slowed.headers).not.toHaveProperty('www-authenticate')
  expect(await gateway.auditOf(slowed)).toMatchObject([
    { outcome: 'deny', reason_code: 'too_many_requests', detail: 'sign-in', source: { ip: '127.0.0.1' } },
  ])
  // Never seen before, so that its signature is checked.
  expect((await ping(gateway.globex.token({ sub: 'globex-new' }))).status).toBe(200)
  const now = Math.floor(Date.now() / 1000)
  const ended = gateway.acme.token({ iat: now - 700, exp: now - 100 })
  for (let n = 0; n < 10; n++) expect((await ping(ended)).status).toBe(401)
  const without = await gateway.send({ method: 'POST', path: '/mcp', body: '{}' })
  expect([without.status, without.headers['www-authenticate']]).toEqual([
    401,
    expect.stringContaining('Bearer'),
  ])
})
