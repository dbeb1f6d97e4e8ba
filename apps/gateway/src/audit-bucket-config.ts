import { z } from 'zod'
import { wholeNumber } from './number-settings.ts'

/** Settings of what of the audit log is in AWS, in the gateway's own account, as they stand in the environment. */
export const auditBucketEnvironment = {
  AUDIT_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'must be the name of a bucket' })
    .optional(),
  AUDIT_S3_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'must be a region such as eu-west-1' })
    .optional(),
  AUDIT_S3_PREFIX: z
    .string()
    .regex(/^[\w.=-]+(\/[\w.=-]+)*$/, {
      error: 'must be letters, digits and _.=- with slashes between, none at its ends',
    })
    .max(200)
    .default('audit'),
  AUDIT_S3_RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  AUDIT_S3_OWNER: z
    .string()
    .regex(/^\d{12}$/, { error: 'must be the 12 digits of an account' })
    .optional(),
  AUDIT_KMS_KEY_ID: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+$/, {
      error: 'must be the ARN of a KMS key or of an alias',
    })
    .optional(),
}

/** What of the audit log is in AWS. */
export interface AuditBucketConfig {
  readonly bucket?: {
    readonly bucket: string
    readonly region: string
    readonly prefix: string
    readonly owner?: string
    readonly retentionDays?: number
  }
  readonly kmsKey?: { readonly keyId: string; readonly region: string }
}

type Given = Readonly<Record<string, string | undefined>>

/** Faults between these settings and others. */
export const auditBucketFaults = (given: Given): string[] => {
  const faults: string[] = []
  if (given.AUDIT_KMS_KEY_ID !== undefined && given.AUDIT_SIGNING_KEY !== undefined) {
    faults.push(
      'AUDIT_KMS_KEY_ID: signs checkpoints in the place of AUDIT_SIGNING_KEY; leave one of them out',
    )
  }
  if (given.AUDIT_S3_BUCKET !== undefined) {
    if (given.AUDIT_S3_REGION === undefined) {
      faults.push('AUDIT_S3_REGION: is needed with AUDIT_S3_BUCKET: the region of the bucket')
    }
    return faults
  }
  const alone = ['AUDIT_S3_REGION', 'AUDIT_S3_PREFIX', 'AUDIT_S3_RETENTION_DAYS', 'AUDIT_S3_OWNER']
  return [
    ...faults,
    ...alone
      .filter((name) => given[name] !== undefined)
      .map((name) => `${name}: says nothing without AUDIT_S3_BUCKET`),
  ]
}

type Values = z.infer<z.ZodObject<typeof auditBucketEnvironment>>

/** The settings together. */
export const auditBucketConfig = (values: Values): AuditBucketConfig => {
  const { AUDIT_S3_BUCKET: bucket, AUDIT_S3_REGION: region, AUDIT_KMS_KEY_ID: keyId } = values
  const { AUDIT_S3_OWNER: owner, AUDIT_S3_RETENTION_DAYS: retentionDays } = values
  const keyRegion = keyId?.split(':')[3]
  return {
    ...(bucket !== undefined &&
      region !== undefined && {
        bucket: {
          bucket,
          region,
          prefix: values.AUDIT_S3_PREFIX,
          ...(owner !== undefined && { owner }),
          ...(retentionDays !== undefined && { retentionDays }),
        },
      }),
    ...(keyId !== undefined && keyRegion !== undefined && { kmsKey: { keyId, region: keyRegion } }),
  }
}
