import { type Connection, GatewayError, parseTenants, principalId } from '@gateway/domain'
import { expect, test } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import type { IssuedConnection } from './direct-issuer.ts'
import { principalOf } from './principal-of.ts'

const issuer = 'https://sso.example'
const resource = 'https://gw.example/mcp'
const now = 1_800_000_000

const claims = {
  iss: issuer,
  aud: resource,
  sub: 'ann',
  client_id: 'editor',
  scope: 'aws:read aws:write',
  iat: now,
  exp: now + 600,
}

type Changes = Partial<Connection>

/** The connections of up to two customers to one issuer, changed as the test needs. */
const connectionsWith = (acme: Changes, globex?: Changes): IssuedConnection[] => {
  const signIn = { issuer, jwks: { url: `${issuer}/jwks` }, key: { alg: 'ES256' } }
  const text = tenantsText({ acme: signIn, globex: { ...signIn, issuer: `${issuer}/other` } })
  const [first, second] = parseTenants(JSON.parse(text), 'tenants.yaml')
  const [own] = first?.connections ?? []
  if (!first || !second || !own) throw new Error('the tenants file of the tests has no connection')
  return [
    { tenant: first, connection: { ...own, ...acme } },
    ...(globex ? [{ tenant: second, connection: { ...own, ...globex } }] : []),
  ]
}

const read = (changes: object = {}, connection: Changes = {}) =>
  principalOf(connectionsWith(connection), { ...claims, ...changes }, { resource, now: now * 1000 })

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown.code
    throw thrown
  }
  return 'accepted'
}

test('a principal holds what was verified, and nothing more', () => {
  expect(read({ jti: 'j-1', groups: ['staff'], email: 'ann@globex.example', tenant: 'globex' })).toEqual({
    id: principalId(issuer, 'ann'),
    issuer,
    subject: 'ann',
    tenantId: 'acme',
    client: 'editor',
    scopes: ['aws:read', 'aws:write'],
    groups: ['staff'],
    tokenId: 'j-1',
    issuedAt: now,
    tokenExpires: expect.any(Number),
  })
})

test.for<[string, unknown, string[] | undefined, string]>([
  ['the resource', resource, undefined, 'accepted'],
  ['the resource in an array', [resource], undefined, 'accepted'],
  ['another', 'https://other.example/mcp', undefined, 'invalid_token'],
  ['the resource and another', [resource, 'https://other.example'], undefined, 'invalid_token'],
  ['the resource with a slash', `${resource}/`, undefined, 'invalid_token'],
  ['the origin', 'https://gw.example', undefined, 'invalid_token'],
  ['another case', resource.toUpperCase(), undefined, 'invalid_token'],
  ['an empty string', '', undefined, 'invalid_token'],
  ['one of the list', 'api://gateway', ['api://gateway', resource], 'accepted'],
  ['all of the list', [resource, 'api://gateway'], ['api://gateway', resource], 'accepted'],
  ['more than the list', [resource, 'api://gateway', 'x'], ['api://gateway', resource], 'invalid_token'],
  ['the resource, which the list lacks', resource, ['api://gateway'], 'invalid_token'],
])('audience: %s', ([, aud, allowedAudiences, outcome]) => {
  expect(codeOf(() => read({ aud }, allowedAudiences ? { allowedAudiences } : {}))).toBe(outcome)
})

test.for<[string, object, string]>([
  ['as long as allowed', { exp: now + 3600 }, 'accepted'],
  ['a second longer', { exp: now + 3601 }, 'invalid_token'],
  ['without end', { exp: 253_402_300_799 }, 'invalid_token'],
  ['issued in 5 s', { iat: now + 5 }, 'accepted'],
  ['issued in 6 s', { iat: now + 6 }, 'invalid_token'],
  ['issued long ago', { iat: now - 4000 }, 'invalid_token'],
])('life: %s', ([, changes, outcome]) => {
  expect(codeOf(() => read(changes))).toBe(outcome)
})

test.for(['nonce', 'at_hash', 'c_hash'])('an ID token is refused: %s', (name) => {
  for (const value of ['x', '', null]) expect(codeOf(() => read({ [name]: value }))).toBe('invalid_token')
})

test.for([undefined, null, '', 7, true, ['ann'], {}, 'a'.repeat(256)])('sub %j is refused', (sub) => {
  expect(codeOf(() => read({ sub }))).toBe('invalid_token')
})

test('the client must be on the list of the connection, to the letter', () => {
  const allowedClients = ['editor', 'ci']
  expect(read({ client_id: 'ci' }, { allowedClients }).client).toBe('ci')
  for (const client_id of [undefined, null, '', 'other', 'Editor', 'editor ', ['editor'], 7]) {
    expect(codeOf(() => read({ client_id }, { allowedClients }))).toBe('invalid_token')
  }
})

test('the client is read from the claim that the connection names, and from no other', () => {
  const connection = { clientClaim: 'azp', directTokens: true, allowedClients: ['app-1'] }
  expect(read({ azp: 'app-1', client_id: 'other' }, connection).client).toBe('app-1')
  expect(codeOf(() => read({ client_id: 'app-1' }, connection))).toBe('invalid_token')
  for (const clientClaim of ['__proto__', 'constructor', 'toString']) {
    expect(codeOf(() => read({}, { ...connection, clientClaim }))).toBe('invalid_token')
  }
})

test.for<[string, unknown, string[]]>([
  ['words', 'aws:read aws:write openid', ['aws:read', 'aws:write']],
  ['an array', ['aws:write', 'aws:read', 'profile', 7, null], ['aws:read', 'aws:write']],
  ['an array whose members are not split', ['aws:read aws:admin'], []],
  ['odd spaces', '  aws:read   aws:read ', ['aws:read']],
  ['another case', 'AWS:READ aws:Read', []],
  ['no wildcard', 'aws:* *', []],
  ['names of members of objects', '__proto__ constructor toString', []],
  ['an empty string', '', []],
  ['an empty array', [], []],
])('scopes: %s', ([, scope, expected]) => {
  expect(read({ scope }).scopes).toEqual(expected)
})

test.for([undefined, null, 7, true, { 'aws:read': true }])('a scope claim of %j is refused', (scope) => {
  expect(codeOf(() => read({ scope }))).toBe('invalid_token')
})

test('scopes are read from the claim that the connection names, and from no other', () => {
  expect(read({ roles: ['aws:read'], scope: 'aws:admin' }, { scopeClaim: 'roles' }).scopes).toEqual([
    'aws:read',
  ])
  expect(codeOf(() => read({}, { scopeClaim: 'constructor' }))).toBe('invalid_token')
})

test('a connection caps scopes', () => {
  expect(read({ scope: 'aws:read aws:write aws:admin' }, { allowedScopes: ['aws:read'] }).scopes).toEqual([
    'aws:read',
  ])
})

const groupToScope = {
  readers: ['aws:read'],
  admins: ['aws:read', 'aws:write', 'aws:admin'],
} satisfies Connection['groupToScope']

test.for<[string, unknown, string[]]>([
  ['no group', undefined, []],
  ['none that is mapped', ['staff'], []],
  ['one', ['readers', 'staff'], ['aws:read']],
  ['several', ['readers', 'admins'], ['aws:read', 'aws:write']],
  ['a string is one group', 'readers', ['aws:read']],
  ['a string with spaces is still one group', 'staff admins', []],
  ['a string with commas too', 'staff,admins', []],
  ['a member with spaces is one group', ['staff admins'], []],
  ['another case', ['Admins', 'ADMINS'], []],
  ['members of every object', ['__proto__', 'constructor', 'toString', 'hasOwnProperty'], []],
  ['not strings', [7, null, ['admins'], { admins: true }], []],
  ['an object', { 0: 'admins', length: 1 }, []],
  ['a number', 7, []],
])('scopes are narrowed to what groups map to: %s', ([, groups, expected]) => {
  expect(read({ groups }, { groupToScope }).scopes).toEqual(expected)
})

test('a group never adds a scope that was not asked for', () => {
  expect(read({ scope: 'aws:read', groups: ['admins'] }, { groupToScope }).scopes).toEqual(['aws:read'])
})

test('an empty map leaves no scope; none leaves all', () => {
  expect(read({ groups: ['admins'] }, { groupToScope: {} }).scopes).toEqual([])
  expect(read({ groups: ['admins'] }).scopes).toEqual(['aws:read', 'aws:write'])
})

test('groups are read from the claim that the connection names', () => {
  const connection = { groupClaim: 'https://example/roles' }
  expect(read({ 'https://example/roles': ['a', 'b c'], groups: ['x'] }, connection).groups).toEqual([
    'a',
    'b c',
  ])
  expect(read({}, { groupClaim: 'constructor' }).groups).toEqual([])
})

test.for([
  [{ jti: 7 }, undefined],
  [{ jti: ['x'] }, undefined],
  [{ jti: 'j'.repeat(500) }, 'j'.repeat(128)],
] as const)('jti is kept where it is text: %j', ([changes, tokenId]) => {
  expect(read(changes).tokenId).toBe(tokenId)
})

const pinned = connectionsWith({ pins: { tid: 'a' } }, { pins: { tid: 'g' } })
const tenantOf = (shared: IssuedConnection[], changes: object) =>
  principalOf(shared, { ...claims, ...changes }, { resource, now: now * 1000 }).tenantId

test('a shared issuer: the pin alone says whose token it is', () => {
  expect(tenantOf(pinned, { tid: 'a', tenant: 'globex', hd: 'g' })).toBe('acme')
  expect(tenantOf(pinned, { tid: 'g', tenant: 'acme', email: 'ann@acme.example' })).toBe('globex')
})

test.for<[string, object]>([
  ['none', {}],
  ['of a third company', { tid: 'x' }],
  ['an array of both', { tid: ['a', 'g'] }],
  ['an array of one', { tid: ['a'] }],
  ['another case', { tid: 'A' }],
  ['with a space', { tid: 'a ' }],
  ['an object', { tid: { a: 'a' } }],
])('a shared issuer refuses a token whose pin is %s', ([, changes]) => {
  expect(codeOf(() => tenantOf(pinned, changes))).toBe('unknown_tenant')
})

test('several matches are refused, not chosen from', () => {
  const loose = connectionsWith({ pins: { tid: 'a' } }, { pins: { hd: 'g' } })
  expect(codeOf(() => tenantOf(loose, { tid: 'a', hd: 'g' }))).toBe('unknown_tenant')
  expect(tenantOf(loose, { tid: 'a' })).toBe('acme')
  expect(tenantOf(loose, { hd: 'g' })).toBe('globex')
})

test('every pin must match, also where one connection has the issuer alone', () => {
  const two = connectionsWith({ pins: { tid: 'a', org_id: 'o' } })
  expect(tenantOf(two, { tid: 'a', org_id: 'o' })).toBe('acme')
  expect(codeOf(() => tenantOf(two, { tid: 'a' }))).toBe('unknown_tenant')
  for (const name of ['__proto__', 'constructor']) {
    expect(codeOf(() => tenantOf(connectionsWith({ pins: { [name]: 'x' } }), {}))).toBe('unknown_tenant')
  }
})

test('the rules of one customer never let in a token of the other', () => {
  const shared = connectionsWith(
    {
      pins: { tid: 'a' },
      allowedAudiences: ['api://acme'],
      directTokens: true,
      allowedClients: ['acme-app'],
      maxTokenLifeSeconds: 60,
    },
    { pins: { tid: 'g' } },
  )
  const good = { tid: 'a', aud: 'api://acme', client_id: 'acme-app', exp: now + 60 }
  expect(tenantOf(shared, good)).toBe('acme')
  for (const foreign of [{ aud: resource }, { client_id: 'editor' }, { exp: now + 61 }]) {
    expect(codeOf(() => tenantOf(shared, { ...good, ...foreign }))).toBe('invalid_token')
  }
})

test('equal subjects of two issuers are two users', () => {
  const other = connectionsWith({ issuer: `${issuer}/` })
  const { id } = principalOf(other, claims, { resource, now: now * 1000 })
  expect(id).not.toBe(read().id)
})

test('a user is known by the claim that the connection names, and by no other', () => {
  const entra = { subjectClaim: 'oid' }
  expect(read({ oid: 'o-1', sub: 'pairwise' }, entra)).toMatchObject({
    id: principalId(issuer, 'o-1'),
    subject: 'o-1',
  })
  expect(read({ oid: 'o-1', sub: undefined }, entra).id).toBe(principalId(issuer, 'o-1'))
  for (const oid of [undefined, null, '', 7, ['o-1'], 'o'.repeat(256)]) {
    expect(codeOf(() => read({ oid }, entra))).toBe('invalid_token')
  }
  for (const subjectClaim of ['__proto__', 'constructor', 'toString']) {
    expect(codeOf(() => read({}, { subjectClaim }))).toBe('invalid_token')
  }
})

test('A30 a token of a sign-in that is only for browsers is refused', () => {
  expect(codeOf(() => read({}, { directTokens: false }))).toBe('invalid_token')
})
