import { ConfigurationError } from '@gateway/domain'
import type { SdkOutput } from '../service-modules.ts'
import { refusalOf } from './own-fault.ts'

/**
 * Who keeps objects from being removed: the gateway asks for it with each (`gateway`), the bucket does it by a rule of its own
 * (`bucket`), or nobody (`none`). `unknown` where S3 could not be asked.
 */
export type BucketLock = 'gateway' | 'bucket' | 'none' | 'unknown'

/** Asks S3 whether objects are locked; throws `ConfigurationError` for days that the bucket cannot give. */
export const lockOf = async (
  send: (operation: string, input: object) => Promise<SdkOutput>,
  retentionDays: number | undefined,
): Promise<BucketLock> => {
  const { enabled, rule } = await configurationOf(send)
  if (retentionDays !== undefined && !enabled) {
    throw new ConfigurationError('The audit bucket', [
      'AUDIT_S3_RETENTION_DAYS takes a bucket with Object Lock: turn it on for this bucket, or leave the setting out',
    ])
  }
  if (retentionDays !== undefined) return 'gateway'
  return rule ? 'bucket' : 'none'
}

/** S3 API, GetObjectLockConfiguration; a bucket that never had one answers 404. */
const configurationOf = async (
  send: (operation: string, input: object) => Promise<SdkOutput>,
): Promise<{ readonly enabled: boolean; readonly rule: boolean }> => {
  try {
    const { ObjectLockConfiguration } = await send('GetObjectLockConfiguration', {})
    const { ObjectLockEnabled, Rule } = Object(ObjectLockConfiguration) as Readonly<Record<string, unknown>>
    const { DefaultRetention } = Object(Rule) as { readonly DefaultRetention?: unknown }
    return { enabled: ObjectLockEnabled === 'Enabled', rule: DefaultRetention !== undefined }
  } catch (thrown) {
    if (refusalOf(thrown) === 'ObjectLockConfigurationNotFoundError') return { enabled: false, rule: false }
    throw thrown
  }
}
