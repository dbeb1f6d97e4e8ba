import { type AuditSink, bucketSink } from '@gateway/audit'
import { gatewayCredentials, openAuditBucket, openKmsSigner } from '@gateway/aws'
import type { CheckpointSigner } from '@gateway/domain'
import type { AuditBucketConfig } from './audit-bucket-config.ts'
import type { Surroundings } from './surroundings.ts'

/** What of the audit log is in AWS. */
export interface AuditInAws {
  readonly sink?: AuditSink
  readonly signer?: CheckpointSigner
  /** Ends the connections of the signer; the sink ends its own. */
  close(): void
}

/**
 * Opens the bucket and the key as the gateway itself, and says in the log whether objects are locked and which public key verifies.
 * Throws `ConfigurationError` for what cannot be used; a bucket that cannot be reached just now opens, and fails until it can be.
 */
export const openAuditInAws = async (
  { bucket, kmsKey }: AuditBucketConfig,
  surroundings: {
    readonly log: NonNullable<Surroundings['log']>
    readonly now: () => number
    readonly awsEndpoint?: string | undefined
  },
): Promise<AuditInAws> => {
  const { log, now, awsEndpoint: endpoint } = surroundings
  const own = { endpoint, gatewayCredentials: gatewayCredentials(), now }
  const signer = kmsKey && (await openKmsSigner({ ...own, ...kmsKey }))
  if (signer) {
    const { arn, keyId, publicKey } = signer
    log.info({ arn, keyId, publicKey }, 'checkpoints of the audit log are signed by a key in KMS')
  }
  const opened = bucket && (await openAuditBucket({ ...own, ...bucket }))
  if (bucket && opened) {
    const { lock, fault } = opened
    const fields = { bucket: bucket.bucket, lock, ...(fault !== undefined && { err: fault }) }
    if (lock === 'unknown') log.error(fields, 'the audit bucket cannot be reached')
    else if (lock === 'none')
      log.warn(fields, 'objects in the audit bucket are not locked: they can be removed')
    else log.info(fields, 'objects in the audit bucket are locked')
  }
  return {
    ...(bucket && opened && { sink: bucketSink({ bucket: opened, prefix: bucket.prefix }) }),
    ...(signer && { signer }),
    close: () => signer?.close(),
  }
}
