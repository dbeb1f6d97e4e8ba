import { expect, test } from 'vitest'
import type { PolicyRequest } from '../iam/evaluate/evaluate-policy.ts'
import { type PolicyDocument, policyDocument } from '../iam/policy-document.ts'
import { decide, type Question } from '../policy.ts'
import { grantIn } from '../testing/tenants.ts'

const policyOf = (...Statement: object[]): PolicyDocument =>
  policyDocument.parse({ Version: '2012-10-17', Statement })

const request = (
  action: string,
  resource: string | undefined = '*',
  keys: Readonly<Record<string, readonly string[]>> = {},
): PolicyRequest => ({ action, resource, context: (key) => keys[key.toLowerCase()] })

const asked = (
  permissions: { policy?: PolicyDocument; passRoles?: string[] },
  more: Partial<Question> = {},
  tenant: 'acme' | 'globex' = 'acme',
) => {
  const whole = grantIn(tenant)
  const grant = grantIn(tenant, {
    tenant: { permissions: { ...whole.tenant.permissions, ...permissions } },
  })
  const decision = decide({ grant, tool: { access: 'read', iamActions: ['ec2:DescribeInstances'] }, ...more })
  return decision.effect === 'deny'
    ? decision.denials.map(({ rule, code, reason }) => `${rule} ${code}: ${reason}`)
    : decision.effect
}

const noTerminate = policyOf({ Sid: 'NoEnd', Effect: 'Deny', Action: 'ec2:Terminate*', Resource: '*' })
const onlyS3 = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::a/*' })

test('a policy of Deny statements alone refuses what they say and nothing else', () => {
  expect(asked({ policy: noTerminate }, { requests: [request('ec2:DescribeInstances')] })).toBe('allow')
  expect(asked({ policy: noTerminate }, { requests: [request('ec2:TerminateInstances')] })).toEqual([
    "tenant.policy policy_denied: ec2:TerminateInstances is refused by the tenant's own policy: NoEnd denies it. Try nothing like it; ask your administrator.",
  ])
})

test('one that allows refuses what no statement allows', () => {
  expect(asked({ policy: onlyS3 }, { requests: [request('s3:GetObject', 'arn:aws:s3:::a/b')] })).toBe('allow')
  expect(asked({ policy: onlyS3 }, { requests: [request('s3:GetObject', 'arn:aws:s3:::b/b')] })).toEqual([
    "tenant.policy policy_denied: s3:GetObject is refused by the tenant's own policy: no statement allows it. Try nothing like it; ask your administrator.",
  ])
})

test('what is not known is refused with what is missing', () => {
  const byNetwork = policyOf({
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  })
  const [reason] = [asked({ policy: byNetwork }, { requests: [request('ec2:DescribeInstances')] })].flat()
  expect(reason).toMatch(/depends on aws:SourceIp, which the gateway does not know/)
  expect(
    asked(
      { policy: byNetwork },
      { requests: [request('ec2:DescribeInstances', '*', { 'aws:sourceip': ['203.0.113.9'] })] },
    ),
  ).toBe('allow')
})

test('a resource that is not known is refused where the policy goes by it', () => {
  const unknown: PolicyRequest = { action: 's3:GetObject', resource: undefined, context: () => [] }
  const [reason] = [asked({ policy: onlyS3 }, { requests: [unknown] })].flat()
  expect(reason).toMatch(/depends on resource/)
})

test('of several requests each is judged', () => {
  const requests = [request('ec2:DescribeInstances'), request('ec2:TerminateInstances')]
  expect(asked({ policy: noTerminate }, { requests })).toHaveLength(1)
})

test('before the request is known only what is refused whatever it is counts', () => {
  const tool = { access: 'read' as const, iamActions: ['ec2:TerminateInstances'] }
  expect(asked({ policy: noTerminate }, { tool })).toEqual([expect.stringContaining('tenant.policy')])
  expect(asked({ policy: onlyS3 }, { tool })).toEqual([expect.stringContaining('tenant.policy')])
  expect(asked({ policy: onlyS3 }, { tool: { access: 'read', iamActions: ['s3:GetObject'] } })).toBe('allow')
  const both = { access: 'read' as const, iamActions: ['ec2:TerminateInstances', 'ec2:DescribeInstances'] }
  expect(asked({ policy: noTerminate }, { tool: both })).toBe('allow')
})

test('a boundary allows what it says, whatever the policy allows', () => {
  const requests = [request('ec2:DescribeInstances')]
  expect(
    asked({}, { boundary: policyOf({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }), requests }),
  ).toBe('allow')
  expect(asked({}, { boundary: onlyS3, requests })).toEqual([
    "permission.boundary boundary_denied: ec2:DescribeInstances is refused by the tenant's permission boundary: no statement allows it. Try nothing like it; ask your administrator.",
  ])
  expect(asked({ policy: noTerminate }, { boundary: noTerminate, requests })).toEqual([
    expect.stringContaining('permission.boundary'),
  ])
})

test('roles are passed by the list of their tenant, and by none without one', () => {
  const app = 'arn:aws:iam::111111111111:role/app-web'
  const passes = [app]
  const passRoles = ['arn:aws:iam::111111111111:role/app-*']
  expect(asked({ passRoles }, { passes })).toBe('allow')
  expect(asked({}, { passes })).toEqual([expect.stringContaining('pass-role pass_role_not_allowed')])
  expect(asked({ passRoles }, { passes }, 'globex')).toBe('allow')
  expect(asked({}, { passes }, 'globex')).toEqual([expect.stringContaining('tenant globex')])
  for (const other of [
    'arn:aws:iam::111111111111:role/admin',
    'arn:aws:iam::111111111111:role/path/app-web',
    'unknown',
  ])
    expect(asked({ passRoles }, { passes: [app, other] })).toEqual([expect.stringContaining('pass-role')])
  // Which role it is, nobody knows: only where any may be passed.
  const every = { passRoles: ['arn:aws:iam::111111111111:role/*'] }
  const [account] = grantIn('acme').accounts
  if (!account) throw new Error('no account')
  expect(asked(every, { account, passes: ['unknown', app] })).toBe('allow')
  const [theirs] = grantIn('globex').accounts
  if (!theirs) throw new Error('no account')
  expect(asked(every, { account: theirs, passes: ['unknown'] })).toEqual([
    expect.stringContaining('pass-role'),
  ])
})

test('all reasons are told at once', () => {
  const findings = asked(
    { policy: noTerminate },
    { boundary: onlyS3, requests: [request('ec2:TerminateInstances')], passes: ['unknown'] },
  )
  expect(findings).toHaveLength(3)
})

test('a policy that cannot be evaluated refuses', () => {
  const broken = { Version: '2012-10-17', Statement: undefined } as never
  expect(asked({}, { boundary: broken, requests: [request('ec2:DescribeInstances')] })).toEqual([
    'policy.error internal: The policy could not be evaluated.',
  ])
})
