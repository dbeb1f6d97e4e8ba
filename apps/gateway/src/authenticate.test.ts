import { parseTenants, principalId, type RevocationSubject, type Tenant } from '@gateway/domain'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { beforeAll, describe, expect, test } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { compact, signatureOf, signingKey } from '../test/support/tokens.ts'
import { authenticate } from './authenticate.ts'
import { refused } from './bearer.ts'
import { directIssuer } from './direct-issuer.ts'
import { createRevocations } from './revocations.ts'
import { verifiedTokens } from './verified-tokens.ts'

const resource = 'https://gw.example/mcp'
const issuer = 'https://sso.example'
const start = 1_800_000_000_000
const key = signingKey('ES256', 'key-1')
const pem = String(key.publicKey.export({ type: 'spki', format: 'pem' }))

const seconds = start / 1000
const claims = {
  iss: issuer,
  aud: resource,
  sub: 'ann',
  client_id: 'editor',
  scope: 'aws:read',
  iat: seconds,
  exp: seconds + 3600,
}
const tokenOf = (changes: object = {}): string =>
  compact({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' }, { ...claims, ...changes }, (input) =>
    signatureOf(key, input),
  )

const tenants: Tenant[] = parseTenants(
  JSON.parse(
    tenantsText({
      acme: { issuer, jwks: { url: `${issuer}/jwks` }, key },
      globex: { issuer: `${issuer}/globex`, jwks: { url: `${issuer}/jwks` }, key },
    }),
  ),
  'tenants.yaml',
)

/** The plugin alone, its clock and its key lookups in the hands of the test. */
const open = async (route: (app: FastifyInstance) => void = () => undefined) => {
  const clock = { now: start }
  const lookups: string[] = []
  const asked: RevocationSubject[] = []
  const revoked = { denied: false, notBefore: 0 }
  const away = { now: false }
  const verified = verifiedTokens(() => clock.now)
  const [tenant] = tenants
  const [connection] = tenant?.connections ?? []
  if (!tenant || !connection) throw new Error('the tenants file of the tests has no connection')
  const known = directIssuer({
    resource,
    connections: [{ tenant, connection }],
    keys: {
      async find({ kid }) {
        lookups.push(kid)
        if (kid !== 'key-1') throw refused('unknown kid')
        return pem
      },
    },
  })
  const app = Fastify()
  await app.register(fp(async () => undefined, { name: 'edge' }))
  await app.register(authenticate, {
    issuers: { find: async (name) => (name === issuer ? known : undefined) },
    verified,
    revocations: createRevocations({
      store: {
        async read(subject) {
          asked.push(subject)
          if (away.now) throw new Error('away')
          return revoked
        },
      },
      now: () => clock.now,
    }),
    now: () => clock.now,
  })
  app.get('/', async (request) => request.principal)
  route(app)
  const ask = (token: string, url = '/') => app.inject({ url, headers: { authorization: `Bearer ${token}` } })
  return { app, ask, lookups, clock, verified, asked, revoked, away }
}

test('a good token becomes the principal, and nothing of the token stays with the request', async () => {
  let seen: FastifyRequest | undefined
  const { ask } = await open((app) => {
    app.addHook('onSend', async (request) => {
      seen = request
    })
  })
  const token = tokenOf()
  const answer = await ask(token)
  expect(answer.json()).toMatchObject({ tenantId: 'acme', subject: 'ann', scopes: ['aws:read'] })
  expect(answer.body).not.toContain(token.slice(-20))
  expect(seen?.verificationKey).toBeNull()
  expect(JSON.stringify(seen?.user)).not.toContain(token.slice(-20))
})

test('a remembered token costs neither a key lookup nor a signature check', async () => {
  const { ask, lookups } = await open()
  const token = tokenOf()
  for (let i = 0; i < 10; i++) expect((await ask(token)).statusCode).toBe(200)
  expect(lookups).toEqual(['key-1'])
  await ask(tokenOf({ jti: 'another' }))
  expect(lookups).toHaveLength(2)
})

test('a token is verified again after a minute, and when keys changed', async () => {
  const { ask, lookups, clock, verified } = await open()
  const token = tokenOf()
  await ask(token)
  clock.now += 61_000
  await ask(token)
  expect(lookups).toHaveLength(2)
  verified.forget()
  await ask(token)
  expect(lookups).toHaveLength(3)
})

test('a refused token is not remembered', async () => {
  const { ask, lookups, verified } = await open()
  const forged = `${tokenOf().slice(0, -4)}AAAA`
  for (let i = 0; i < 3; i++) expect((await ask(forged)).statusCode).toBe(401)
  expect(lookups).toHaveLength(3)
  expect(verified.find(forged)).toBeUndefined()
})

test('a token of the longest life works until exp and the 5 s of tolerance, remembered or not', async () => {
  const { ask, clock } = await open()
  const token = tokenOf()
  clock.now = start + 3_599_000
  expect((await ask(token)).statusCode).toBe(200)
  clock.now = start + 3_600_000 + 5_000
  expect((await ask(token)).statusCode).toBe(200)
  clock.now += 1
  expect((await ask(token)).statusCode).toBe(401)
})

test('one clock for all dates', async () => {
  const { ask, clock } = await open()
  clock.now = start - 3600_000
  expect((await ask(tokenOf())).statusCode).toBe(401)
  expect((await ask(tokenOf({ iat: seconds - 3600, exp: seconds, nbf: seconds - 3595 }))).statusCode).toBe(
    200,
  )
  expect((await ask(tokenOf({ iat: seconds - 3600, exp: seconds, nbf: seconds - 3594 }))).statusCode).toBe(
    401,
  )
})

test('A36 a revoked token is refused within 5 s, remembered or not', async () => {
  const { ask, asked, revoked, clock } = await open()
  const token = tokenOf({ jti: 'j-1' })
  expect((await ask(token)).statusCode).toBe(200)
  expect(asked).toEqual([
    { tenantId: 'acme', userId: principalId(issuer, 'ann'), clientId: 'editor', tokenId: 'j-1' },
  ])
  for (const change of [{ denied: true }, { denied: false, notBefore: seconds + 1 }]) {
    Object.assign(revoked, change)
    clock.now += 5_000
    expect((await ask(token)).json()).toMatchObject({ code: 'invalid_token' })
    expect((await ask(tokenOf({ jti: 'j-1', extra: 1 }))).json()).toMatchObject({ code: 'invalid_token' })
  }
  Object.assign(revoked, { notBefore: seconds })
  clock.now += 5_000
  expect((await ask(token)).statusCode).toBe(200)
})

test('A37 while nobody can tell, what was known of a new token goes for a minute, of an older one for 5 s', async () => {
  const { ask, away, clock } = await open()
  const [token, older] = [tokenOf(), tokenOf({ iat: seconds - 300, exp: seconds + 3_000 })]
  for (const each of [token, older]) expect((await ask(each)).statusCode).toBe(200)
  away.now = true
  clock.now += 4_999
  for (const each of [token, older]) expect((await ask(each)).statusCode).toBe(200)
  clock.now += 1
  expect((await ask(token)).statusCode).toBe(200)
  expect((await ask(older)).json()).toMatchObject({ code: 'unavailable' })
  clock.now += 54_999
  expect((await ask(token)).statusCode).toBe(200)
  clock.now += 2
  expect((await ask(token)).json()).toMatchObject({ code: 'unavailable' })
  expect((await ask(tokenOf({ extra: 1 }))).json()).toMatchObject({ code: 'unavailable' })
  away.now = false
  expect((await ask(token)).statusCode).toBe(200)
})

describe('@fastify/jwt as it is registered fails closed', () => {
  let harness: Awaited<ReturnType<typeof open>>
  const outcomes: Record<string, string> = {}
  const outcome = async (name: string, run: () => unknown): Promise<void> => {
    outcomes[name] = await Promise.resolve()
      .then(run)
      .then(
        () => 'accepted',
        (thrown: unknown) => (thrown instanceof Error ? 'refused' : 'odd'),
      )
  }

  beforeAll(async () => {
    harness = await open((app) => {
      app.get('/careless', async (request) => {
        // The right key and a token that was accepted a moment ago; only the options are forgotten.
        request.verificationKey = pem
        const real = Date.now() / 1000
        const fresh = tokenOf({ iat: Math.floor(real), exp: Math.floor(real) + 60 })
        request.headers.authorization = `Bearer ${fresh}`
        await outcome('bare jwtVerify', () => request.jwtVerify())
        await outcome('jwtVerify with empty options', () => request.jwtVerify({ decode: {}, verify: {} }))
        await outcome('undefined does not clear', () =>
          request.jwtVerify({
            decode: {},
            verify: { allowedIss: undefined as never, allowedAud: undefined as never },
          }),
        )
        await outcome('the issuer alone', () =>
          request.jwtVerify({ decode: {}, verify: { allowedIss: issuer } }),
        )
        await outcome('issuer and audience (so the token is good)', () =>
          request.jwtVerify({ decode: {}, verify: { allowedIss: issuer, allowedAud: resource } }),
        )
        request.verificationKey = null
        await outcome('without a key', () =>
          request.jwtVerify({ decode: {}, verify: { allowedIss: issuer, allowedAud: resource } }),
        )
        await outcome('app.jwt.verify', () => app.jwt.verify(fresh))
        await outcome('app.jwt.sign', () => app.jwt.sign({ sub: 'ann' }))
        return outcomes
      })
    })
  })

  test('a verification without options is refused, and nothing can be signed', async () => {
    expect((await harness.ask(tokenOf(), '/careless')).json()).toEqual({
      'bare jwtVerify': 'refused',
      'jwtVerify with empty options': 'refused',
      'undefined does not clear': 'refused',
      'the issuer alone': 'refused',
      'issuer and audience (so the token is good)': 'accepted',
      'without a key': 'refused',
      'app.jwt.verify': 'refused',
      'app.jwt.sign': 'refused',
    })
  })
})
