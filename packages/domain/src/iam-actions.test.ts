import { expect, test } from 'vitest'
import { iamActionOf } from './iam-actions.ts'

test.for<[string, string, object, string]>([
  ['ec2', 'DescribeInstances', {}, 'ec2:DescribeInstances'],
  ['s3', 'ListObjectsV2', {}, 's3:ListBucket'],
  ['s3', 'ListObjects', {}, 's3:ListBucket'],
  ['s3', 'HeadBucket', {}, 's3:ListBucket'],
  ['s3', 'ListBuckets', {}, 's3:ListAllMyBuckets'],
  ['s3', 'ListObjectVersions', {}, 's3:ListBucketVersions'],
  ['s3', 'GetObject', {}, 's3:GetObject'],
  ['s3', 'GetObject', { VersionId: 'v' }, 's3:GetObjectVersion'],
  ['s3', 'GetObject', { VersionId: '' }, 's3:GetObjectVersion'],
  ['s3', 'GetObject', { VersionId: undefined }, 's3:GetObject'],
  ['s3', 'HeadObject', {}, 's3:GetObject'],
  ['s3', 'HeadObject', { VersionId: 'v' }, 's3:GetObjectVersion'],
  ['s3', 'DeleteObject', { VersionId: 'v' }, 's3:DeleteObject'],
  ['ec2', 'GetObject', { VersionId: 'v' }, 'ec2:GetObject'],
])('%s %s %j takes %s', ([service, operation, input, action]) => {
  expect(iamActionOf(service, operation, input)).toBe(action)
})
