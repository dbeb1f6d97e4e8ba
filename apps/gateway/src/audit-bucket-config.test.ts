import { expect, test } from 'vitest'
import { z } from 'zod'
import { auditBucketConfig, auditBucketEnvironment, auditBucketFaults } from './audit-bucket-config.ts'

const schema = z.object(auditBucketEnvironment)
const configOf = (given: Record<string, string>) => auditBucketConfig(schema.parse(given))

const bucket = { AUDIT_S3_BUCKET: 'acme-audit', AUDIT_S3_REGION: 'eu-west-1' }
const AUDIT_KMS_KEY_ID = 'arn:aws:kms:eu-central-1:111111111111:alias/audit/checkpoints'

test('nothing is in AWS unless asked for', () => {
  expect(configOf({})).toEqual({})
  expect(auditBucketFaults({})).toEqual([])
})

test('a bucket with everything, and a key in another region', () => {
  const given = {
    ...bucket,
    AUDIT_S3_PREFIX: 'logs/gateway',
    AUDIT_S3_RETENTION_DAYS: '365',
    AUDIT_S3_OWNER: '111111111111',
    AUDIT_KMS_KEY_ID,
  }
  expect(auditBucketFaults(given)).toEqual([])
  expect(configOf(given)).toEqual({
    bucket: {
      bucket: 'acme-audit',
      region: 'eu-west-1',
      prefix: 'logs/gateway',
      owner: '111111111111',
      retentionDays: 365,
    },
    kmsKey: { keyId: AUDIT_KMS_KEY_ID, region: 'eu-central-1' },
  })
  expect(configOf(bucket)).toEqual({ bucket: { bucket: 'acme-audit', region: 'eu-west-1', prefix: 'audit' } })
})

test.for([
  ['AUDIT_S3_BUCKET', ['s3://acme-audit', 'Acme', 'a', 'acme/audit']],
  ['AUDIT_S3_REGION', ['ireland', 'eu-west', 'eu-west-1a', 'EU-WEST-1']],
  ['AUDIT_S3_PREFIX', ['/audit', 'audit/', 'a//b', '', 'a b', 'a/*']],
  ['AUDIT_S3_RETENTION_DAYS', ['0', '-1', '1.5', 'ten', '36501']],
  ['AUDIT_S3_OWNER', ['1234', 'acme', '1111111111112']],
  [
    'AUDIT_KMS_KEY_ID',
    [
      'alias/audit',
      '8f1c1f9a-0000-4000-8000-000000000000',
      'arn:aws:s3:::acme',
      'arn:aws:kms:eu-west-1::key/1',
    ],
  ],
] as const)('%s is refused where it cannot be meant: %j', ([name, values]) => {
  for (const value of values) {
    const { success, error } = schema.safeParse({ [name]: value })
    expect(success, value).toBe(false)
    expect(error?.issues.map(({ path }) => path)).toEqual([[name]])
  }
})

test('settings that need others say so', () => {
  expect(auditBucketFaults({ AUDIT_S3_BUCKET: 'acme-audit' })).toEqual([
    'AUDIT_S3_REGION: is needed with AUDIT_S3_BUCKET: the region of the bucket',
  ])
  expect(auditBucketFaults({ AUDIT_S3_REGION: 'eu-west-1', AUDIT_S3_RETENTION_DAYS: '1' })).toEqual([
    'AUDIT_S3_REGION: says nothing without AUDIT_S3_BUCKET',
    'AUDIT_S3_RETENTION_DAYS: says nothing without AUDIT_S3_BUCKET',
  ])
  expect(auditBucketFaults({ AUDIT_KMS_KEY_ID, AUDIT_SIGNING_KEY: 'a key' })).toEqual([
    'AUDIT_KMS_KEY_ID: signs checkpoints in the place of AUDIT_SIGNING_KEY; leave one of them out',
  ])
})
