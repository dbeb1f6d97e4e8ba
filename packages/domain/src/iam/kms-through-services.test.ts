import { expect, test } from 'vitest'
import { kmsThroughServices } from './kms-through-services.ts'

const s3 = { 'kms:ViaService': 's3.*.amazonaws.com*' }

test('what reads objects may have them decrypted by S3, and nothing by itself', () => {
  expect(kmsThroughServices('read', ['s3:GetObject', 's3:ListBucket', 'ec2:DescribeInstances'])).toEqual({
    allow: [{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: '*', Condition: { StringLike: s3 } }],
    deny: [{ Effect: 'Deny', Action: ['kms:Decrypt'], Resource: '*', Condition: { StringNotLike: s3 } }],
    actions: ['kms:Decrypt'],
  })
})

test('what starts instances may let EC2 use the keys of their volumes, for AWS itself only', () => {
  const { allow } = kmsThroughServices('write', ['ec2:StartInstances', 'ec2:DescribeInstances'])
  const ec2 = { 'kms:ViaService': 'ec2.*.amazonaws.com*' }
  expect(allow).toHaveLength(2)
  expect(allow[1]).toEqual({
    Effect: 'Allow',
    Action: 'kms:CreateGrant',
    Resource: '*',
    Condition: { StringLike: ec2, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  })
})

test.for([
  ['read', ['s3:ListBucket']],
  ['read', ['ec2:RunInstances']],
  ['write', ['ec2:DescribeInstances', 'cloudformation:ExecuteChangeSet']],
  ['write', ['dynamodb:ListTables', 'dynamodb:DescribeTable']],
] as const)('as %s, %j need no key', ([roleName, actions]) => {
  expect(kmsThroughServices(roleName, actions)).toEqual({ allow: [], deny: [], actions: [] })
})

test('a call of KMS itself is not held back by what its services use', () => {
  const { deny } = kmsThroughServices('write', ['kms:Decrypt', 's3:PutObject'])
  expect(deny.flatMap(({ Action = [] }) => Action)).not.toContain('kms:Decrypt')
})
