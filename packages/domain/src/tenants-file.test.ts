import { expect, test } from 'vitest'
import { ConfigurationError } from './faults.ts'
import { checkTenants, parseTenants } from './tenants-file.ts'
import { connectionTo, roleIn, tenantsDocument } from './testing/tenants.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** The document of the tests with the value at a path such as `tenants.0.id` replaced, or taken out. */
const changed = (changes: Record<string, Json | undefined>): unknown => {
  const document: unknown = tenantsDocument()
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    const at = steps.reduce(
      (node, step) => node[step] as Record<string, unknown>,
      document as Record<string, unknown>,
    )
    if (value === undefined) delete at[last]
    else at[last] = value
  }
  return document
}

const faultsOf = (document: unknown): readonly string[] => {
  try {
    parseTenants(document, 'tenants.yaml')
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  return []
}

test('a right file is read, with its defaults', () => {
  const [acme] = parseTenants(tenantsDocument(), 'tenants.yaml')
  expect(acme).toMatchObject({
    status: 'active',
    operations: { timeout: 30_000, retryCount: 2 },
    limits: { tenant: { perMinute: 600, burst: 120 }, user: { perMinute: 120, burst: 30 } },
    permissions: { readOnlyMode: false },
  })
  expect(acme?.connections[0]).toMatchObject({
    typ: ['at+jwt'],
    allowedScopes: ['aws:read', 'aws:write', 'aws:admin'],
    maxTokenLifeSeconds: 3600,
    pins: {},
  })
})

test('all faults are named at once, each with its path', () => {
  const document = changed({
    'tenants.0.id': 'Acme Corp',
    'tenants.0.accounts.0.accountId': 111111111111,
    'tenants.0.accounts.1.roles.read.externalId': 'x',
    'tenants.0.connections.0.algorithms': ['HS256', 'none'],
    'tenants.0.connections.0.jwksUri': 'file:///etc/passwd',
    'tenants.0.operations': { timeout: 1 },
    'tenants.1.permissions.allowedRegions': [],
    'tenants.1.permissons': {},
    'tenants.1.accounts': undefined,
  })
  expect(faultsOf(document)).toMatchInlineSnapshot(`
    [
      "tenants[0].id: must be 1-32 of a-z, 0-9 and -",
      "tenants[0].connections[0].jwksUri: must be an http or https URL",
      "tenants[0].connections[0].algorithms[0]: Invalid option: expected one of "RS256"|"PS256"|"ES256"|"EdDSA"",
      "tenants[0].connections[0].algorithms[1]: Invalid option: expected one of "RS256"|"PS256"|"ES256"|"EdDSA"",
      "tenants[0].accounts[0].accountId: must be the 12 digits of an AWS account id, as text (in YAML: in quotes)",
      "tenants[0].accounts[1].roles.read.externalId: must be 2-1224 of letters, digits and +=,.@:/-_",
      "tenants[0].operations.timeout: Too small: expected number to be >=100",
      "tenants[1].accounts: Invalid input: expected array, received undefined",
      "tenants[1].permissions.allowedRegions: Too small: expected array to have >=1 items",
      "tenants[1]: Unrecognized key: "permissons"",
    ]
  `)
})

test('a fault never repeats the value', () => {
  const canary = 'eyJhbGciOiJFUzI1NiJ9.canary'
  const document = tenantsDocument()
  const paths: string[] = []
  const plant = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(plant)
    if (typeof node !== 'object' || node === null) {
      paths.push(canary)
      return canary
    }
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, plant(value)]))
  }
  const faults = faultsOf(plant(document))
  expect(faults.length).toBeGreaterThan(20)
  expect(faults.filter((fault) => fault.includes('canary'))).toEqual([])
  for (const whole of [canary, [canary], 7, null]) expect(String(faultsOf(whole))).not.toContain('canary')
})

test('the message names the file and lists the faults', () => {
  expect(() => parseTenants({ tenants: [] }, 'tenants.yaml')).toThrow(
    /^tenants\.yaml cannot be used:\n {2}- tenants: .+$/,
  )
})

test.for<[string, Record<string, Json>, string]>([
  [
    'a role of another tenant',
    {
      'tenants.1.accounts.0.accountId': '111111111111',
      'tenants.1.accounts.0.roles.read.roleArn': roleIn('111111111111', 'read').roleArn,
    },
    'tenants[1].accounts[0].roles.read.roleArn: the same role is already used at tenants[0].accounts[0].roles.read.roleArn',
  ],
  [
    'the ExternalId of another tenant',
    { 'tenants.1.accounts.0.roles.read.externalId': roleIn('111111111111', 'read').externalId },
    'tenants[1].accounts[0].roles.read.externalId: is that of another account',
  ],
  [
    'an external id of another tenant as the next one',
    {
      'tenants.1.accounts.0.roles.read.nextExternalId': roleIn('111111111111', 'read').externalId,
    },
    'tenants[1].accounts[0].roles.read.nextExternalId: is that of another account',
  ],
  [
    'one role for two uses',
    { 'tenants.0.accounts.0.roles.write.roleArn': roleIn('111111111111', 'read').roleArn },
    'tenants[0].accounts[0].roles.write.roleArn: the same role is already used at tenants[0].accounts[0].roles.read.roleArn',
  ],
  [
    'a role of another AWS account',
    { 'tenants.1.accounts.0.roles.read': roleIn('222222222223', 'read') },
    'tenants[1].accounts[0].roles.read.roleArn: names another AWS account than accountId',
  ],
  [
    'an id twice',
    { 'tenants.1.id': 'acme' },
    'tenants[1].id: the same tenant id is already used at tenants[0].id',
  ],
  [
    'the connection of another tenant',
    {
      'tenants.0.connections.0.pins': { tid: 'x' },
      'tenants.1.connections.0': { ...connectionTo('https://sso.example/acme'), pins: { tid: 'x' } },
    },
    'tenants[1].connections[0].issuer: the same issuer with these pins is already used at tenants[0].connections[0].issuer',
  ],
  [
    'an alias twice',
    { 'tenants.0.accounts.1.alias': 'prod' },
    'tenants[0].accounts[1].alias: the same account alias is already used at tenants[0].accounts[0].alias',
  ],
  [
    'a default region that is not allowed',
    { 'tenants.1.accounts.0.defaultRegion': 'us-east-1' },
    'tenants[1].accounts[0].defaultRegion: is not in permissions.allowedRegions',
  ],
  [
    'an account without a read role',
    { 'tenants.1.accounts.0.roles': {} },
    'tenants[1].accounts[0].roles.read: every account needs a read role (or the tenant authentication.profile)',
  ],
])('%s is refused', ([, changes, fault]) => {
  expect(faultsOf(changed(changes))).toEqual([fault])
})

test('an issuer of several companies is told apart by pins', () => {
  const shared = (pins: Record<string, string>) => ({ ...connectionTo('https://login.example'), pins })
  const both = (first: Record<string, string>, second: Record<string, string>) =>
    changed({ 'tenants.0.connections.0': shared(first), 'tenants.1.connections.0': shared(second) })
  expect(faultsOf(both({ tid: 'a' }, { tid: 'b' }))).toEqual([])
  expect(faultsOf(both({ tid: 'a', hd: 'x' }, { hd: 'x', tid: 'a' }))).toHaveLength(1)
})

test.for<[Record<string, string>, Record<string, string>, boolean]>([
  [{ tid: 'a' }, { tid: 'a', hd: 'x' }, false],
  [{ tid: 'a', hd: 'x' }, { tid: 'a' }, false],
  [{ tid: 'a' }, { hd: 'x' }, false],
  [{ tid: 'a', org: 'o' }, { tid: 'a', hd: 'x' }, false],
  [{ tid: 'a' }, { tid: 'b', hd: 'x' }, true],
  [{ tid: 'a', hd: 'x' }, { tid: 'a', hd: 'y' }, true],
  [{ tid: 'a', org: 'o' }, { tid: 'b', hd: 'x' }, true],
  [{ constructor: 'a' }, { tid: 'a' }, false],
])('pins %j and %j of one issuer tell tenants apart: %j', ([first, second, apart]) => {
  const shared = (pins: Record<string, string>) => ({ ...connectionTo('https://login.example'), pins })
  const faults = faultsOf(
    changed({ 'tenants.0.connections.0': shared(first), 'tenants.1.connections.0': shared(second) }),
  )
  const fault =
    'tenants[1].connections[0].pins: a token could fit these and those at tenants[0].connections[0].pins: both must pin one claim to different values'
  expect(faults).toEqual(apart ? [] : [fault])
})

test('a tenant that runs as the operator, by a profile or without one, needs no roles', () => {
  const withOwn = (authentication: Record<string, string>) =>
    faultsOf(changed({ 'tenants.1.authentication': authentication, 'tenants.1.accounts.0.roles': {} }))
  for (const authentication of [{ profile: 'default' }, {}]) expect(withOwn(authentication)).toEqual([])
  expect(withOwn({ profile: '' })).toHaveLength(1)
  expect(withOwn({ profil: 'x' })).toHaveLength(1)
})

test('one bad tenant does not hide what is wrong with and between the others', () => {
  const document = changed({
    'tenants.0.id': 'Bad Id',
    'tenants.1.accounts.0.defaultRegion': 'us-east-1',
  })
  expect(faultsOf(document)).toEqual([
    'tenants[0].id: must be 1-32 of a-z, 0-9 and -',
    'tenants[1].accounts[0].defaultRegion: is not in permissions.allowedRegions',
  ])
})

test('what the caller checks is told by the place of the tenant in the file, beside all else', () => {
  const document = changed({ 'tenants.0.accounts': undefined })
  const { faults } = checkTenants(document, ({ id }) => [`permissions: does not fit for ${id}`])
  expect(faults).toEqual([
    expect.stringMatching(/^tenants\[0\]\.accounts: /),
    'tenants[1].permissions: does not fit for globex',
  ])
})
