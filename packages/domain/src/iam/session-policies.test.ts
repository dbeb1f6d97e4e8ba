import { expect, test } from 'vitest'
import { offerOf } from '../offer.ts'
import type { Tenant } from '../tenant.ts'
import { callLine } from '../testing/call-line.ts'
import { listThings, removeThing } from '../testing/sample-tools.ts'
import { grantIn, tenantOf } from '../testing/tenants.ts'
import { sessionPolicies } from './session-policies.ts'

const other = { ...listThings, name: 'aws_s3_list_more', iamActions: ['s3:ListBucket'] }
const foreign = { ...listThings, name: 'aws_kms_list_keys', iamActions: ['kms:ListKeys'] }
const policies = sessionPolicies(() => offerOf({ tools: [listThings, other, foreign, removeThing] }))

const actionsOf = (document: string) =>
  JSON.parse(document).Statement.flatMap(({ Action }: { Action: string | string[] }) => Action)

test('a session that reads may do all that the tools that read may, in the services of the tenant', () => {
  const acme = tenantOf('acme')
  const policy = policies.of(acme, listThings)
  expect(actionsOf(policy.document)).toEqual(['ec2:DescribeThings', 's3:ListBucket'])
  expect(policies.of(acme, other)).toBe(policy)
  const narrow = tenantOf('acme', { permissions: { ...acme.permissions, allowedServices: ['s3'] } })
  expect(actionsOf(policies.of(narrow, other).document)).toEqual(['s3:ListBucket'])
})

test('a session that changes something may do what its one call declares', () => {
  expect(actionsOf(policies.of(tenantOf('acme'), removeThing).document)).toEqual(['ec2:RemoveThing'])
})

test('what a tool does with some inputs only is in the sessions that read, too', () => {
  const scopes = [
    { access: 'read' as const, iamActions: ['s3:GetObject'] },
    { access: 'spend' as const, iamActions: ['s3:PutObject'] },
  ]
  const of = sessionPolicies(() => offerOf({ tools: [{ ...listThings, scopes }] }))
  expect(actionsOf(of.of(tenantOf('acme'), listThings).document)).toEqual([
    'ec2:DescribeThings',
    's3:GetObject',
    // Through S3 only.
    'kms:Decrypt',
  ])
})

test('two tenants with other regions have other policies, and a changed tenant has a new one', () => {
  const [acme, globex] = [tenantOf('acme'), tenantOf('globex')]
  expect(policies.of(acme, listThings).hash).not.toBe(policies.of(globex, listThings).hash)
  const moved = tenantOf('acme', { permissions: { ...acme.permissions, allowedRegions: ['us-east-1'] } })
  expect(policies.of(moved, listThings).hash).not.toBe(policies.of(acme, listThings).hash)
})

test('E14 a policy that cannot fit sends no call', async () => {
  const { permissions } = tenantOf('acme')
  const Resource = Array.from({ length: 60 }, (_, n) => `arn:aws:s3:::a-bucket-with-a-long-name-${n}/*`)
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [{ Effect: 'Allow' as const, Action: 's3:*', Resource }],
  }
  const tenant = { permissions: { ...permissions, policy } }
  const line = callLine()
  expect((await line.run({ grant: grantIn('acme', { tenant }) })).isError).toBe(true)
  expect(line.sent).toEqual([])
})

test('the policy goes along with every request of a role, and with no profile', async () => {
  const line = callLine()
  await line.run()
  expect(actionsOf(line.sent[0]?.target.sessionPolicy?.document ?? '')).toEqual(['ec2:DescribeThings'])
  const own = grantIn('acme', { tenant: { authentication: { profile: 'work' } } })
  await line.run({ grant: own })
  expect(line.sent[1]?.target).not.toHaveProperty('sessionPolicy')
})

const generic = (...iamActions: string[]) => ({ access: 'read' as const, iamActions, generic: true })

test('a generic call has a session of exactly its own actions, and leaves that of the named tools as it is', () => {
  const { permissions } = tenantOf('acme')
  const acme = tenantOf('acme', { permissions: { ...permissions, allowedServices: ['ec2', 'rds', 's3'] } })
  const shared = policies.of(acme, listThings)
  expect(actionsOf(policies.of(acme, generic('ec2:DescribeThings')).document)).toEqual(['ec2:DescribeThings'])
  const one = policies.of(acme, generic('rds:DescribeDBInstances'))
  expect(actionsOf(one.document)).toEqual(['rds:DescribeDBInstances'])
  expect(policies.of(acme, generic('rds:DescribeDBInstances'))).toBe(one)
  expect(policies.of(acme, generic('rds:DescribeDBClusters')).hash).not.toBe(one.hash)
  expect(policies.of(acme, listThings)).toBe(shared)
  expect(actionsOf(shared.document)).toEqual(['ec2:DescribeThings', 's3:ListBucket'])
})

test('a call that only reads what no named tool reads does not get the shared session', () => {
  expect(actionsOf(policies.of(tenantOf('acme'), { ...removeThing, access: 'read' }).document)).toEqual([
    'ec2:RemoveThing',
  ])
})

test('a generic read is never given a whole service, however little room there is', () => {
  const { permissions } = tenantOf('acme')
  const actions = Array.from({ length: 60 }, (_, n) => `ec2:DescribeSomethingWithALongName${n}`)
  const tenant = tenantOf('acme', { permissions: { ...permissions } })
  expect(() => policies.of(tenant, generic(...actions))).toThrow('cannot be sent')
})

test('what is remembered does not grow with what callers ask for, and the shared one stays', () => {
  const acme = tenantOf('acme')
  const [shared, first] = [policies.of(acme, listThings), policies.of(acme, generic('ec2:Describe0'))]
  for (let n = 1; n < 400; n++) {
    policies.of(acme, generic(`ec2:Describe${n}`))
    if (n % 100 === 0) expect(policies.of(acme, listThings)).toBe(shared)
  }
  const again = policies.of(acme, generic('ec2:Describe0'))
  expect(again).not.toBe(first)
  expect(again).toEqual(first)
})

test('a generic call of one tenant is nothing to another', () => {
  const [acme, globex] = [tenantOf('acme'), tenantOf('globex')]
  const ours = policies.of(acme, generic('ec2:DescribeThings'))
  expect(policies.of(globex, generic('ec2:DescribeThings')).hash).not.toBe(ours.hash)
})

const nothing = [{ Effect: 'Deny', Action: '*', Resource: '*' }]

test.for<[string, Partial<Tenant['permissions']>, Parameters<typeof policies.of>[1]]>([
  ['a write of a read-only tenant', { readOnlyMode: true }, removeThing],
  [
    'a sensitive read of a read-only tenant',
    { readOnlyMode: true },
    { access: 'sensitive-read', iamActions: ['ec2:GetConsoleOutput'] },
  ],
  [
    'an answer with secrets',
    {},
    { access: 'sensitive-read', iamActions: ['ec2:GetPasswordData'], secret: true, generic: true },
  ],
  [
    'a secret beside the one that is granted',
    { secretReads: ['ec2:GetConsoleOutput'] },
    { access: 'sensitive-read', iamActions: ['ec2:GetPasswordData'], secret: true },
  ],
  [
    'credentials',
    { allowedServices: ['iam', 'sts'], secretReads: ['iam:CreateAccessKey'] },
    { access: 'permissions', iamActions: ['iam:CreateAccessKey'] },
  ],
  ['a service that is not the tenant’s', {}, generic('rds:DescribeDBInstances')],
  ['a stack of a read-only tenant', { readOnlyMode: true }, { ...removeThing, throughCloudFormation: ['*'] }],
])(
  'what the settings of the tenant refuse is allowed nothing by AWS either: %s',
  ([, changes, operation]) => {
    const acme = tenantOf('acme')
    const permissions = { ...acme.permissions, ...changes }
    expect(JSON.parse(policies.of(tenantOf('acme', { permissions }), operation).document).Statement).toEqual(
      nothing,
    )
    const boundary = 'arn:aws:iam::111111111111:policy/bound'
    const bounded = { permissions: { ...permissions, permissionBoundary: boundary } }
    expect(JSON.parse(policies.of(tenantOf('acme', bounded), operation).document).Statement).toEqual(nothing)
  },
)

test('a suspended tenant is allowed nothing, and a granted secret is what it was', () => {
  const acme = tenantOf('acme')
  const suspended = policies.of(tenantOf('acme', { status: 'suspended' }), listThings)
  expect(JSON.parse(suspended.document).Statement).toEqual(nothing)
  const permissions = { ...acme.permissions, secretReads: ['ec2:GetPasswordData'] }
  const granted = { access: 'sensitive-read' as const, iamActions: ['ec2:GetPasswordData'], secret: true }
  expect(actionsOf(policies.of(tenantOf('acme', { permissions }), granted).document)).toEqual(
    granted.iamActions,
  )
})

const statementsIn = (document: string) => JSON.parse(document).Statement
const calledVia = { 'aws:CalledVia': 'cloudformation.amazonaws.com' }
const makeStack = {
  ...removeThing,
  iamActions: ['cloudformation:ExecuteChangeSet'],
  throughCloudFormation: ['*'],
}

test('what CloudFormation does in the name of a session is allowed there only, in the services of the tenant', () => {
  const acme = tenantOf('acme')
  const of = (access: 'destructive' | 'permissions') => {
    const allowedServices = ['cloudformation', 'elasticloadbalancing', 'iam', 'sts']
    const tenant = tenantOf('acme', { permissions: { ...acme.permissions, allowedServices } })
    return statementsIn(policies.of(tenant, { ...makeStack, access }).document)
  }
  const regions = acme.permissions.allowedRegions
  const inRegions = { 'aws:RequestedRegion': regions.length === 1 ? regions[0] : regions }
  const direct = {
    Effect: 'Allow',
    Action: 'cloudformation:ExecuteChangeSet',
    Resource: '*',
    Condition: { StringEquals: inRegions },
  }
  const through = {
    Effect: 'Allow',
    Action: 'elasticloadbalancing:*',
    Resource: '*',
    Condition: { StringEquals: inRegions, 'ForAnyValue:StringEquals': calledVia },
  }
  expect(of('destructive')).toEqual([direct, through])
  // IAM belongs to no region.
  const iam = { ...through, Action: 'iam:*', Condition: { 'ForAnyValue:StringEquals': calledVia } }
  // A stack within a stack is shown by no plan.
  const nested = { ...through, Action: ['cloudformation:*', 'elasticloadbalancing:*'] }
  // The tenant names no role that may be passed.
  const passes = { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' }
  expect(of('permissions')).toEqual([direct, nested, iam, passes])
})

test('beside a policy of the tenant, the gateway itself still may no more than the call declares', () => {
  const acme = tenantOf('acme')
  const permissionBoundary = 'arn:aws:iam::111111111111:policy/bound'
  const permissions = {
    ...acme.permissions,
    permissionBoundary,
    allowedServices: ['cloudformation', 'rds-data'],
  }
  const [outer, direct] = statementsIn(policies.of(tenantOf('acme', { permissions }), makeStack).document)
  expect(outer).toEqual({
    Effect: 'Deny',
    NotAction: ['cloudformation:ExecuteChangeSet', 'rds-data:*'],
    Resource: '*',
  })
  expect(direct).toEqual({
    Effect: 'Deny',
    NotAction: 'cloudformation:ExecuteChangeSet',
    Resource: '*',
    Condition: { 'ForAllValues:StringNotEquals': calledVia },
  })
})

test('a session with something for CloudFormation is not the shared one of reading', () => {
  const acme = tenantOf('acme')
  const drift = { ...listThings, throughCloudFormation: ['s3:GetObject', 'rds:CreateDBInstance'] }
  const found = policies.of(acme, drift)
  expect(found).not.toBe(policies.of(acme, listThings))
  // Of services that are not the tenant's nothing is allowed.
  expect(found.document).toContain('s3:GetObject')
  expect(found.document).not.toContain('rds:CreateDBInstance')
})

test('a template reads no secrets that the tenant has not granted', () => {
  const acme = tenantOf('acme')
  const heldIn = (secretReads: readonly string[]) => {
    const allowedServices = ['cloudformation', 'secretsmanager']
    const permissions = { ...acme.permissions, allowedServices, secretReads: [...secretReads] }
    const statements = statementsIn(policies.of(tenantOf('acme', { permissions }), makeStack).document)
    return statements
      .filter(({ Effect }: { Effect: string }) => Effect === 'Deny')
      .map(({ Action, Condition }: { Action: unknown; Condition: unknown }) => ({ Action, Condition }))
  }
  const Condition = { 'ForAnyValue:StringEquals': calledVia }
  const batch = 'secretsmanager:BatchGetSecretValue'
  expect(heldIn([])).toEqual([{ Action: [batch, 'secretsmanager:GetSecretValue'], Condition }])
  expect(heldIn(['secretsmanager:GetSecretValue'])).toEqual([{ Action: batch, Condition }])
})

test.for([undefined, 'arn:aws:iam::111111111111:policy/bound'])(
  'of fifty services and twenty regions all but what no stack needs is allowed, boundary %s',
  (permissionBoundary) => {
    const acme = tenantOf('acme')
    const permissions = {
      ...acme.permissions,
      ...(permissionBoundary !== undefined && { permissionBoundary }),
      allowedServices: ['cloudformation', 's3', ...Array.from({ length: 50 }, (_, n) => `service-name-${n}`)],
      allowedRegions: Array.from({ length: 20 }, (_, n) => `ap-southeast-${n}`),
    }
    const { document, arns } = policies.of(tenantOf('acme', { permissions }), makeStack)
    expect(document.length + (arns[0]?.length ?? 0)).toBeLessThanOrEqual(2_048)
    expect(document).not.toContain('service-name-1')
    for (const held of ['iam:*', 'sts:*', 'secretsmanager:GetSecretValue']) expect(document).toContain(held)
    const wide = statementsIn(document).filter(
      ({ Effect, Condition }: { Effect: string; Condition?: object }) =>
        Effect === 'Allow' && !JSON.stringify(Condition ?? {}).match(/CalledVia|ViaService|RequestedRegion/),
    )
    expect(wide).toEqual([])
  },
)
