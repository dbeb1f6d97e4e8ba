import { expect, test } from 'vitest'
import type { RoleName } from '../tenant.ts'
import { tenantOf } from '../testing/tenants.ts'
import { neededActions, type Operation } from './needed-actions.ts'
import { policyDocument } from './policy-document.ts'
import { rolePermissions } from './role-permissions.ts'

const operations: Operation[] = [
  { access: 'read', iamActions: ['ec2:DescribeInstances'] },
  { access: 'read', iamActions: ['s3:GetObject', 's3:GetObjectVersion'] },
  { access: 'read', iamActions: ['s3:ListBucket'] },
  { access: 'read', iamActions: ['s3:ListAllMyBuckets'] },
  { access: 'read', iamActions: [] },
  { access: 'write', iamActions: ['ec2:StartInstances', 'ec2:DescribeInstances'] },
  { access: 'destructive', iamActions: ['ec2:TerminateInstances'] },
  { access: 'spend', iamActions: ['ec2:RunInstances', 'ec2:CreateTags'] },
  { access: 'sensitive-read', iamActions: ['ec2:GetConsoleOutput'] },
  { access: 'permissions', iamActions: ['s3:PutBucketPolicy'] },
  { access: 'read', iamActions: ['lambda:ListFunctions'] },
  { access: 'read', iamActions: ['s3:GetBucketLocation', 'cloudwatch:GetMetricData'] },
]

const acme = tenantOf('acme')
const permissionsOf = (
  roleName: RoleName,
  changes: Partial<typeof acme.permissions> = {},
  more: Operation[] = [],
) => {
  const tenant = { ...acme, permissions: { ...acme.permissions, ...changes } }
  const [account] = tenant.accounts
  if (!account) throw new Error('acme has an account')
  return rolePermissions({ tenant, account, roleName, operations: [...operations, ...more] })
}
const allowedIn = (document: ReturnType<typeof permissionsOf>): string[] =>
  document.Statement.filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action ?? [])
    .sort()

test('a read role', () => {
  expect(permissionsOf('read')).toMatchInlineSnapshot(`
    {
      "Statement": [
        {
          "Action": [
            "ec2:DescribeInstances",
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
          "Sid": "Ec2AnyResource",
        },
        {
          "Action": [
            "s3:GetObject",
            "s3:GetObjectVersion",
          ],
          "Condition": {
            "StringEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
              "aws:ResourceAccount": "111111111111",
            },
          },
          "Effect": "Allow",
          "Resource": [
            "arn:aws:s3:::*/*",
          ],
          "Sid": "S3Object",
        },
        {
          "Action": [
            "s3:ListAllMyBuckets",
          ],
          "Effect": "Allow",
          "Resource": "*",
          "Sid": "GlobalS3AnyResource",
        },
        {
          "Action": [
            "s3:ListBucket",
          ],
          "Condition": {
            "StringEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
              "aws:ResourceAccount": "111111111111",
            },
          },
          "Effect": "Allow",
          "Resource": [
            "arn:aws:s3:::*",
          ],
          "Sid": "S3Bucket",
        },
      ],
      "Version": "2012-10-17",
    }
  `)
})

test('a write role reads too, and has what it may never do', () => {
  expect(permissionsOf('write')).toMatchInlineSnapshot(`
    {
      "Statement": [
        {
          "Action": [
            "ec2:CreateTags",
            "ec2:DescribeInstances",
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
          "Sid": "Ec2AnyResource",
        },
        {
          "Action": [
            "ec2:RunInstances",
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
          "Resource": [
            "arn:aws:ec2:*::image/*",
            "arn:aws:ec2:*:111111111111:instance/*",
            "arn:aws:ec2:*:111111111111:key-pair/*",
            "arn:aws:ec2:*:111111111111:launch-template/*",
            "arn:aws:ec2:*:111111111111:network-interface/*",
            "arn:aws:ec2:*:111111111111:security-group/*",
            "arn:aws:ec2:*::snapshot/*",
            "arn:aws:ec2:*:111111111111:subnet/*",
            "arn:aws:ec2:*:111111111111:volume/*",
          ],
          "Sid": "Ec2Several",
        },
        {
          "Action": [
            "ec2:StartInstances",
            "ec2:TerminateInstances",
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
          "Resource": [
            "arn:aws:ec2:*:111111111111:instance/*",
          ],
          "Sid": "Ec2Instance",
        },
        {
          "Action": [
            "s3:GetObject",
            "s3:GetObjectVersion",
          ],
          "Condition": {
            "StringEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
              "aws:ResourceAccount": "111111111111",
            },
          },
          "Effect": "Allow",
          "Resource": [
            "arn:aws:s3:::*/*",
          ],
          "Sid": "S3Object",
        },
        {
          "Action": [
            "s3:ListAllMyBuckets",
          ],
          "Effect": "Allow",
          "Resource": "*",
          "Sid": "GlobalS3AnyResource",
        },
        {
          "Action": [
            "s3:ListBucket",
          ],
          "Condition": {
            "StringEquals": {
              "aws:RequestedRegion": [
                "eu-west-1",
                "us-east-1",
              ],
              "aws:ResourceAccount": "111111111111",
            },
          },
          "Effect": "Allow",
          "Resource": [
            "arn:aws:s3:::*",
          ],
          "Sid": "S3Bucket",
        },
        {
          "Action": [
            "account:*",
            "cloudtrail:DeleteTrail",
            "cloudtrail:StopLogging",
            "iam:*",
            "kms:ScheduleKeyDeletion",
            "organizations:*",
            "sts:AssumeRole",
          ],
          "Effect": "Deny",
          "Resource": "*",
          "Sid": "Never",
        },
      ],
      "Version": "2012-10-17",
    }
  `)
})

test('only an admin role reads secrets and changes permissions', () => {
  const only = ['ec2:GetConsoleOutput', 's3:PutBucketPolicy']
  expect(
    allowedIn(permissionsOf('admin')).filter((each) => !allowedIn(permissionsOf('write')).includes(each)),
  ).toEqual(only)
  expect(allowedIn(permissionsOf('write'))).toEqual(expect.arrayContaining(allowedIn(permissionsOf('read'))))
})

test('an operation with a service that is not allowed counts for nothing', () => {
  const allowed = allowedIn(permissionsOf('admin'))
  expect(allowed.filter((action) => !/^(ec2|s3):/.test(action))).toEqual([])
  expect(allowed).not.toContain('s3:GetBucketLocation')
  expect(allowedIn(permissionsOf('admin', { allowedServices: ['lambda'] }))).toEqual(['lambda:ListFunctions'])
})

test('in read-only mode every role reads and does nothing else', () => {
  const read = allowedIn(permissionsOf('read'))
  for (const role of ['write', 'admin'] as const)
    expect(allowedIn(permissionsOf(role, { readOnlyMode: true }))).toEqual(read)
})

test.for(['read', 'write', 'admin'] as const)(
  '%s: no action has a wildcard, and IAM would read it',
  (roleName) => {
    const document = permissionsOf(roleName)
    expect(allowedIn(document).filter((action) => /[*?]/.test(action))).toEqual([])
    expect(policyDocument.parse(document)).toEqual(document)
  },
)

test('what administrators are asked for is not denied to them; a write role stays denied', () => {
  const pass: Operation[] = [{ access: 'permissions', iamActions: ['iam:PassRole'] }]
  const services = { allowedServices: ['iam', 's3'] }
  const deniedIn = (document: ReturnType<typeof permissionsOf>) =>
    document.Statement.filter(({ Effect }) => Effect === 'Deny').flatMap(({ Action }) => Action ?? [])
  const admin = permissionsOf('admin', services, pass)
  expect(deniedIn(admin)).not.toContain('iam:*')
  expect(deniedIn(admin)).toContain('organizations:*')
  expect(admin.Statement.find(({ Action }) => Action?.includes('iam:PassRole'))).toEqual({
    Sid: 'GlobalIamRole',
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: ['arn:aws:iam::111111111111:role/*'],
  })
  const mistaken: Operation[] = [{ access: 'write', iamActions: ['iam:CreateAccessKey'] }]
  expect(deniedIn(permissionsOf('write', services, mistaken))).toContain('iam:*')
})

test.for([
  ['arn:aws-cn:iam::111111111111:role/r', 'arn:aws-cn:s3:::*'],
  ['arn:aws-us-gov:iam::111111111111:role/r', 'arn:aws-us-gov:s3:::*'],
] as const)('ARNs are of the partition of the role: %s', ([roleArn, expected]) => {
  const [account] = acme.accounts
  if (!account) throw new Error('acme has an account')
  const roles = { read: { roleArn, externalId: 'an-id' } }
  const { Statement } = rolePermissions({
    tenant: acme,
    account: { ...account, roles },
    roleName: 'read',
    operations,
  })
  const resources = Statement.flatMap(({ Resource }) => Resource ?? [])
  expect(resources).toContain(expected)
  expect(resources.filter((each) => each.startsWith('arn:aws:'))).toEqual([])
})

test('the ARNs of one account are never those of another', () => {
  const [prod, dev] = acme.accounts
  if (!prod || !dev) throw new Error('acme has two accounts')
  const text = JSON.stringify(rolePermissions({ tenant: acme, account: dev, roleName: 'admin', operations }))
  expect(text).toContain(dev.accountId)
  expect(text).not.toContain(prod.accountId)
})

test('a role that is needed for nothing may do nothing', () => {
  const nothing = permissionsOf('read', { allowedServices: ['sqs'] })
  expect(nothing.Statement.map(({ Sid }) => Sid)).toEqual(['Nothing'])
  expect(policyDocument.parse(nothing)).toEqual(nothing)
})

test('needed actions are told by the role whose sessions run them', () => {
  expect(neededActions(acme, operations)).toEqual({
    read: [
      'ec2:DescribeInstances',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListAllMyBuckets',
      's3:ListBucket',
    ],
    write: [
      'ec2:CreateTags',
      'ec2:DescribeInstances',
      'ec2:RunInstances',
      'ec2:StartInstances',
      'ec2:TerminateInstances',
    ],
    admin: ['ec2:GetConsoleOutput', 's3:PutBucketPolicy'],
  })
})

test('the read role of a tenant with a boundary may read that one policy, and the others nothing of it', () => {
  const permissionBoundary = 'arn:aws:iam::111111111111:policy/bound'
  const boundary = permissionsOf('read', { permissionBoundary }).Statement.at(-1)
  expect(boundary).toEqual({
    Sid: 'Boundary',
    Effect: 'Allow',
    Action: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
    Resource: permissionBoundary,
  })
  for (const roleName of ['read', 'write', 'admin'] as const) {
    expect(permissionsOf(roleName).Statement.map(({ Sid }) => Sid)).not.toContain('Boundary')
    const sids = permissionsOf(roleName, { permissionBoundary }).Statement.map(({ Sid }) => Sid)
    expect(sids.includes('Boundary')).toBe(roleName === 'read')
  }
})
