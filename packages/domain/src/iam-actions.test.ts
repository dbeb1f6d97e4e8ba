import { describe, expect, test } from 'vitest'
import { iamActionsOf, possibleIamActions } from './iam-actions.ts'

describe('iamActionsOf', () => {
  test.for<[string, string, object, string[]]>([
    ['ec2', 'DescribeInstances', {}, ['ec2:DescribeInstances']],
    ['s3', 'ListObjectsV2', {}, ['s3:ListBucket']],
    ['s3', 'ListObjects', {}, ['s3:ListBucket']],
    ['s3', 'HeadBucket', {}, ['s3:ListBucket']],
    ['s3', 'ListBuckets', {}, ['s3:ListAllMyBuckets']],
    ['s3', 'ListObjectVersions', {}, ['s3:ListBucketVersions']],
    ['s3', 'GetObject', {}, ['s3:GetObject']],
    ['s3', 'GetObject', { VersionId: 'v' }, ['s3:GetObjectVersion']],
    ['s3', 'GetObject', { VersionId: '' }, ['s3:GetObjectVersion']],
    ['s3', 'GetObject', { VersionId: undefined }, ['s3:GetObject']],
    ['s3', 'HeadObject', {}, ['s3:GetObject']],
    ['s3', 'HeadObject', { VersionId: 'v' }, ['s3:GetObjectVersion']],
    ['s3', 'DeleteObject', {}, ['s3:DeleteObject']],
    ['s3', 'DeleteObject', { VersionId: 'v' }, ['s3:DeleteObjectVersion']],
    [
      's3',
      'DeleteObject',
      { BypassGovernanceRetention: true },
      ['s3:DeleteObject', 's3:BypassGovernanceRetention'],
    ],
    ['s3', 'DeleteObjects', { Delete: { Objects: [{ Key: 'a' }] } }, ['s3:DeleteObject']],
    [
      's3',
      'DeleteObjects',
      { Delete: { Objects: [{ Key: 'a' }, { Key: 'b', VersionId: 'v' }] } },
      ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    ],
    ['s3', 'DeleteObjects', {}, ['s3:DeleteObject', 's3:DeleteObjectVersion']],
    ['s3', 'CopyObject', { CopySource: 'from/key' }, ['s3:PutObject', 's3:GetObject']],
    ['s3', 'CopyObject', { CopySource: 'from/key?versionId=v' }, ['s3:PutObject', 's3:GetObjectVersion']],
    ['s3', 'PutObject', { ACL: 'public-read' }, ['s3:PutObject', 's3:PutObjectAcl']],
    ['s3', 'PutObject', { Tagging: 'a=b' }, ['s3:PutObject', 's3:PutObjectTagging']],
    ['s3', 'UploadPart', {}, ['s3:PutObject']],
    ['s3', 'GetPublicAccessBlock', {}, ['s3:GetBucketPublicAccessBlock']],
    ['s3', 'DeleteBucketInventoryConfiguration', {}, ['s3:PutInventoryConfiguration']],
    ['s3', 'CreateSession', {}, ['s3express:CreateSession']],
    ['s3', 'GetBucketPolicy', { VersionId: 'v' }, ['s3:GetBucketPolicy']],
    ['ec2', 'GetObject', { VersionId: 'v' }, ['ec2:GetObject']],
    ['ec2', 'RunInstances', {}, ['ec2:RunInstances']],
    ['ec2', 'RunInstances', { TagSpecifications: [] }, ['ec2:RunInstances', 'ec2:CreateTags']],
    ['ec2', 'DescribeInstances', { TagSpecifications: [] }, ['ec2:DescribeInstances']],
    ['iam', 'CreateRole', { Tags: [] }, ['iam:CreateRole', 'iam:TagRole']],
    ['iam', 'CreateGroup', { Tags: [] }, ['iam:CreateGroup']],
    ['lambda', 'Invoke', {}, ['lambda:InvokeFunction']],
    ['lambda', 'InvokeWithResponseStream', {}, ['lambda:InvokeFunction']],
    ['lambda', 'GetLayerVersionByArn', {}, ['lambda:GetLayerVersion']],
    ['kms', 'ReEncrypt', {}, ['kms:ReEncryptFrom', 'kms:ReEncryptTo']],
    ['apigateway', 'GetRestApis', {}, ['apigateway:GET']],
    ['apigateway', 'UpdateStage', {}, ['apigateway:PATCH']],
    ['apigateway', 'ImportDocumentationParts', {}, ['apigateway:PUT']],
    ['apigateway', 'CreateRestApi', { policy: '{}' }, ['apigateway:POST', 'apigateway:UpdateRestApiPolicy']],
    ['budgets', 'DescribeBudgets', {}, ['budgets:ViewBudget']],
    ['dynamodb', 'ExecuteStatement', { Statement: ' select * from "t"' }, ['dynamodb:PartiQLSelect']],
    ['dynamodb', 'TransactGetItems', {}, ['dynamodb:GetItem']],
    [
      'dynamodb',
      'TransactWriteItems',
      { TransactItems: [{ Put: {} }, { Delete: {} }, { Put: {} }] },
      ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
    ],
    ['dynamodb', 'GetItem', {}, ['dynamodb:GetItem']],
    ['dynamodb', 'constructor', {}, ['dynamodb:constructor']],
    ['s3', '__proto__', {}, ['s3:__proto__']],
  ])('%s %s %j takes %j', ([service, operation, input, actions]) => {
    expect(iamActionsOf(service, operation, input)).toEqual(actions)
  })

  test.for([
    ['ExecuteStatement', {}],
    ['ExecuteStatement', { Statement: '/* select */ DELETE FROM "t"' }],
    ['ExecuteStatement', { Statement: 'EXISTS(SELECT * FROM "t")' }],
    ['BatchExecuteStatement', { Statements: [{ Statement: 'SELECT 1' }, { Statement: 7 }] }],
    ['ExecuteTransaction', { TransactStatements: [null] }],
    ['BatchExecuteStatement', { Statements: [] }],
  ] as const)('DynamoDB %s %j may be any statement', ([operation, input]) => {
    expect(iamActionsOf('dynamodb', operation, input)).toEqual([
      'dynamodb:PartiQLSelect',
      'dynamodb:PartiQLInsert',
      'dynamodb:PartiQLUpdate',
      'dynamodb:PartiQLDelete',
    ])
  })

  test('a transaction with an unknown kind of write needs them all', () => {
    const input = { TransactItems: [{ Put: {} }, { Merge: {} }] }
    expect(iamActionsOf('dynamodb', 'TransactWriteItems', input)).toHaveLength(4)
  })

  test('a member that is inherited does not count', () => {
    expect(iamActionsOf('s3', 'PutObject', Object.create({ ACL: 'private' }))).toEqual(['s3:PutObject'])
  })
})

test('possibleIamActions says what an operation may need as a whole', () => {
  expect(possibleIamActions('s3', 'CopyObject', ['Bucket', 'ACL'])).toEqual({
    own: ['s3:PutObject', 's3:GetObject', 's3:GetObjectVersion'],
    extra: ['s3:PutObjectAcl'],
  })
  expect(possibleIamActions('s3', 'GetObject', ['VersionId']).own).toEqual([
    's3:GetObject',
    's3:GetObjectVersion',
  ])
  expect(possibleIamActions('ec2', 'DescribeVpcs', ['DryRun'])).toEqual({
    own: ['ec2:DescribeVpcs'],
    extra: [],
  })
})
