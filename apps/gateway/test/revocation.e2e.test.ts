import type { Revocation } from '@gateway/domain'
import { principalId } from '@gateway/domain'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { createRevocations } from '../src/revocations.ts'
import type { Authorization } from './support/authorization.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { holdOpen } from './support/held-open.ts'
import { expectAudited, shapeOf, t401, unchallenged } from './support/refusals.ts'
import { startReplicas } from './support/replicas.ts'

const grant = { gid: 'g-1', jti: 'j-1', client_id: 'editor' }
/** The same of the other customer, to the letter: only the tenant tells them apart. */
const asGus = (gateway: TestGateway) => ({ ...grant, tenant: 'globex', idp: gateway.globex.issuer })

describe('in one process', () => {
  let gateway: TestGateway
  let auth: Authorization
  // fast-jwt and the gateway read Date themselves; timers and sockets stay real.
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    gateway = await startGateway({ authorization: true })
    auth = await gateway.authorization()
  })
  afterEach(async () => {
    vi.useRealTimers()
    await gateway[Symbol.asyncDispose]()
  })
  const wait = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
  const statusOf = async (token: string) => (await gateway.call(token, 'tools/list')).status

  test.for<[string, (of: Record<string, unknown>) => Revocation]>([
    ['the token', () => ({ tenantId: 'acme', kind: 'token', id: 'j-1', ttlSeconds: 900 })],
    ['the grant', () => ({ tenantId: 'acme', kind: 'grant', id: 'g-1', ttlSeconds: 900 })],
    ['the user', ({ sub }) => ({ tenantId: 'acme', kind: 'user', id: String(sub) })],
    ['the client', () => ({ tenantId: 'acme', kind: 'client', id: 'editor' })],
    ['the tenant', () => ({ tenantId: 'acme', kind: 'tenant' })],
  ])('A36 %s: T401 within 5 s, and nobody else notices', async ([what, revocationOf]) => {
    const ann = auth.token(grant)
    const gus = auth.token(asGus(gateway))
    const bob = auth.token({ sub: principalId(gateway.acme.issuer, 'bob'), client_id: 'ci' })
    const all = [ann, gus, bob]
    for (const token of all) expect(await statusOf(token)).toBe(200)
    await auth.revocations.revoke(revocationOf(auth.claims(grant)))
    wait(5)
    const answer = await gateway.call(ann, 'tools/list')
    expect(shapeOf(answer)).toEqual(t401(gateway.url))
    await expectAudited(gateway, answer, {
      event: 'auth.deny',
      outcome: 'deny',
      reason_code: 'invalid_token',
      tenant_id: 'acme',
      detail: expect.stringMatching(/revo/),
    })
    expect(await statusOf(gus)).toBe(200)
    expect(await statusOf(bob)).toBe(what === 'the tenant' ? 401 : 200)
    // A new sign-in of the same user by the same client is let in.
    expect(await statusOf(auth.token({ client_id: 'editor' }))).toBe(200)
  })

  test("A36 a company's own tokens too, by user and by client", async () => {
    const { acme } = gateway
    const user = principalId(acme.issuer, 'acme-ann')
    const ann = acme.token({ jti: 'j-1' })
    const bob = acme.token({ sub: 'acme-bob' })
    for (const token of [ann, bob]) expect(await statusOf(token)).toBe(200)
    await auth.revocations.revoke({ tenantId: 'acme', kind: 'user', id: user })
    wait(5)
    expect(await statusOf(ann)).toBe(401)
    expect(await statusOf(bob)).toBe(200)
    await auth.revocations.revoke({ tenantId: 'acme', kind: 'client', id: 'editor' })
    wait(5)
    expect(await statusOf(bob)).toBe(401)
  })

  test('A36 a suspended company: 403 without a challenge', async () => {
    const ann = auth.token()
    expect(await statusOf(ann)).toBe(200)
    await gateway.writeTenants(({ acme }) => {
      acme.status = 'suspended'
    })
    await expect.poll(() => statusOf(ann)).toBe(403)
    unchallenged(await gateway.call(ann, 'tools/list'), 403, 'tenant_suspended')
    expect(await statusOf(auth.token(asGus(gateway)))).toBe(200)
  })
})

test('A37 the store of revocations is away: X503 after a minute, never 401', async () => {
  const clock = { now: Date.now(), away: false }
  await using gateway = await startGateway({
    authorization: true,
    dependencies: () => ({
      revocations: createRevocations({
        store: {
          async read() {
            if (clock.away) throw new Error('away')
            return { denied: false, notBefore: 0 }
          },
        },
        now: () => clock.now,
      }),
    }),
  })
  const token = (await gateway.authorization()).token()
  expect((await gateway.call(token, 'tools/list')).status).toBe(200)
  clock.away = true
  for (const ms of [4_999, 1, 55_000]) {
    clock.now += ms
    expect((await gateway.call(token, 'tools/list')).status).toBe(200)
  }
  clock.now += 1
  for (const each of [token, gateway.globex.token(), (await gateway.authorization()).token()]) {
    const answer = await gateway.call(each, 'tools/list')
    unchallenged(answer, 503, 'unavailable')
    expect(answer.headers['retry-after']).toBe('2')
    await expectAudited(gateway, answer, { outcome: 'error', reason_code: 'unavailable' })
  }
  // What is no token of anybody is refused without asking.
  expect((await gateway.call('x.y.z', 'tools/list')).status).toBe(401)
  clock.away = false
  expect((await gateway.call(token, 'tools/list')).status).toBe(200)
})

test('A36 two replicas: who is revoked is out of both within 5 s, with all that was open', async () => {
  await using replicas = await startReplicas(inject('redisUrl'), undefined, () => ({ SSE_TRANSPORT: '1' }), {
    authorization: true,
  })
  const { first, second } = replicas
  const auth = await first.authorization()
  const [ann, bob] = [
    auth.token({ gid: 'g-1' }),
    auth.token({ sub: principalId(first.acme.issuer, 'bob'), gid: 'g-2' }),
  ]
  const statuses = async (token: string) =>
    Promise.all(
      ([0, 1] as const).map(async (n) => (await replicas.call(n, token, { method: 'tools/list' })).status),
    )
  for (const token of [ann, bob]) expect(await statuses(token)).toEqual([200, 200])
  using anns = await holdOpen(first.url, ann, { sse: true })
  using bobs = await holdOpen(first.url, bob, { sse: true })
  const states = (open: boolean) =>
    Object.fromEntries(Object.keys(anns.stillOpen()).map((name) => [name, open]))
  expect(anns.stillOpen()).toEqual(states(true))

  const { revocations, claims } = await second.authorization()
  const started = performance.now()
  await revocations.revoke({
    tenantId: String(claims().tenant),
    kind: 'grant',
    id: 'g-1',
    ttlSeconds: 900,
  })
  await vi.waitFor(
    async () => {
      expect(await statuses(ann)).toEqual([401, 401])
      expect(anns.stillOpen()).toEqual(states(false))
    },
    { timeout: 6_000, interval: 50 },
  )
  expect(performance.now() - started).toBeLessThan(5_500)
  expect((await anns.socket.closed).code).toBe(1008)
  expect(await statuses(bob)).toEqual([200, 200])
  expect(bobs.stillOpen()).toEqual(states(true))
})
