import { ConfigurationError, type Connection, GatewayError, parseTenants, type Tenant } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { createIssuers } from './issuers.ts'

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
    now: () => Date.now(),
    changed: () => undefined,
    ...(maxKeySets !== undefined && { maxKeySets }),
  })

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
  expect(acme).toMatchObject({ algorithms: ['ES256'], connections: [{ tenant: { id: 'acme' } }] })
  expect(globex).toMatchObject({ algorithms: ['RS256'], connections: [{ tenant: { id: 'globex' } }] })
  expect(acme?.connections).toHaveLength(1)
  expect(acme?.keys).not.toBe(globex?.keys)
  for (const other of ['https://sso.example/', 'HTTPS://sso.example', '__proto__', 'constructor', '']) {
    expect(await issuers.find(other)).toBeUndefined()
  }
})

test('a shared issuer has one key set and the connections of both', async () => {
  const issuers = issuersOf(tenantsWith({ pins: { tid: 'a' } }, { pins: { tid: 'g' } }))
  const found = await issuers.find('https://sso.example')
  expect(found?.connections.map(({ tenant }) => tenant.id).sort()).toEqual(['acme', 'globex'])
})

test('keys are kept when tenants change, unless it is their address that does', async () => {
  const tenants = tenantsWith({}, { issuer: 'https://sso.example/globex' })
  const issuers = issuersOf(tenants)
  const before = await issuers.find('https://sso.example')
  const change = (jwksUri: string) =>
    tenants.splice(0, 1, ...tenantsWith({ jwksUri, allowedClients: ['other'] }, { issuer: 'x' }).slice(0, 1))
  change('https://sso.example/jwks')
  const after = await issuers.find('https://sso.example')
  expect(after?.connections[0].connection.allowedClients).toEqual(['other'])
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
  expect(acme?.connections[0].connection.jwksUri).toBe(globex?.connections[0].connection.jwksUri)
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
  const issuers = createIssuers({ directory: { issuedBy }, now: Date.now, changed: () => undefined })
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
  const issuers = createIssuers({ directory: { issuedBy }, now: Date.now, changed: () => undefined })
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
