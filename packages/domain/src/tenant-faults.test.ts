import { expect, test } from 'vitest'
import type { Account, Role, Tenant } from './tenant.ts'
import { tenantFaults } from './tenant-faults.ts'
import { tenantOf } from './testing/tenants.ts'

const acme = tenantOf('acme')
const globex = tenantOf('globex')
const faultsOf = (tenant: Tenant) => tenantFaults({ tenant, at: 'tenants[7]' })
const permitted = (changes: Partial<Tenant['permissions']>, tenant = globex): Tenant => ({
  ...tenant,
  permissions: { ...tenant.permissions, ...changes },
})
const withRoles = (roles: Account['roles'], changes: Partial<Account> = {}): Tenant => ({
  ...globex,
  accounts: globex.accounts.map((account) => ({ ...account, roles, ...changes })),
})
const role = (name: string, externalId: string, nextExternalId?: string): Role => ({
  roleArn: `arn:aws:iam::222222222222:role/${name}`,
  externalId,
  ...(nextExternalId !== undefined && { nextExternalId }),
})

test('right tenants have none', () => {
  expect([acme, globex].flatMap(faultsOf)).toEqual([])
})

test.for<[string, Tenant, string[]]>([
  [
    'a next external id that is the present one',
    withRoles({ read: role('r', 'c4n4ry-1', 'c4n4ry-1') }),
    [
      'tenants[7].accounts[0].roles.read.nextExternalId: is the same as externalId, so it would replace nothing',
    ],
  ],
  [
    'roles of one account with ids of their own',
    withRoles({ read: role('r', 'c4n4ry-1'), write: role('w', 'c4n4ry-2') }),
    [
      'tenants[7].accounts[0].roles: share one external id (while it is replaced, one and the next), but these have several',
    ],
  ],
  [
    'next ids that differ',
    withRoles({ read: role('r', 'c4n4ry-1', 'c4n4ry-2'), write: role('w', 'c4n4ry-1', 'c4n4ry-3') }),
    [
      'tenants[7].accounts[0].roles: share one external id (while it is replaced, one and the next), but these have several',
    ],
  ],
  [
    'a role name that IAM would refuse',
    withRoles({ read: role(`path/${'c4n4ry'.repeat(11)}`, 'c4n4ry-1') }),
    ['tenants[7].accounts[0].roles.read.roleArn: names a role of more than 64 characters'],
  ],
  [
    'a path without a name',
    withRoles({ read: role('c4n4ry/', 'c4n4ry-1') }),
    ['tenants[7].accounts[0].roles.read.roleArn: has a path and no name'],
  ],
  [
    'a role of another partition',
    withRoles({ read: { ...role('r', 'c4n4ry-1'), roleArn: 'arn:aws-cn:iam::222222222222:role/r' } }),
    ['tenants[7].accounts[0].roles.read.roleArn: is of another AWS partition than defaultRegion'],
  ],
  [
    'regions of two partitions',
    permitted({ allowedRegions: ['eu-west-1', 'us-gov-west-1'] }),
    ['tenants[7].permissions.allowedRegions: are of several AWS partitions, which no session spans'],
  ],
  [
    'a boundary of another partition',
    permitted({ permissionBoundary: 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess' }),
    ['tenants[7].permissions.permissionBoundary: is of another AWS partition than allowedRegions'],
  ],
  [
    'a boundary of another account',
    permitted({ permissionBoundary: 'arn:aws:iam::111111111111:policy/bound' }),
    [
      'tenants[7].permissions.permissionBoundary: has to be in the same AWS account as the roles, which here are in another',
    ],
  ],
  [
    'a boundary that is in one of two accounts',
    permitted({ permissionBoundary: 'arn:aws:iam::111111111111:policy/bound' }, acme),
    [
      'tenants[7].permissions.permissionBoundary: has to be in the same AWS account as the roles, which here are in another',
    ],
  ],
  ...[{ profile: 'c4n4ry' }, {}].map((authentication): [string, Tenant, string[]] => [
    `a boundary of one who calls by ${JSON.stringify(authentication)}`,
    permitted(
      { permissionBoundary: 'arn:aws:iam::222222222222:policy/bound' },
      { ...globex, authentication },
    ),
    [
      'tenants[7].permissions.permissionBoundary: cannot be enforced on credentials that are used as they are (authentication), so it is refused; leave out authentication and name roles in accounts, or attach it in IAM to the identity of the profile',
    ],
  ]),
  [
    'a limit of a service that is not allowed',
    {
      ...globex,
      limits: {
        ...globex.limits,
        aws: { ec2: { perMinute: 1, burst: 1 }, lamda: { perMinute: 1, burst: 1 } },
      },
    },
    ['tenants[7].limits.aws.lamda: is not in permissions.allowedServices'],
  ],
  [
    'secret reads that are none but hand out credentials',
    permitted({ secretReads: ['ssm:GetParameter', 'sts:AssumeRole', 'iam:CreateAccessKey'] }),
    [
      'tenants[7].permissions.secretReads[1]: hands out credentials, which no call may',
      'tenants[7].permissions.secretReads[2]: hands out credentials, which no call may',
    ],
  ],
])('%s', ([, tenant, faults]) => {
  expect(faultsOf(tenant)).toEqual(faults)
  expect(String(faults)).not.toContain('c4n4ry')
})

test.for<[string, Tenant]>([
  ['roles that share one', withRoles({ read: role('r', 'id-1'), write: role('w', 'id-1') })],
  ['both with the next', withRoles({ read: role('r', 'id-1', 'id-2'), write: role('w', 'id-1', 'id-2') })],
  ['one ahead of the other', withRoles({ read: role('r', 'id-2'), write: role('w', 'id-1', 'id-2') })],
  ['a name of 64 characters', withRoles({ read: role(`a/b/${'r'.repeat(64)}`, 'id-1') })],
  [
    'a policy of AWS as the boundary',
    permitted({ permissionBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }, acme),
  ],
  [
    'a boundary of the one account',
    permitted({ permissionBoundary: 'arn:aws:iam::222222222222:policy/bound' }),
  ],
  [
    'another partition as a whole',
    {
      ...withRoles(
        { read: { ...role('r', 'id-1'), roleArn: 'arn:aws-us-gov:iam::222222222222:role/r' } },
        { defaultRegion: 'us-gov-west-1' },
      ),
      permissions: { ...globex.permissions, allowedRegions: ['us-gov-west-1'] },
    },
  ],
])('%s: nothing is wrong', ([, tenant]) => {
  expect(faultsOf(tenant)).toEqual([])
})

const ruled = (accounts: string[]): Tenant => ({
  ...globex,
  confirmation: {
    ...globex.confirmation,
    rules: [
      { name: 'any', when: {}, require: 'person' },
      { name: 'some', when: { accounts }, require: 'refuse' },
    ],
  },
})

test('roles that may be passed are of the tenant, and not of another one', () => {
  const arn = (account: string, partition = 'aws') => `arn:${partition}:iam::${account}:role/app-*`
  const own = arn(globex.accounts[0]?.accountId ?? '')
  const other = arn(acme.accounts[0]?.accountId ?? '')
  expect(faultsOf(permitted({ passRoles: [own, arn('*')] }))).toEqual([])
  expect(faultsOf(permitted({ passRoles: [own, other, arn('*', 'aws-cn')] }))).toEqual([
    "tenants[7].permissions.passRoles[1]: is of an AWS account that is none of the tenant's",
    'tenants[7].permissions.passRoles[2]: is of another AWS partition than allowedRegions',
  ])
  // One that is being onboarded has no accounts yet.
  expect(faultsOf({ ...permitted({ passRoles: [other] }), accounts: [] })).toEqual([])
})

test('a rule names accounts of the tenant, and not of another one', () => {
  const alias = (tenant: Tenant) => tenant.accounts[0]?.alias ?? ''
  expect(faultsOf(ruled([alias(globex)]))).toEqual([])
  expect(faultsOf(ruled([alias(globex), `${alias(acme)}-of-acme`]))).toEqual([
    "tenants[7].confirmation.rules[1].when.accounts[1]: is the alias of none of the tenant's accounts",
  ])
})
