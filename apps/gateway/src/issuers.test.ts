import { ConfigurationError, type Connection, GatewayError, parseTenants, type Tenant } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { createIssuers, type Issuer } from './issuers.ts'

const resource = 'https://gw.example/mcp'
const signIn = {
  issuer: 'https://sso.example',
  jwks: { url: 'https://sso.example/jwks' },
  key: { alg: 'ES256' },
}

const tenantsWith = (acme: Partial<Connection>, globex: Partial<Connection>): Tenant[] =>
  parseTenants(
    JSON.parse(
      tenantsText({ acme: signIn, globex: signIn }, (tenancy) => {
        Object.assign(tenancy.acme.connections[0] ?? {}, acme)
        Object.assign(tenancy.globex.connections[0] ?? {}, globex)
      }),
    ),
    'tenants.yaml',
  )

const directoryOf = (tenants: readonly Tenant[]) => ({
  issuedBy: async (issuer: string) =>
    tenants.flatMap((tenant) =>
      tenant.connections
        .filter((connection) => connection.issuer === issuer)
        .map((connection) => ({ tenant, connection })),
    ),
})

const issuersOf = (tenants: readonly Tenant[], maxKeySets?: number) =>
  createIssuers({
    directory: directoryOf(tenants),
    resource,
    now: () => Date.now(),
    changed: () => undefined,
    ...(maxKeySets !== undefined && { maxKeySets }),
  })

/** Whose principal a token of the issuer makes. */
const tenantOf = async (found: Issuer | undefined, claims: object): Promise<string | undefined> => {
  const of = { aud: resource, sub: 'ann', client_id: 'editor', scope: 'aws:read', iat: 0, exp: 60, ...claims }
  return (await found?.principalOf(of, 1_000))?.tenantId
}

const faultsOf = (tenants: () => readonly Tenant[]): readonly string[] => {
  try {
    tenants()
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  return []
}

test('each issuer has its own keys, and only its own connections', async () => {
  const issuers = issuersOf(tenantsWith({}, { issuer: 'https://sso.example/globex', algorithms: ['RS256'] }))
  const acme = await issuers.find('https://sso.example')
  const globex = await issuers.find('https://sso.example/globex')
  expect(acme).toMatchObject({ algorithms: ['ES256'], audiences: [resource], maxLifeSeconds: 3_600 })
  expect(globex).toMatchObject({ algorithms: ['RS256'] })
  expect(await tenantOf(acme, {})).toBe('acme')
  expect(await tenantOf(globex, {})).toBe('globex')
  expect(acme?.keys).not.toBe(globex?.keys)
  for (const other of ['https://sso.example/', 'HTTPS://sso.example', '__proto__', 'constructor', '']) {
    expect(await issuers.find(other)).toBeUndefined()
  }
})

test('a shared issuer has one key set and the connections of both', async () => {
  const issuers = issuersOf(tenantsWith({ pins: { tid: 'a' } }, { pins: { tid: 'g' } }))
  const found = await issuers.find('https://sso.example')
  expect(await tenantOf(found, { tid: 'a' })).toBe('acme')
  expect(await tenantOf(found, { tid: 'g' })).toBe('globex')
})

test('keys are kept when tenants change, unless it is their address that does', async () => {
  const tenants = tenantsWith({}, { issuer: 'https://sso.example/globex' })
  const issuers = issuersOf(tenants)
  const before = await issuers.find('https://sso.example')
  const change = (jwksUri: string) =>
    tenants.splice(
      0,
      1,
      ...tenantsWith({ jwksUri, directTokens: true, allowedClients: ['other'] }, { issuer: 'x' }).slice(0, 1),
    )
  change('https://sso.example/jwks')
  const after = await issuers.find('https://sso.example')
  expect(await tenantOf(after, { client_id: 'other' })).toBe('acme')
  expect(after?.keys).toBe(before?.keys)
  change('https://sso.example/other-jwks')
  expect((await issuers.find('https://sso.example'))?.keys).not.toBe(before?.keys)
})

test('two issuers with one address of keys have two key sets', async () => {
  const issuers = issuersOf(tenantsWith({}, { issuer: 'https://sso.example/globex' }))
  const [acme, globex] = [
    await issuers.find('https://sso.example'),
    await issuers.find('https://sso.example/globex'),
  ]
  expect(acme?.issuer).not.toBe(globex?.issuer)
  expect(acme?.keys).not.toBe(globex?.keys)
})

test('key sets are bounded, and names that no tenant has take none of the room', async () => {
  const issuers = issuersOf(tenantsWith({}, { issuer: 'https://sso.example/globex' }), 1)
  const first = await issuers.find('https://sso.example')
  for (let n = 0; n < 100; n++) expect(await issuers.find(`https://sso.example/${n}`)).toBeUndefined()
  expect((await issuers.find('https://sso.example'))?.keys).toBe(first?.keys)
  await issuers.find('https://sso.example/globex')
  expect((await issuers.find('https://sso.example'))?.keys).not.toBe(first?.keys)
})

test('no store is asked for a name that no issuer could have', async () => {
  const issuedBy = vi.fn(async () => [])
  const issuers = createIssuers({
    directory: { issuedBy },
    resource,
    now: Date.now,
    changed: () => undefined,
  })
  expect(await issuers.find('x'.repeat(2_049))).toBeUndefined()
  expect(issuedBy).not.toHaveBeenCalled()
})

test.for([
  { jwksUri: 'https://evil.example/jwks' },
  { algorithms: ['ES256' as const, 'RS256' as const] },
  { typ: ['JWT' as const] },
])('where connections of one issuer got by that disagree (%j), nobody is let in', async (other) => {
  const [acme] = tenantsWith({ pins: { tid: 'a' } }, { pins: { tid: 'g' } })
  const [evil] = tenantsWith({ pins: { tid: 'e' }, ...other }, { issuer: 'https://sso.example/other' })
  if (!acme || !evil) throw new Error('the tenants of the tests are missing')
  for (const tenants of [
    [acme, evil],
    [evil, acme],
  ]) {
    await expect(issuersOf(tenants).find('https://sso.example')).rejects.toMatchObject({
      code: 'unavailable',
    })
  }
})

test('nobody can tell: that is no refusal of a token', async () => {
  const issuedBy = async () => {
    throw new GatewayError('unavailable', 'Not now.')
  }
  const issuers = createIssuers({
    directory: { issuedBy },
    resource,
    now: Date.now,
    changed: () => undefined,
  })
  await expect(issuers.find('https://sso.example')).rejects.toMatchObject({ code: 'unavailable' })
})

test('a shared issuer without a pin would let in the whole world', () => {
  expect(faultsOf(() => tenantsWith({ pins: { tid: 'a' } }, {}))).toEqual([
    'tenants[1].connections[0].pins: an issuer of several companies needs pins',
  ])
})

test.for([
  'https://accounts.google.com',
  'accounts.google.com',
  'https://login.microsoftonline.com/common/v2.0',
  'https://login.microsoftonline.com/organizations/v2.0',
])('%s needs a pin, also where one customer has it', (issuer) => {
  const path = 'tenants[0].connections[0].pins'
  expect(faultsOf(() => tenantsWith({ issuer }, {}))).toEqual([
    `${path}: an issuer of several companies needs pins`,
  ])
  expect(faultsOf(() => tenantsWith({ issuer, pins: { hd: 'acme.example' } }, {}))).toEqual([])
})

test('one customer cannot change how tokens of a shared issuer are checked for the other', () => {
  const other = { jwksUri: 'https://evil.example/jwks', algorithms: ['ES256' as const, 'RS256' as const] }
  const faults = faultsOf(() =>
    tenantsWith({ pins: { tid: 'a' } }, { pins: { tid: 'g' }, ...other, typ: ['JWT', 'at+jwt'] }),
  )
  expect(faults).toEqual(
    ['tenants[0]', 'tenants[1]'].flatMap((tenant) =>
      ['jwksUri', 'algorithms', 'typ'].map(
        (name) => `${tenant}.connections[0].${name}: differs from another connection of the same issuer`,
      ),
    ),
  )
})

const browserOnly: Partial<Connection> = { directTokens: false, allowedClients: [], clientId: 'gateway' }

test('A30 tokens of a sign-in that is only for browsers are refused, before its keys are asked', async () => {
  const issuers = issuersOf(tenantsWith(browserOnly, { issuer: 'https://sso.example/globex' }))
  await expect(issuers.find('https://sso.example')).rejects.toMatchObject({
    code: 'invalid_token',
    cause: 'direct tokens are off',
  })
  expect(await tenantOf(await issuers.find('https://sso.example/globex'), {})).toBe('globex')
})

test('A30 of two companies with one issuer, only the tokens of that are taken which wants them', async () => {
  const issuers = issuersOf(
    tenantsWith({ ...browserOnly, pins: { tid: 'a' }, maxTokenLifeSeconds: 7_200 }, { pins: { tid: 'g' } }),
  )
  const found = await issuers.find('https://sso.example')
  expect(found?.maxLifeSeconds).toBe(3_600)
  expect(await tenantOf(found, { tid: 'g' })).toBe('globex')
  await expect(tenantOf(found, { tid: 'a' })).rejects.toMatchObject({
    code: 'invalid_token',
    cause: 'direct tokens are off',
  })
})

test('the name of the authorization server leads to it and to no tenant', async () => {
  const issuedBy = vi.fn(async () => [])
  const own = { issuer: 'https://auth.example' } as Issuer
  const issuers = createIssuers({
    directory: { issuedBy },
    resource,
    own,
    now: Date.now,
    changed: () => undefined,
  })
  expect(await issuers.find('https://auth.example')).toBe(own)
  expect(issuedBy).not.toHaveBeenCalled()
  expect(await issuers.find('https://auth.example/')).toBeUndefined()
})
