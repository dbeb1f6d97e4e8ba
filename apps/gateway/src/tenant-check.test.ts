import { parseTenants, type Tenant } from '@gateway/domain'
import { expect, test } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { operations, tenantCheckOf } from './tenant-check.ts'

const signIn = (issuer: string) => ({ issuer, jwks: { url: `${issuer}/jwks` }, key: { alg: 'ES256' } })

const tenantWith = (changes: object): Tenant => {
  const text = tenantsText(
    { acme: signIn('https://sso.example/acme'), globex: signIn('https://sso.example/globex') },
    ({ acme }) => void Object.assign(acme, changes),
  )
  const [tenant] = parseTenants(JSON.parse(text), 'tenants.yaml')
  if (!tenant) throw new Error('the tenant of the tests is missing')
  return tenant
}

test('a good tenant has no faults, wherever the gateway listens', () => {
  expect(operations.length).toBeGreaterThan(4)
  for (const host of ['127.0.0.1', '0.0.0.0']) expect(tenantCheckOf({ host })(tenantWith({}))).toEqual([])
})

test("a profile of the operator's own is for loopback alone", () => {
  const tenant = tenantWith({ authentication: { profile: 'default' } })
  expect(tenantCheckOf({ host: '::1' })(tenant)).toEqual([])
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'gw.example'])
    expect(tenantCheckOf({ host })(tenant)).toEqual([expect.stringMatching(/^authentication\.profile: /)])
})

test('a policy that no session could be narrowed by is a fault', () => {
  const Statement = Array.from({ length: 60 }, (_, n) => ({
    Effect: 'Deny',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::secret-bucket-number-${n}/*`,
  }))
  const permissions = {
    allowedServices: ['s3'],
    allowedRegions: ['eu-west-1', 'us-east-1'],
    policy: { Version: '2012-10-17', Statement },
  }
  expect(tenantCheckOf({ host: '127.0.0.1' })(tenantWith({ permissions }))).toEqual([
    expect.stringMatching(/^permissions\S*: .*2,048/),
  ])
})

const operated = {
  host: '0.0.0.0',
  publicUrl: 'https://gw.example',
  admin: { issuer: 'https://sso.example/operators' },
}

test('no tenant signs in with the issuer of the operators, nor for their audience', () => {
  const [connection] = tenantWith({}).connections
  const faultsWith = (...changes: object[]) =>
    tenantCheckOf(operated)(
      tenantWith({ connections: changes.map((change) => ({ ...connection, ...change })) }),
    )
  const others = { issuer: 'https://sso.example/operators/', allowedAudiences: ['https://gw.example/mcp'] }
  expect(faultsWith({}, others)).toEqual([])
  expect(faultsWith({}, { issuer: 'https://sso.example/operators' })).toEqual([
    "connections[1].issuer: is that of the gateway's operators (ADMIN_ISSUER)",
  ])
  expect(faultsWith({ allowedAudiences: ['https://gw.example/mcp', 'https://gw.example/admin'] })).toEqual([
    'connections[0].allowedAudiences[1]: is that of the admin API',
  ])
})

test('without an admin API its audience is kept free all the same', () => {
  const { admin: _, ...without } = operated
  const [connection] = tenantWith({}).connections
  const connections = [{ ...connection, allowedAudiences: ['https://gw.example/admin'] }]
  expect(tenantCheckOf(without)(tenantWith({ connections }))).toHaveLength(1)
})

test("no company signs in by the gateway's own authorization server", () => {
  const authorization = { issuer: 'https://sso.example/acme' }
  expect(tenantCheckOf({ host: '0.0.0.0', authorization })(tenantWith({}))).toEqual([
    "connections[0].issuer: is that of the gateway's own authorization server (AUTHORIZATION_URL)",
  ])
  const other = { issuer: 'https://sso.example/acme/' }
  expect(tenantCheckOf({ host: '0.0.0.0', authorization: other })(tenantWith({}))).toEqual([])
})
