import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Connection, GatewayError, type Tenant } from '@gateway/domain'
import { createLocalJWKSet, exportJWK, generateKeyPair, errors as jose, SignJWT } from 'jose'
import Provider from 'oidc-provider'
import { describe, expect, test } from 'vitest'
import {
  createIdJagGrant,
  type IdJagDependencies,
  idJagGrantType,
  idJagParameters,
  type MintRequest,
} from './id-jag.ts'

const resource = 'https://gateway.example/mcp'
const sso = 'https://sso.example/acme'
const at = Date.UTC(2026, 10, 27)
const seconds = at / 1000
const keyPair = await generateKeyPair('ES256')
const rsaPair = await generateKeyPair('RS256')
const otherPair = await generateKeyPair('ES256')
const jwkOf = async (pair: typeof keyPair, kid: string) => ({ ...(await exportJWK(pair.publicKey)), kid })
const keySet = createLocalJWKSet({ keys: [await jwkOf(keyPair, 'k1'), await jwkOf(rsaPair, 'r1')] })

const connection = (changes: Partial<Connection> = {}) =>
  ({
    issuer: sso,
    idJag: true,
    algorithms: ['ES256'],
    pins: {},
    subjectClaim: 'sub',
    groupClaim: 'groups',
    allowedScopes: ['aws:read', 'aws:write', 'aws:admin'],
    groupToScope: { staff: ['aws:read'], operators: ['aws:read', 'aws:write'] },
    ...changes,
  }) as Connection
const tenant = (id: string, changes: Partial<Tenant> = {}) => ({ id, status: 'active', ...changes }) as Tenant

type Issued = { tenant: Tenant; connection: Connection }
interface Changes extends Partial<Omit<IdJagDependencies, 'mint'>> {
  readonly connections?: Issued[]
  readonly mint?: (request: MintRequest) => never
}

/** A token endpoint of oidc-provider with the grant, and what it was asked to mint. */
const start = async ({ connections, ...changes }: Changes = {}) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = (client_id: string) => ({
    client_id,
    token_endpoint_auth_method: 'none' as const,
    grant_types: [idJagGrantType],
    response_types: [],
    redirect_uris: [],
  })
  const provider = new Provider(issuer, {
    clients: ['editor', 'other', 'globex.studio'].map(client),
    clientAuthMethods: ['none'],
  })
  const minted: MintRequest[] = []
  const claims = new Map<string, number>()
  const all = connections ?? [{ tenant: tenant('acme'), connection: connection() }]
  const grant = createIdJagGrant({
    issuer,
    resource,
    directory: { issuedBy: async (iss) => all.filter((each) => each.connection.issuer === iss) },
    store: {
      claim: async (model, id, ttl) => {
        const name = `${model} ${id}`
        if (claims.has(name)) return false
        claims.set(name, ttl)
        return true
      },
    },
    keysOf: () => keySet,
    now: () => at,
    groupsKnown: async () => [],
    mint: async (request) => {
      minted.push(request)
      return {
        access_token: 'minted',
        expires_in: 300,
        token_type: 'Bearer',
        scope: request.scopes.join(' '),
      }
    },
    ...changes,
  })
  provider.registerGrantType(idJagGrantType, grant, idJagParameters)
  server.on('request', provider.callback())
  return {
    issuer,
    minted,
    claims,
    ask: async (assertion: string | undefined, parameters: Record<string, string> = {}) => {
      const body = new URLSearchParams({ grant_type: idJagGrantType, client_id: 'editor', ...parameters })
      if (assertion !== undefined) body.set('assertion', assertion)
      const response = await fetch(`${issuer}/token`, { method: 'POST', body })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
type Started = Awaited<ReturnType<typeof start>>

const assertionOf = (
  { issuer }: Pick<Started, 'issuer'>,
  changes: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key = keyPair.privateKey,
) =>
  new SignJWT({
    iss: sso,
    aud: issuer,
    sub: 'ann',
    client_id: 'editor',
    resource,
    scope: 'aws:read aws:write',
    groups: ['operators'],
    iat: seconds,
    exp: seconds + 300,
    jti: 'assertion-1',
    ...changes,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'oauth-id-jag+jwt', ...header })
    .sign(key)

test('an assertion becomes an access token, and nothing more', async () => {
  await using started = await start()
  const answer = await started.ask(await assertionOf(started), {
    scope: 'aws:read',
    resource: 'https://GATEWAY.example/',
  })
  expect(answer).toEqual({
    status: 200,
    body: { access_token: 'minted', token_type: 'Bearer', expires_in: 300, scope: 'aws:read' },
  })
  expect(started.minted).toMatchObject([
    { tenant: { id: 'acme' }, subject: 'ann', groups: ['operators'], scopes: ['aws:read'] },
  ])
  expect(started.minted[0]?.client.clientId).toBe('editor')
  expect([...started.claims]).toEqual([[`IdJag ${sso} assertion-1`, 310]])
})

test('C45 a replay is refused, also where many come at once', async () => {
  await using started = await start()
  const assertion = await assertionOf(started)
  const answers = await Promise.all(Array.from({ length: 8 }, () => started.ask(assertion)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400])
  expect(started.minted.length).toBe(1)
})

const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('C45', () => {
  test.for<[string, string, (started: Started) => Promise<string> | string, Record<string, string>?]>([
    ['typ JWT', 'invalid_grant', (s) => assertionOf(s, {}, { typ: 'JWT' })],
    ['typ of an access token', 'invalid_grant', (s) => assertionOf(s, {}, { typ: 'at+jwt' })],
    ['no typ', 'invalid_grant', (s) => assertionOf(s, {}, { typ: undefined })],
    ['typ in other letters', 'invalid_grant', (s) => assertionOf(s, {}, { typ: 'OAUTH-ID-JAG+JWT' })],
    [
      'typ with a prefix',
      'invalid_grant',
      (s) => assertionOf(s, {}, { typ: 'application/oauth-id-jag+jwt' }),
    ],
    ['another iss', 'invalid_grant', (s) => assertionOf(s, { iss: 'https://sso.example/other' })],
    ['iss with a slash', 'invalid_grant', (s) => assertionOf(s, { iss: `${sso}/` })],
    ['our own iss', 'invalid_grant', (s) => assertionOf(s, { iss: s.issuer })],
    ['no iss', 'invalid_grant', (s) => assertionOf(s, { iss: undefined })],
    ['iss as a list', 'invalid_grant', (s) => assertionOf(s, { iss: [sso] })],
    ['iss of 1,000,000 characters', 'invalid_request', (s) => assertionOf(s, { iss: 'x'.repeat(1_000_000) })],
    ['iss of 3,000 characters', 'invalid_grant', (s) => assertionOf(s, { iss: 'x'.repeat(3_000) })],
    ['another client', 'invalid_grant', (s) => assertionOf(s), { client_id: 'other' }],
    ['another client_id', 'invalid_grant', (s) => assertionOf(s, { client_id: 'other' })],
    ['no client_id', 'invalid_grant', (s) => assertionOf(s, { client_id: undefined })],
    ['client_id as a list', 'invalid_grant', (s) => assertionOf(s, { client_id: ['editor'] })],
    [
      "another tenant's client",
      'invalid_grant',
      (s) => assertionOf(s, { client_id: 'globex.studio' }),
      { client_id: 'globex.studio' },
    ],
    ['another resource', 'invalid_target', (s) => assertionOf(s, { resource: 'https://other.example/mcp' })],
    ['no resource', 'invalid_target', (s) => assertionOf(s, { resource: undefined })],
    ['two resources', 'invalid_target', (s) => assertionOf(s, { resource: [resource, resource] })],
    [
      'another resource in the request',
      'invalid_target',
      (s) => assertionOf(s),
      { resource: 'https://o.example/' },
    ],
    ['another aud', 'invalid_grant', (s) => assertionOf(s, { aud: 'https://other.example' })],
    ['aud of the resource', 'invalid_grant', (s) => assertionOf(s, { aud: resource })],
    ['aud with a slash', 'invalid_grant', (s) => assertionOf(s, { aud: `${s.issuer}/` })],
    ['aud as a list', 'invalid_grant', (s) => assertionOf(s, { aud: [s.issuer] })],
    ['two aud', 'invalid_grant', (s) => assertionOf(s, { aud: [s.issuer, 'https://other.example'] })],
    ['no aud', 'invalid_grant', (s) => assertionOf(s, { aud: undefined })],
    ['expired', 'invalid_grant', (s) => assertionOf(s, { iat: seconds - 200, exp: seconds - 6 })],
    ['6 minutes', 'invalid_grant', (s) => assertionOf(s, { exp: seconds + 360 })],
    ['301 seconds', 'invalid_grant', (s) => assertionOf(s, { exp: seconds + 301 })],
    ['issued in the future', 'invalid_grant', (s) => assertionOf(s, { iat: seconds + 6, exp: seconds + 60 })],
    ['issued after its end', 'invalid_grant', (s) => assertionOf(s, { iat: seconds + 3, exp: seconds + 2 })],
    ['not yet', 'invalid_grant', (s) => assertionOf(s, { nbf: seconds + 60 })],
    ['no exp', 'invalid_grant', (s) => assertionOf(s, { exp: undefined })],
    ['no iat', 'invalid_grant', (s) => assertionOf(s, { iat: undefined })],
    ['exp as a text', 'invalid_grant', (s) => assertionOf(s, { exp: `${seconds + 60}` })],
    ['exp of 1e20', 'invalid_grant', (s) => assertionOf(s, { exp: 1e20 })],
    ['iat of -1e20', 'invalid_grant', (s) => assertionOf(s, { iat: -1e20 })],
    ['half a second', 'invalid_grant', (s) => assertionOf(s, { exp: seconds + 60.5 })],
    ['no jti', 'invalid_grant', (s) => assertionOf(s, { jti: undefined })],
    ['empty jti', 'invalid_grant', (s) => assertionOf(s, { jti: '' })],
    ['jti as a number', 'invalid_grant', (s) => assertionOf(s, { jti: 7 })],
    ['jti of 1,000 characters', 'invalid_grant', (s) => assertionOf(s, { jti: 'x'.repeat(1_000) })],
    ['no sub', 'invalid_grant', (s) => assertionOf(s, { sub: undefined })],
    ['empty sub', 'invalid_grant', (s) => assertionOf(s, { sub: '' })],
    ['sub as an object', 'invalid_grant', (s) => assertionOf(s, { sub: { a: 1 } })],
    ['a key that has to be proven', 'invalid_grant', (s) => assertionOf(s, { cnf: { jkt: 'x' } })],
    ['scope as a list', 'invalid_grant', (s) => assertionOf(s, { scope: ['aws:read'] })],
    ['another key', 'invalid_grant', (s) => assertionOf(s, {}, {}, otherPair.privateKey)],
    ['an unknown kid', 'invalid_grant', (s) => assertionOf(s, {}, { kid: 'k2' })],
    ['no kid', 'invalid_grant', (s) => assertionOf(s, {}, { kid: undefined })],
    ['the kid of another key', 'invalid_grant', (s) => assertionOf(s, {}, { kid: 'r1' })],
    [
      'an algorithm of others',
      'invalid_grant',
      (s) => assertionOf(s, {}, { alg: 'RS256', kid: 'r1' }, rsaPair.privateKey),
    ],
    ['jwk', 'invalid_grant', (s) => assertionOf(s, {}, { jwk: { kty: 'EC' } })],
    ['jku', 'invalid_grant', (s) => assertionOf(s, {}, { jku: 'http://127.0.0.1:1/keys' })],
    [
      'alg none',
      'invalid_grant',
      (s) =>
        `${b64({ alg: 'none', kid: 'k1', typ: 'oauth-id-jag+jwt' })}.${b64({ iss: sso, aud: s.issuer })}.x`,
    ],
    ['no signature', 'invalid_grant', async (s) => (await assertionOf(s)).replace(/[^.]+$/, '')],
    [
      'another payload',
      'invalid_grant',
      async (s) => (await assertionOf(s)).replace(/\.[^.]+\./, `.${b64({ iss: sso })}.`),
    ],
    [
      'claims that are no object',
      'invalid_grant',
      () => `${b64({ alg: 'ES256', typ: 'oauth-id-jag+jwt' })}.WzFd.x`,
    ],
    ['junk', 'invalid_grant', () => 'a.b.c'],
    ['no JWT', 'invalid_grant', () => 'x'],
    ['five parts', 'invalid_grant', () => 'a.b.c.d.e'],
    ['padding', 'invalid_grant', async (s) => `${await assertionOf(s)}==`],
    ['40 KB', 'invalid_grant', () => `a.${'b'.repeat(40_000)}.c`],
    ['wider scope only', 'invalid_scope', (s) => assertionOf(s), { scope: 'aws:admin' }],
    ['a scope that nobody knows', 'invalid_scope', (s) => assertionOf(s, { scope: 'files' })],
    ['an empty scope', 'invalid_scope', (s) => assertionOf(s, { scope: '' })],
    ['a person without a group', 'invalid_scope', (s) => assertionOf(s, { groups: [] })],
    [
      'a group of the language',
      'invalid_scope',
      (s) => assertionOf(s, { groups: ['__proto__', 'constructor'] }),
    ],
    ['no assertion', 'invalid_request', () => ''],
  ])('%s: %s', async ([, error, make, parameters]) => {
    await using started = await start()
    const answer = await started.ask(await make(started), parameters)
    expect(answer).toMatchObject({ status: 400, body: { error } })
    if (error === 'invalid_grant') expect(answer.body.error_description).toBe('grant request is invalid')
    expect([started.minted, [...started.claims]]).toEqual([[], []])
  })

  test('a missing parameter is no fault of ours', async () => {
    await using started = await start()
    expect(await started.ask(undefined)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test.for<[string, string | undefined, Record<string, unknown>, Partial<Connection>, string]>([
    ['all of the assertion', undefined, {}, {}, 'aws:read aws:write'],
    ['what is asked', 'aws:write', {}, {}, 'aws:write'],
    ['less than is asked', 'aws:read aws:write aws:admin', {}, {}, 'aws:read aws:write'],
    ['no more than the assertion', 'aws:read aws:write', { scope: 'aws:read' }, {}, 'aws:read'],
    ['no more than the groups', undefined, { groups: ['staff'] }, {}, 'aws:read'],
    ['no more than the connection', undefined, {}, { allowedScopes: ['aws:read'] }, 'aws:read'],
    ['reading, where the assertion says nothing', undefined, { scope: undefined }, {}, 'aws:read'],
    [
      'reading at most, where the assertion says nothing',
      'aws:read aws:write',
      { scope: undefined },
      {},
      'aws:read',
    ],
    ['one group that is a text', undefined, { groups: 'operators' }, {}, 'aws:read aws:write'],
    [
      'groups of another claim',
      undefined,
      { roles: ['operators'], groups: [] },
      { groupClaim: 'roles' },
      'aws:read aws:write',
    ],
    [
      'all, without a map of groups',
      undefined,
      { groups: [] },
      { groupToScope: undefined },
      'aws:read aws:write',
    ],
  ])('scope: %s', async ([, scope, claims, changes, granted]) => {
    await using started = await start({
      connections: [{ tenant: tenant('acme'), connection: connection(changes) }],
    })
    const answer = await started.ask(await assertionOf(started, claims), scope === undefined ? {} : { scope })
    expect(answer).toMatchObject({ status: 200, body: { scope: granted } })
  })
})

test('the person is who the connection says', async () => {
  await using started = await start({
    connections: [{ tenant: tenant('acme'), connection: connection({ subjectClaim: 'oid' }) }],
  })
  expect((await started.ask(await assertionOf(started))).body.error).toBe('invalid_grant')
  expect((await started.ask(await assertionOf(started, { oid: 'object-1' }))).status).toBe(200)
  expect(started.minted[0]?.subject).toBe('object-1')
})

describe('C46', () => {
  const acme = {
    tenant: tenant('acme'),
    connection: connection({ pins: { tid: 'a' }, emailDomains: ['acme.example'] }),
  }
  const globex = {
    tenant: tenant('globex'),
    connection: connection({ pins: { tid: 'g' }, emailDomains: ['globex.example'] }),
  }

  test.for<[string, Record<string, unknown>, string | undefined]>([
    ["another tenant's e-mail", { tid: 'a', email: 'ann@globex.example', tenant: 'globex' }, 'acme'],
    ['its own pin', { tid: 'g' }, 'globex'],
    ['no pin', {}, undefined],
    ['an unknown pin', { tid: 'x' }, undefined],
    ['a pin as a list', { tid: ['a'] }, undefined],
  ])('%s', async ([, claims, tenantId]) => {
    await using started = await start({ connections: [acme, globex] })
    const answer = await started.ask(await assertionOf(started, claims))
    expect(answer.body.error).toBe(tenantId === undefined ? 'invalid_grant' : undefined)
    expect(started.minted.map((each) => each.tenant.id)).toEqual(tenantId === undefined ? [] : [tenantId])
  })

  test.for<[string, Issued[]]>([
    ['two connections that fit', [acme, { ...globex, connection: acme.connection }]],
    ['a connection without ID-JAG', [{ ...acme, connection: { ...acme.connection, idJag: false } }]],
    ['a tenant that is suspended', [{ ...acme, tenant: tenant('acme', { status: 'suspended' }) }]],
  ])('%s: refused', async ([, connections]) => {
    await using started = await start({ connections })
    const answer = await started.ask(await assertionOf(started, { tid: 'a' }))
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(started.minted).toEqual([])
  })

  test('keys of the one tenant sign nothing for the other', async () => {
    const others = createLocalJWKSet({ keys: [await jwkOf(otherPair, 'k1')] })
    await using started = await start({
      connections: [acme, globex],
      keysOf: ({ pins }) => (pins.tid === 'g' ? others : keySet),
    })
    const answer = await started.ask(await assertionOf(started, { tid: 'g' }))
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })
})

const away = () => Promise.reject(new GatewayError('unavailable', 'c4n4ry'))

test.for<[string, Changes]>([
  ['keys that time out', { keysOf: () => () => Promise.reject(new jose.JWKSTimeout()) }],
  ['keys that are none', { keysOf: () => () => Promise.reject(new jose.JWKSInvalid('c4n4ry')) }],
  ['keys that cannot be reached', { keysOf: () => () => Promise.reject(new TypeError('fetch failed')) }],
  ['a directory that cannot tell', { directory: { issuedBy: away } }],
  ['a store that is away', { store: { claim: away } }],
  [
    'a mint that fails',
    {
      mint: () => {
        throw new Error('c4n4ry')
      },
    },
  ],
])('%s: 503, and nobody is signed out', async ([, changes]) => {
  await using started = await start(changes)
  const answer = await started.ask(await assertionOf(started))
  expect(answer).toEqual({
    status: 503,
    body: { error: 'temporarily_unavailable', error_description: 'Try again in a few seconds' },
  })
})
