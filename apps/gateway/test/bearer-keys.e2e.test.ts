import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Issuers } from '../src/issuers.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { openJwksServer, quickFailures } from './support/jwks-server.ts'
import { expectAudited, shapeOf, t401, unchallenged } from './support/refusals.ts'
import { connectionTo } from './support/tenancy.ts'
import { signingKey } from './support/tokens.ts'

// fast-jwt and jose read Date themselves; timers and sockets stay real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})
const wait = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

const statusOf = async (gateway: TestGateway, token: string): Promise<number> =>
  (await gateway.call(token, 'ping')).status

/** Counts the key lookups of every issuer. */
const counted = (issuers: Issuers) => {
  let lookups = 0
  const counting: Issuers = {
    async find(name) {
      const issuer = await issuers.find(name)
      if (!issuer) return undefined
      const { keys } = issuer
      const find: typeof keys.find = (header) => {
        lookups++
        return keys.find(header)
      }
      return { ...issuer, keys: { find } }
    },
  }
  return { issuers: counting, lookups: () => lookups }
}

test('A20 cold start: X503 for that sign-in, and the other customer does not notice', async () => {
  const key = signingKey('ES256', 'broken-key')
  await using stack = new AsyncDisposableStack()
  const broken = await Promise.all(
    [...quickFailures, 'no answer' as const].map(async (failure, i) => {
      const jwks = stack.use(await openJwksServer(failure))
      return { failure, jwks, issuer: `https://sso.example/broken-${i}`, key }
    }),
  )
  const gateway = stack.use(
    await startGateway({ tenancy: ({ acme }) => void acme.connections.push(...broken.map(connectionTo)) }),
  )
  const answers = await Promise.all(
    broken.map(({ issuer }) => gateway.call(gateway.acme.token({ iss: issuer }, {}, key), 'ping')),
  )
  for (const answer of answers) {
    unchallenged(answer, 503, 'unavailable')
    expect(answer.headers['retry-after']).toBe('5')
    await expectAudited(gateway, answer, { outcome: 'error', reason_code: 'unavailable' })
  }
  expect(broken.map(({ jwks }) => jwks.requests)).toEqual(broken.map(() => 1))
  expect(await statusOf(gateway, gateway.globex.token())).toBe(200)
  expect(await statusOf(gateway, gateway.acme.token())).toBe(200)

  // A token that is refused without keys stays refused: 503 is for a verdict that could not be reached.
  const unsigned = await gateway.call(
    gateway.acme.token({ iss: broken[0]?.issuer }, { alg: 'none' }, key),
    'ping',
  )
  expect(shapeOf(unsigned)).toEqual(t401(gateway.url))
})

test('A20 a known key stays good while its endpoint fails, for an hour', async () => {
  await using gateway = await startGateway()
  const { acme } = gateway
  const fresh = () => statusOf(gateway, acme.token())
  expect(await fresh()).toBe(200)
  for (const failure of quickFailures) {
    acme.jwks.serve(failure)
    wait(240)
    expect(await fresh()).toBe(200)
  }
  wait(3600 - quickFailures.length * 240 + 1)
  const answer = await gateway.call(acme.token(), 'ping')
  unchallenged(answer, 503, 'unavailable')
  acme.jwks.serve({ keys: [acme.key.jwk] })
  wait(6)
  expect(await fresh()).toBe(200)
})

test('A20 an unknown kid is unavailable while the endpoint fails, because the key may be new', async () => {
  await using gateway = await startGateway()
  const { acme } = gateway
  expect(await statusOf(gateway, acme.token())).toBe(200)
  acme.jwks.serve('error 500')
  wait(31)
  unchallenged(await gateway.call(acme.token({}, { kid: 'new' }), 'ping'), 503, 'unavailable')
  expect(await statusOf(gateway, acme.token())).toBe(200)
})

test('A21 rotation: the new key without restart, the old one until it is removed', async () => {
  await using gateway = await startGateway()
  const { acme } = gateway
  const next = signingKey('ES256', 'acme-key-2')
  const old = acme.token({ exp: Math.floor(Date.now() / 1000) + 3600 })
  expect(await statusOf(gateway, old)).toBe(200)

  acme.jwks.serve({ keys: [acme.key.jwk, next.jwk] })
  wait(31)
  expect(await statusOf(gateway, acme.token({}, {}, next))).toBe(200)
  expect(await statusOf(gateway, old)).toBe(200)

  acme.jwks.serve({ keys: [next.jwk] })
  wait(601)
  const answer = await gateway.call(old, 'ping')
  expect(shapeOf(answer)).toEqual(t401(gateway.url))
  expect(await statusOf(gateway, acme.token({}, {}, next))).toBe(200)
})

test('a remembered token is forgotten when a key is removed, not a minute later', async () => {
  let verifications = counted({ find: async () => undefined })
  await using gateway = await startGateway({
    dependencies: ({ issuers }) => {
      verifications = counted(issuers)
      return { issuers: verifications.issuers }
    },
  })
  const { acme, globex } = gateway
  const next = signingKey('ES256', 'acme-key-2')
  expect(await statusOf(gateway, acme.token())).toBe(200)
  wait(590)
  const [old, foreign] = [acme.token(), globex.token()]
  expect(await statusOf(gateway, old)).toBe(200)
  expect(await statusOf(gateway, foreign)).toBe(200)
  const before = verifications.lookups()
  expect(await statusOf(gateway, old)).toBe(200)
  expect(verifications.lookups()).toBe(before)

  acme.jwks.serve({ keys: [next.jwk] })
  wait(11)
  expect(await statusOf(gateway, acme.token({}, {}, next))).toBe(200)
  expect(await statusOf(gateway, old)).toBe(401)
  expect(await statusOf(gateway, foreign)).toBe(200)
})

test('a remembered token needs no key and no signature check; a hundred uses cost one', async () => {
  let verifications = counted({ find: async () => undefined })
  await using gateway = await startGateway({
    dependencies: ({ issuers }) => {
      verifications = counted(issuers)
      return { issuers: verifications.issuers }
    },
  })
  const token = gateway.acme.token()
  const answers = []
  for (let i = 0; i < 100; i++) answers.push(await statusOf(gateway, token))
  expect(new Set(answers)).toEqual(new Set([200]))
  expect(verifications.lookups()).toBe(1)
  wait(61)
  expect(await statusOf(gateway, token)).toBe(200)
  expect(verifications.lookups()).toBe(2)
})

test('A24 a remembered token ends with its exp, and the 5 s of tolerance', async () => {
  await using gateway = await startGateway()
  const now = Math.floor(Date.now() / 1000)
  vi.setSystemTime(now * 1000)
  const token = gateway.acme.token({ iat: now, exp: now + 20 })
  for (const [second, status] of [
    [0, 200],
    [19, 200],
    [23, 200],
    [26, 401],
    [19, 200],
    [26, 401],
  ] as const) {
    vi.setSystemTime((now + second) * 1000)
    expect(await statusOf(gateway, token)).toBe(status)
  }
})

test('A21 a token is good until exp, however often it is used', async () => {
  await using gateway = await startGateway()
  const now = Math.floor(Date.now() / 1000)
  const token = gateway.acme.token({ iat: now, exp: now + 3600 })
  for (let minute = 0; minute < 60; minute += 5) {
    expect(await statusOf(gateway, token)).toBe(200)
    wait(300)
  }
  wait(6)
  expect(await statusOf(gateway, token)).toBe(401)
})
