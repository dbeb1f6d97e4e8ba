import { expect, test } from 'vitest'
import { scopeOfRole } from './grant.ts'
import { decide, type Question, roleForClass } from './policy.ts'
import { grantIn } from './testing/tenants.ts'
import type { OperationClass } from './tool.ts'

const all = ['aws:read', 'aws:write', 'aws:admin'] as const
const reads = (...iamActions: string[]): Question['tool'] => ({ access: 'read', iamActions })
const of = (access: OperationClass): Question['tool'] => ({ access, iamActions: ['ec2:AnyAction'] })

/** The question whether `grant` may use `tool` in one of its accounts. */
const calling = (grant: Question['grant'], tool: Question['tool'], alias = 'prod'): Question => {
  const account = grant.accounts.find((each) => each.account.alias === alias)
  if (!account) throw new Error(`no account ${alias}`)
  return { grant, tool, account, regions: ['eu-west-1'] }
}

const ruled = (question: Question) => {
  const decision = decide(question)
  return decision.effect !== 'deny'
    ? decision.effect
    : decision.denials.map(({ rule, code }) => `${rule}: ${code}`)
}

test('an allowed call names every layer that was asked', () => {
  expect(decide(calling(grantIn('acme'), reads('ec2:DescribeInstances')))).toEqual({
    effect: 'allow',
    ruleIds: [
      'tenant.status',
      'stopped',
      'scope',
      'service',
      'region',
      'read-only',
      'credentials',
      'granted-reads',
      'role.verified',
      'role',
      'tenant.policy',
      'permission.boundary',
      'pass-role',
      'cost',
      'confirmation',
    ],
  })
})

test.for<[string, Question, string]>([
  [
    'tenant',
    calling(grantIn('acme', { tenant: { status: 'suspended' } }), reads()),
    'tenant.status: tenant_suspended',
  ],
  ['scope', calling(grantIn('acme', { scopes: ['aws:admin'] }), reads()), 'scope: insufficient_scope'],
  ['service', calling(grantIn('acme'), reads('iam:ListRoles')), 'service: service_not_allowed'],
  [
    'region',
    { ...calling(grantIn('acme'), reads()), regions: ['eu-west-1', 'eu-west-2'] },
    'region: region_not_allowed',
  ],
  ['role', calling(grantIn('acme', { scopes: all }), of('write')), 'role: no_role'],
])('the %s layer refuses on its own', ([, question, denial]) => {
  expect(ruled(question)).toContain(denial)
})

test.for<[OperationClass, string]>([
  ['read', 'allow'],
  ['sensitive-read', 'read-only: read_only'],
  ['write', 'read-only: read_only'],
  ['destructive', 'read-only: read_only'],
  ['spend', 'read-only: read_only'],
  ['permissions', 'read-only: read_only'],
])('a read-only tenant and class %s: %s', ([access, verdict]) => {
  const { permissions } = grantIn('acme').tenant
  const tenant = { permissions: { ...permissions, readOnlyMode: true } }
  const grant = grantIn('acme', { tenant, scopes: all, groups: ['operators'] })
  // `dev` alone has an admin role, `prod` alone a write role.
  const alias = roleForClass[access] === 'admin' ? 'dev' : 'prod'
  expect([ruled(calling(grant, of(access), alias))].flat()).toEqual([verdict])
})

test('each class takes exactly its own scope and role', () => {
  for (const [access, role] of Object.entries(roleForClass)) {
    const scope = scopeOfRole[role]
    const question = (scopes: readonly (typeof all)[number][]) => {
      const grant = grantIn('acme', { scopes, groups: ['operators'] })
      const alias = scope === 'aws:admin' ? 'dev' : 'prod'
      return calling(grant, of(access as OperationClass), alias)
    }
    expect([access, ruled(question([scope]))]).toEqual([access, 'allow'])
    for (const other of all.filter((each) => each !== scope)) {
      expect(ruled(question([other]))).toEqual(['scope: insufficient_scope', 'role: no_role'])
    }
  }
})

test('every reason is given at once, first the one that comes first', () => {
  const grant = grantIn('acme', { tenant: { status: 'suspended' }, scopes: [] })
  const decision = decide({ ...calling(grant, reads('iam:ListRoles', 'kms:ListKeys')), regions: ['mars-1'] })
  expect(decision).toMatchInlineSnapshot(`
    {
      "denials": [
        {
          "code": "tenant_suspended",
          "reason": "Tenant acme is suspended.",
          "rule": "tenant.status",
        },
        {
          "code": "insufficient_scope",
          "reason": "This takes scope aws:read, which your sign-in does not have. Sign in again with aws:read, or ask your administrator for a group that maps to it.",
          "rule": "scope",
        },
        {
          "code": "service_not_allowed",
          "reason": "Service iam, kms is not allowed for tenant acme. Allowed: ec2, s3.",
          "rule": "service",
        },
        {
          "code": "region_not_allowed",
          "reason": "Region is not allowed for tenant acme. Allowed: eu-west-1, us-east-1.",
          "rule": "region",
        },
        {
          "code": "no_role",
          "reason": "You have no read role in prod. Ask your administrator.",
          "rule": "role",
        },
      ],
      "effect": "deny",
      "ruleIds": [
        "tenant.status",
        "scope",
        "service",
        "region",
        "role",
      ],
    }
  `)
})

test('what is listed is what some account allows; what is called must be allowed there', () => {
  const grant = grantIn('acme', { scopes: all, groups: ['operators'] })
  expect(ruled({ grant, tool: of('write') })).toBe('allow')
  expect(ruled(calling(grant, of('write'), 'prod'))).toBe('allow')
  expect(ruled(calling(grant, of('write'), 'dev'))).toEqual(['role: no_role'])
  expect(ruled({ grant: grantIn('acme', { scopes: all }), tool: of('write') })).toEqual(['role: no_role'])
})

test('an exception is a no without the words of the exception', () => {
  const broken = {
    access: 'read' as const,
    get iamActions(): string[] {
      throw new Error('secret of the policy engine')
    },
  }
  expect(decide(calling(grantIn('acme'), broken))).toEqual({
    effect: 'deny',
    ruleIds: ['policy.error'],
    denials: [{ rule: 'policy.error', code: 'internal', reason: 'The policy could not be evaluated.' }],
  })
})

test('a role that is not verified is refused with what to do about it, but not for what asks AWS nothing', () => {
  const grant = grantIn('acme')
  const [first] = grant.accounts
  const read = first?.roles.read
  if (!first || read === undefined || read === 'profile') throw new Error('no role')
  const account = { ...first, roles: { ...first.roles, read: { ...read, blocked: 'Verify it first.' } } }
  const decision = decide({ grant, tool: reads('ec2:DescribeThings'), account, regions: ['eu-west-1'] })
  expect(decision).toMatchObject({
    effect: 'deny',
    denials: [{ rule: 'role.verified', code: 'role_not_verified', reason: 'Verify it first.' }],
  })
  expect(decide({ grant, tool: { access: 'read', iamActions: [] }, account }).effect).toBe('allow')
})

test.for<[string[], boolean | undefined, string[] | undefined, string]>([
  [['ssm:GetParameter'], undefined, undefined, 'allow'],
  [['ssm:GetParameter'], true, undefined, 'granted-reads: secret_not_allowed'],
  [['ssm:GetParameter'], true, ['ssm:GetParameters'], 'granted-reads: secret_not_allowed'],
  [['ssm:GetParameter', 'kms:Decrypt'], true, ['ssm:GetParameter'], 'allow'],
  [['kms:Decrypt', 'ssm:GetParameter'], true, ['ssm:GetParameter'], 'granted-reads: secret_not_allowed'],
  [['sts:AssumeRole'], undefined, ['sts:AssumeRole'], 'credentials: secret_not_allowed'],
  [['sts:GetSessionToken'], undefined, undefined, 'credentials: secret_not_allowed'],
  [['iam:CreateAccessKey'], undefined, undefined, 'credentials: secret_not_allowed'],
  [['ec2:RunInstances', 'iam:CreateLoginProfile'], undefined, undefined, 'credentials: secret_not_allowed'],
  [['sts:GetCallerIdentity'], undefined, undefined, 'allow'],
  [['iam:ListAccessKeys'], undefined, undefined, 'allow'],
])('%s, secret %s, granted %s: %s', ([iamActions, secret, secretReads, verdict]) => {
  const { permissions } = grantIn('acme').tenant
  const allowedServices = ['ec2', 'iam', 'kms', 'ssm', 'sts']
  const tenant = { permissions: { ...permissions, allowedServices, ...(secretReads && { secretReads }) } }
  const tool = { access: 'sensitive-read' as const, iamActions, ...(secret !== undefined && { secret }) }
  const grant = grantIn('acme', { tenant, scopes: all, groups: ['operators'] })
  expect([ruled(calling(grant, tool, 'dev'))].flat()).toEqual([verdict])
})

test('what one tenant granted is granted to no other', () => {
  const granted = (id: 'acme' | 'globex', secretReads: string[]) => {
    const { permissions } = grantIn(id).tenant
    return grantIn(id, { tenant: { permissions: { ...permissions, allowedServices: ['ssm'], secretReads } } })
  }
  const tool = { access: 'read' as const, iamActions: ['ssm:GetParameter'], secret: true }
  expect(ruled({ grant: granted('acme', ['ssm:GetParameter']), tool })).toBe('allow')
  expect(ruled({ grant: granted('globex', []), tool })).toEqual(['granted-reads: secret_not_allowed'])
})
