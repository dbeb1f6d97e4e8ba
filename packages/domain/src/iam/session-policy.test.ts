import { describe, expect, test } from 'vitest'
import { GatewayError } from '../errors.ts'
import { tenantOf } from '../testing/tenants.ts'
import type { Operation } from './needed-actions.ts'
import { policyDocument, type Statement } from './policy-document.ts'
import { type SessionPolicy, sessionPolicyFaults, sessionPolicyOf } from './session-policy.ts'

const reads = ['s3:ListBucket', 'ec2:DescribeInstances', 's3:ListAllMyBuckets', 'sts:GetCallerIdentity']
const boundary = 'arn:aws:iam::111111111111:policy/mcp-gateway-boundary'

type Permissions = ReturnType<typeof tenantOf>['permissions']
const withPermissions = (permissions: Partial<Permissions>) => {
  const tenant = tenantOf('acme')
  const allowedServices = ['ec2', 'iam', 'lambda', 's3', 'sts']
  return { ...tenant, permissions: { ...tenant.permissions, allowedServices, ...permissions } }
}
const reading = (iamActions: readonly string[]): Operation => ({ access: 'read', iamActions })
const changing = (iamActions: readonly string[]): Operation => ({ access: 'destructive', iamActions })
const withPolicy = (...statements: Statement[]) => ({
  policy: { Version: '2012-10-17' as const, Id: 'of-acme', Statement: statements },
})
const read = (policy: SessionPolicy) => ({
  ...policyDocument.parse(JSON.parse(policy.document)),
  arns: policy.arns,
})
const lengthOf = ({ document, arns }: SessionPolicy) => document.length + arns.join('').length

const noSecrets: Statement = {
  Sid: 'NoSecrets',
  Effect: 'Deny',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::secrets/*',
}
const onlyData: Statement = { Sid: 'Data', Effect: 'Allow', Action: ['s3:*', 'ec2:Describe*'], Resource: '*' }

test('without a policy: exactly the actions, in the regions of the tenant', () => {
  expect(
    read(sessionPolicyOf({ roleName: 'read', tenant: tenantOf('acme'), actions: reads })),
  ).toMatchInlineSnapshot(`
    {
      "Statement": [
        {
          "Action": [
            "ec2:DescribeInstances",
            "s3:ListBucket",
          ],
          "Condition": {
            "StringEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
            },
          },
          "Effect": "Allow",
          "Resource": "*",
        },
        {
          "Action": "s3:ListAllMyBuckets",
          "Effect": "Allow",
          "Resource": "*",
        },
      ],
      "Version": "2012-10-17",
      "arns": [],
    }
  `)
})

test('a policy that allows: its statements, and what narrows them', () => {
  const tenant = withPermissions(withPolicy(onlyData, noSecrets))
  expect(read(sessionPolicyOf({ roleName: 'read', tenant, actions: reads }))).toMatchInlineSnapshot(`
    {
      "Statement": [
        {
          "Action": [
            "s3:*",
            "ec2:Describe*",
          ],
          "Effect": "Allow",
          "Resource": "*",
        },
        {
          "Action": "s3:GetObject",
          "Effect": "Deny",
          "Resource": "arn:aws:s3:::secrets/*",
        },
        {
          "Effect": "Deny",
          "NotAction": [
            "ec2:DescribeInstances",
            "s3:ListBucket",
            "s3:ListAllMyBuckets",
          ],
          "Resource": "*",
        },
        {
          "Condition": {
            "StringNotEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
            },
          },
          "Effect": "Deny",
          "NotAction": "s3:ListAllMyBuckets",
          "Resource": "*",
        },
      ],
      "Version": "2012-10-17",
      "arns": [],
    }
  `)
})

test('a policy that only denies would allow nothing, so the actions are allowed beside it', () => {
  const tenant = withPermissions(withPolicy(noSecrets))
  expect(
    read(sessionPolicyOf({ roleName: 'read', tenant, actions: ['s3:GetObject'] })),
  ).toMatchInlineSnapshot(`
    {
      "Statement": [
        {
          "Action": "s3:GetObject",
          "Condition": {
            "StringEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
            },
          },
          "Effect": "Allow",
          "Resource": "*",
        },
        {
          "Action": [
            "kms:Decrypt",
          ],
          "Condition": {
            "StringLike": {
              "kms:ViaService": "s3.*.amazonaws.com*",
            },
          },
          "Effect": "Allow",
          "Resource": "*",
        },
        {
          "Action": "s3:GetObject",
          "Effect": "Deny",
          "Resource": "arn:aws:s3:::secrets/*",
        },
      ],
      "Version": "2012-10-17",
      "arns": [],
    }
  `)
})

test('a boundary: its ARN, and nothing that allows', () => {
  const tenant = withPermissions({ permissionBoundary: boundary, ...withPolicy(noSecrets) })
  expect(
    read(sessionPolicyOf({ roleName: 'read', tenant, actions: ['s3:GetObject'] })),
  ).toMatchInlineSnapshot(`
    {
      "Statement": [
        {
          "Action": "s3:GetObject",
          "Effect": "Deny",
          "Resource": "arn:aws:s3:::secrets/*",
        },
        {
          "Effect": "Deny",
          "NotAction": [
            "s3:GetObject",
            "kms:Decrypt",
          ],
          "Resource": "*",
        },
        {
          "Action": "*",
          "Condition": {
            "StringNotEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
            },
          },
          "Effect": "Deny",
          "Resource": "*",
        },
        {
          "Action": [
            "kms:Decrypt",
          ],
          "Condition": {
            "StringNotLike": {
              "kms:ViaService": "s3.*.amazonaws.com*",
            },
          },
          "Effect": "Deny",
          "Resource": "*",
        },
      ],
      "Version": "2012-10-17",
      "arns": [
        "arn:aws:iam::111111111111:policy/mcp-gateway-boundary",
      ],
    }
  `)
})

test.for<[string, Partial<Permissions>]>([
  ['no policy', {}],
  ['a policy', withPolicy(onlyData)],
  ['a boundary', { permissionBoundary: boundary }],
])('a call without actions may do nothing: %s', ([, permissions]) => {
  const { Statement } = read(
    sessionPolicyOf({ roleName: 'read', tenant: withPermissions(permissions), actions: [] }),
  )
  expect(Statement).toEqual([{ Effect: 'Deny', Action: '*', Resource: '*' }])
})

test('equal input gives an equal policy, whatever the order; anything else another hash', () => {
  const hashOf = (permissions: Partial<Permissions>, actions: readonly string[]) =>
    sessionPolicyOf({ roleName: 'read', tenant: withPermissions(permissions), actions }).hash
  expect(hashOf({}, [...reads, ...reads].reverse())).toBe(hashOf({}, reads))
  const hashes = [
    hashOf({}, reads),
    hashOf({}, reads.slice(1)),
    hashOf({ allowedRegions: ['eu-west-1'] }, reads),
    hashOf(withPolicy(onlyData), reads),
    hashOf({ permissionBoundary: boundary }, reads),
    hashOf({ permissionBoundary: `${boundary}-2` }, reads),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(hashes[0]).toMatch(/^[\w-]{43}$/)
})

test('Sids are dropped, and every character is one that STS takes', () => {
  const Resource = 'arn:aws:s3:::bücket-名-😀/"quoted"\\\n\u007f/${aws:username}'
  const tenant = withPermissions(withPolicy({ ...noSecrets, Resource }))
  const policy = sessionPolicyOf({ roleName: 'read', tenant, actions: reads })
  expect(policy.document).toMatch(/^[ -~]+$/)
  expect(policy.document).not.toContain('Sid')
  expect(JSON.stringify(read(policy))).toContain(JSON.stringify(Resource))
})

describe('the 2,048 characters', () => {
  const many = (count: number, service = 'ec2') =>
    Array.from({ length: count }, (_, i) => `${service}:DescribeSomethingLong${i}`)

  test('actions that do not fit become their services', () => {
    const actions = [...many(100), 's3:ListAllMyBuckets', 'iam:ListRoles']
    const { Statement } = read(sessionPolicyOf({ roleName: 'read', tenant: tenantOf('acme'), actions }))
    expect(Statement.map(({ Action }) => Action)).toEqual([
      'ec2:*',
      ['iam:*', 's3:ListAllMyBuckets'],
      // Which whole services would allow.
      'iam:PassRole',
    ])
  })

  test('beside a policy they stay inside of it', () => {
    const tenant = withPermissions(withPolicy(onlyData))
    const { Statement } = read(sessionPolicyOf({ roleName: 'read', tenant, actions: many(100) }))
    expect(Statement.map(({ Effect }) => Effect)).toEqual(['Allow', 'Deny', 'Deny'])
    expect(Statement[1]?.NotAction).toBe('ec2:*')
  })

  test.each(['write', 'admin'] as const)(
    'a session of role %s has exactly its actions, or is a fault',
    (roleName) => {
      const tenant = withPermissions(withPolicy(noSecrets))
      const some = many(40)
      const { Statement } = read(sessionPolicyOf({ roleName, tenant, actions: some }))
      expect(Statement[0]?.Action).toEqual([...some].sort())
      expect(() => sessionPolicyOf({ roleName, tenant, actions: many(100) })).toThrow(GatewayError)
    },
  )

  test('what does not fit exactly is a fault of the one operation that changes something, not of all together', () => {
    const tenant = withPermissions({})
    const each = ['ec2', 's3', 'lambda'].map((service) => changing(many(40, service)))
    expect(sessionPolicyFaults(tenant, [reading(many(200)), ...each])).toEqual([])
    expect(sessionPolicyFaults(tenant, [...each, changing(many(100))])).toEqual([
      expect.stringMatching(/^permissions\.allowedRegions: does not fit .* of 2,048 characters\)$/),
    ])
    const readOnly = withPermissions({ readOnlyMode: true })
    expect(sessionPolicyFaults(readOnly, [changing(many(100))])).toEqual([])
    const without = withPermissions({ allowedServices: ['s3'] })
    expect(sessionPolicyFaults(without, [changing(many(100))])).toEqual([])
  })

  const large = (length: number): Statement => ({
    ...onlyData,
    Resource: `arn:aws:s3:::${'x'.repeat(length)}`,
  })

  test('what does not fit even so is a fault with its path, and no policy', () => {
    const tenant = withPermissions(withPolicy(large(2_000)))
    expect(sessionPolicyFaults(tenant, [reading(reads), changing(many(3))])).toEqual([
      'permissions.policy: does not fit into a session policy of AWS with the actions of the tools (2,494 of 2,048 characters)',
    ])
    expect(() => sessionPolicyOf({ roleName: 'read', tenant, actions: reads })).toThrow(GatewayError)
  })

  test('the ARN of the boundary counts', () => {
    const denies = (length: number) => withPolicy({ ...large(length), Effect: 'Deny' })
    const permissionBoundary = `arn:aws:iam::111111111111:policy/${'b'.repeat(400)}`
    const bounded = (length: number) => withPermissions({ ...denies(length), permissionBoundary })
    expect(sessionPolicyFaults(bounded(1_600), [reading(reads)])).toHaveLength(1)
    expect(sessionPolicyFaults(bounded(1_200), [reading(reads)])).toEqual([])
  })

  test('too many regions', () => {
    const tenant = withPermissions({ allowedRegions: Array(200).fill('eu-central-1') })
    expect(sessionPolicyFaults(tenant, [reading(reads)]).join()).toMatch(/^permissions\.allowedRegions: /)
  })

  test('whatever the size of policy and actions: it fits, or it is a fault; what fits does so for fewer actions', () => {
    for (let size = 1; size < 2_200; size += 131) {
      for (const count of [1, 7, 40, 160]) {
        const services = ['ec2', 's3', 'lambda', 'iam'].flatMap((service) => many(count, service))
        const tenant = withPermissions(withPolicy(large(size), noSecrets))
        const faults = sessionPolicyFaults(tenant, [reading(services)])
        if (faults.length > 0) {
          expect(() => sessionPolicyOf({ roleName: 'read', tenant, actions: services })).toThrow(GatewayError)
          continue
        }
        for (const actions of [services, services.slice(0, 1), services.slice(-count), []])
          expect(lengthOf(sessionPolicyOf({ roleName: 'read', tenant, actions }))).toBeLessThanOrEqual(2_048)
      }
    }
  })
})

describe('roles that are passed on', () => {
  const app = 'arn:aws:iam::111111111111:role/app-*'
  const launching = ['ec2:RunInstances', 'iam:PassRole']
  const statements = (permissions: Partial<Permissions>, through: readonly string[] = []) =>
    read(
      sessionPolicyOf({
        roleName: 'admin',
        tenant: withPermissions(permissions),
        actions: launching,
        through,
      }),
    ).Statement
  /** What is said of passing roles, and everything that would allow it. */
  const about = (permissions: Partial<Permissions>, through: readonly string[] = []) =>
    statements(permissions, through)
      .filter((each) => /PassRole|iam:\*/.test(JSON.stringify([each.Action, each.NotAction])))
      .map(({ Condition, ...each }) => each)

  test('only those of the list', () => {
    expect(about({ passRoles: [app] })).toEqual([
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: [app] },
    ])
    expect(JSON.stringify(statements({ passRoles: [app] })[0])).not.toContain('PassRole')
  })

  test('none without a list, or with one of instance profiles, which AWS does not check', () => {
    expect(about({})).toEqual([])
    expect(about({ passRoles: ['arn:aws:iam::111111111111:instance-profile/web'] })).toEqual([])
    const tenant = withPermissions({})
    const only = sessionPolicyOf({ roleName: 'admin', tenant, actions: ['iam:PassRole'] })
    expect(read(only).Statement).toEqual([{ Effect: 'Deny', Action: '*', Resource: '*' }])
  })

  test.for<[string, Partial<Permissions>]>([
    ['a policy that allows', withPolicy(onlyData)],
    ['a boundary', { permissionBoundary: boundary }],
  ])('beside %s, all others are denied', ([, permissions]) => {
    const [narrowed, ...others] = about({ ...permissions, passRoles: [app] })
    expect(narrowed).toMatchObject({ Effect: 'Deny', NotAction: expect.arrayContaining(launching) })
    const deny = { Effect: 'Deny', Action: 'iam:PassRole', NotResource: [app] }
    expect(others.filter(({ Action }) => Action !== undefined)).toEqual([deny])
    expect(JSON.stringify(about(permissions))).not.toContain('PassRole')
  })

  test('nor by a template, whose IAM actions are those of the call', () => {
    const deny = { Effect: 'Deny', Action: 'iam:PassRole' }
    expect(about({}, ['iam:*'])).toContainEqual({ ...deny, Resource: '*' })
    expect(about({ passRoles: [app] }, ['iam:*'])).toContainEqual({ ...deny, NotResource: [app] })
    expect(about({ permissionBoundary: boundary }, ['iam:*'])).toContainEqual({ ...deny, Resource: '*' })
  })

  test('a list that does not fit is a fault with its path', () => {
    const list = (count: number) =>
      Array.from({ length: count }, (_, i) => `${app}-of-a-name-that-is-long-${i}`)
    expect(sessionPolicyFaults(withPermissions({ passRoles: list(10) }), [])).toEqual([])
    expect(sessionPolicyFaults(withPermissions({ passRoles: list(50) }), [])).toEqual([
      expect.stringMatching(/^permissions\.passRoles: does not fit/),
    ])
  })
})

test('an Allow beside a boundary would widen it, so it is a fault', () => {
  const tenant = withPermissions({ permissionBoundary: boundary, ...withPolicy(noSecrets, onlyData) })
  expect(sessionPolicyFaults(tenant, [reading(reads)])).toEqual([
    'permissions.policy: may have Deny statements only beside permissions.permissionBoundary',
  ])
  expect(() => sessionPolicyOf({ roleName: 'read', tenant, actions: reads })).toThrow(GatewayError)
})

test('a tenant without fault has none', () => {
  expect(sessionPolicyFaults(withPermissions({}), [reading(reads), changing(['ec2:StopInstances'])])).toEqual(
    [],
  )
})
