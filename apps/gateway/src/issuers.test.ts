import { ConfigurationError, type Connection, parseTenants, type Tenant } from '@gateway/domain'
import { expect, test } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { issuerTable } from './issuers.ts'

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

const tableOf = (tenants: readonly Tenant[]) =>
  issuerTable(tenants, { now: () => Date.now(), changed: () => undefined })

const faultsOf = (tenants: () => readonly Tenant[]): readonly string[] => {
  try {
    tableOf(tenants())
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  return []
}

test('each issuer has its own keys, and only its own connections', () => {
  const table = tableOf(tenantsWith({}, { issuer: 'https://sso.example/globex', algorithms: ['RS256'] }))
  const [acme, globex] = [table.get('https://sso.example'), table.get('https://sso.example/globex')]
  expect(acme).toMatchObject({ algorithms: ['ES256'], connections: [{ tenant: { id: 'acme' } }] })
  expect(globex).toMatchObject({ algorithms: ['RS256'], connections: [{ tenant: { id: 'globex' } }] })
  expect(acme?.connections).toHaveLength(1)
  expect(acme?.keys).not.toBe(globex?.keys)
  for (const other of ['https://sso.example/', 'HTTPS://sso.example', '__proto__', 'constructor', '']) {
    expect(table.get(other)).toBeUndefined()
  }
})

test('a shared issuer has one key set and the connections of both', () => {
  const table = tableOf(tenantsWith({ pins: { tid: 'a' } }, { pins: { tid: 'g' } }))
  expect([...table.keys()]).toEqual(['https://sso.example'])
  expect(
    table
      .get('https://sso.example')
      ?.connections.map(({ tenant }) => tenant.id)
      .sort(),
  ).toEqual(['acme', 'globex'])
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
