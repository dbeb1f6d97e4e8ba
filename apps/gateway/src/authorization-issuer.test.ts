import { type Connection, GatewayError, parseTenants, principalId, type Tenant } from '@gateway/domain'
import { expect, test } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { authorizationIssuer } from './authorization-issuer.ts'

const issuer = 'https://auth.example'
const resource = 'https://gw.example/mcp'
const idp = 'https://sso.example/acme'
const now = 1_800_000_000
const ann = principalId(idp, 'ann')

const claims = {
  iss: issuer,
  aud: resource,
  sub: ann,
  client_id: 'https://host.example/client.json',
  scope: 'aws:read aws:write',
  tenant: 'acme',
  idp,
  groups: ['admins'],
  jti: 'j-1',
  gid: 'g-1',
  iat: now,
  exp: now + 600,
}

const groupToScope = {
  admins: ['aws:read', 'aws:write', 'aws:admin'],
  readers: ['aws:read'],
} satisfies Record<string, Connection['allowedScopes']>

/** Acme and globex, which people sign in to; each connection of acme is the first one with these changes. */
const tenantsWith = (...acme: Partial<Connection>[]): Tenant[] => {
  const key = { alg: 'ES256' }
  const signIns = {
    acme: { issuer: idp, jwks: { url: 'https://sso.example/jwks' }, key },
    globex: { issuer: 'https://sso.example/globex', jwks: { url: 'https://sso.example/jwks' }, key },
  }
  const browser = { directTokens: false, allowedClients: [], clientId: 'gateway' }
  return parseTenants(
    JSON.parse(
      tenantsText(signIns, (tenancy) => {
        const [first] = tenancy.acme.connections
        tenancy.acme.connections = acme.map((changes) => ({ ...first, ...browser, ...changes }))
        Object.assign(tenancy.globex.connections[0] ?? {}, browser)
      }),
    ),
    'tenants.yaml',
  )
}

const issuerOf = (
  tenants: readonly Tenant[],
  keys = async (_: string): Promise<string | undefined> => 'PEM',
) => {
  const find = async (id: string) => tenants.find((tenant) => tenant.id === id)
  return authorizationIssuer({
    issuer,
    resource,
    keys: { publicKey: keys },
    directory: { known: () => undefined, find },
  })
}

const read = async (changes: object = {}, ...acme: Partial<Connection>[]) =>
  issuerOf(tenantsWith(...(acme.length > 0 ? acme : [{ groupToScope }]))).principalOf(
    { ...claims, ...changes },
    now * 1000,
  )

const refusalOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'accepted',
    (thrown: unknown) =>
      thrown instanceof GatewayError ? `${thrown.code}: ${String(thrown.cause)}` : `fault: ${String(thrown)}`,
  )

test('a principal is who the authorization server says, of the tenant that it says', async () => {
  expect(await read()).toEqual({
    id: ann,
    issuer,
    subject: ann,
    tenantId: 'acme',
    client: 'https://host.example/client.json',
    scopes: ['aws:read', 'aws:write'],
    mayHold: ['aws:read', 'aws:write', 'aws:admin'],
    groups: ['admins'],
    tokenId: 'j-1',
    grantId: 'g-1',
    issuedAt: now,
    tokenExpires: now + 600,
  })
})

test.for<[string, object, Partial<Connection>, string[], string[]]>([
  ['all of it', {}, {}, ['aws:read', 'aws:write'], ['aws:read', 'aws:write', 'aws:admin']],
  [
    'a group that has lost a scope',
    {},
    { groupToScope: { admins: ['aws:read'] } },
    ['aws:read'],
    ['aws:read'],
  ],
  ['no group that counts', { groups: ['staff'] }, { groupToScope }, [], []],
  ['no groups at all', { groups: undefined }, { groupToScope }, [], []],
  ['members of every object', { groups: ['constructor', '__proto__'] }, { groupToScope }, [], []],
  ['a group with a space', { groups: ['readers admins'] }, { groupToScope }, [], []],
  ['a capped connection', {}, { allowedScopes: ['aws:read'] }, ['aws:read'], ['aws:read']],
  [
    'fewer than they may',
    { scope: 'aws:read' },
    { groupToScope },
    ['aws:read'],
    ['aws:read', 'aws:write', 'aws:admin'],
  ],
  ['none', { scope: '' }, {}, [], ['aws:read', 'aws:write', 'aws:admin']],
  [
    'unknown ones',
    { scope: 'openid aws:* AWS:READ aws:root' },
    {},
    [],
    ['aws:read', 'aws:write', 'aws:admin'],
  ],
])('scopes are looked up again: %s', async ([, changes, connection, held, mayHold]) => {
  expect(await read(changes, connection)).toMatchObject({ scopes: held, mayHold })
})

test.for<[string, object]>([
  ['A29 aud in an array', { aud: [resource] }],
  ['A29 aud with a slash', { aud: `${resource}/` }],
  ['A25 a life of 15 min and a second', { exp: now + 901 }],
  ['A26 issued in 6 s', { iat: now + 6 }],
  ['A22 an ID token (nonce)', { nonce: 'n' }],
  ['A22 an ID token (at_hash)', { at_hash: null }],
  ...(['sub', 'client_id', 'scope', 'tenant', 'idp', 'jti', 'gid'] as const).flatMap((name) =>
    [undefined, null, 7, true, [claims[name]], { [name]: claims[name] }].map((value): [string, object] => [
      `A30 ${name} ${JSON.stringify(value)}`,
      { [name]: value },
    ]),
  ),
  ...(['sub', 'client_id', 'tenant', 'idp', 'jti', 'gid'] as const).map((name): [string, object] => [
    `A30 an empty ${name}`,
    { [name]: '' },
  ]),
  ['A30 a sub that is no id of a principal', { sub: 'ann' }],
  ['A30 a sub with a newline', { sub: `${ann}\n` }],
  ['A30 a tenant in other letters', { tenant: 'Acme' }],
  ['A30 a tenant with a space', { tenant: 'acme ' }],
  ['A30 a tenant that there is not', { tenant: 'initech' }],
  ['A30 a member of every object for a tenant', { tenant: 'constructor' }],
  ['A30 groups as text', { groups: 'admins' }],
  ['A30 a group that is no text', { groups: ['admins', 7] }],
  ['E01 the tenant of another company', { tenant: 'globex' }],
  ["E01 another company's sign-in", { idp: 'https://sso.example/globex' }],
  ['E01 a sign-in with a slash', { idp: `${idp}/` }],
  ['E01 our own issuer for a sign-in', { idp: issuer }],
])('%s: refused', async ([, changes]) => {
  expect(await refusalOf(read(changes))).toMatch(/^invalid_token: /)
})

test('the longest life, the earliest start and a token without a grant are taken', async () => {
  expect(await refusalOf(read({ exp: now + 900 }))).toBe('accepted')
  expect(await refusalOf(read({ iat: now + 5, exp: now + 900 }))).toBe('accepted')
  const { gid: _, ...without } = claims
  expect(await issuerOf(tenantsWith({})).principalOf(without, now * 1000)).not.toHaveProperty('grantId')
})

test('a sign-in that lets nobody in any more refuses the tokens of those who came by it', async () => {
  const off = { clientId: undefined, directTokens: true, allowedClients: ['editor'] }
  expect(await refusalOf(read({}, off))).toBe('invalid_token: no sign-in of the tenant')
  expect(await refusalOf(read({}, { issuer: 'https://sso.example/new' }))).toBe(
    'invalid_token: no sign-in of the tenant',
  )
  expect(await refusalOf(read({}, { clientId: undefined, idJag: true }))).toBe('accepted')
})

test('of connections to one issuer, those count by which people sign in', async () => {
  const both: Partial<Connection>[] = [
    { pins: { tid: 'a' }, allowedScopes: ['aws:read'] },
    { pins: { tid: 'b' }, allowedScopes: ['aws:write'] },
  ]
  expect(await read({}, ...both)).toMatchObject({
    scopes: ['aws:read', 'aws:write'],
    mayHold: ['aws:read', 'aws:write'],
  })
  const [first = {}, second = {}] = both
  const direct = { clientId: undefined, directTokens: true, allowedClients: ['editor'] }
  expect(await read({}, first, { ...second, ...direct })).toMatchObject({ scopes: ['aws:read'] })
})

test('keys: an unknown one is a refusal, a store that is away is none', async () => {
  const header = { alg: 'ES256', kid: 'k' }
  expect(await issuerOf([]).keys.find(header)).toBe('PEM')
  expect(await refusalOf(issuerOf([], async () => undefined).keys.find(header))).toBe(
    'invalid_token: unknown kid',
  )
  const away = issuerOf([], () => Promise.reject(new Error('away'))).keys.find(header)
  await expect(away).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 5 } })
})

test('nobody can tell which tenants there are: that is no refusal of a token', async () => {
  const find = () => Promise.reject(new GatewayError('unavailable', 'Not now.'))
  const own = authorizationIssuer({
    issuer,
    resource,
    keys: { publicKey: async () => 'PEM' },
    directory: { known: () => undefined, find },
  })
  await expect(own.principalOf(claims, now * 1000)).rejects.toMatchObject({ code: 'unavailable' })
})

test('a machine has what its own company says that it has, and is nobody at another', async () => {
  const clientId = 'acme.ci'
  const [acme, globex] = tenantsWith({})
  if (!acme || !globex) throw new Error('the tenants of the tests are missing')
  const machineClients = [{ clientId, scopes: ['aws:read' as const], groups: ['ci'], publicKeys: ['PEM'] }]
  const own = issuerOf([{ ...acme, machineClients }, globex])
  const { idp: _, gid: __, ...rest } = claims
  const of = { ...rest, client_id: clientId, sub: principalId(issuer, clientId), groups: ['ci'] }
  expect(await own.principalOf(of, now * 1000)).toMatchObject({
    tenantId: 'acme',
    client: clientId,
    scopes: ['aws:read'],
    mayHold: ['aws:read'],
    groups: ['ci'],
  })
  for (const changes of [
    { tenant: 'globex' },
    { client_id: 'globex.ci' },
    { client_id: 'acme.other' },
    { client_id: 'constructor' },
    { idp: null },
    { idp: 'https://sso.example/globex' },
  ]) {
    const asked = Promise.resolve(own.principalOf({ ...of, ...changes }, now * 1000))
    expect(await refusalOf(asked)).toMatch(/^invalid_token: /)
  }
})
