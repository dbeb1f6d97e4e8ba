import { randomBytes } from 'node:crypto'
import { type ChainedAuditLog, createAuditLog, openFileSink, stdoutSink } from '@gateway/audit'
import { ConfigurationError, type Measured } from '@gateway/domain'
import type { AuditBucketConfig } from './audit-bucket-config.ts'
import type { AuditConfig } from './audit-config.ts'
import { openAuditInAws } from './open-audit-in-aws.ts'
import { scrub } from './scrub.ts'
import type { Surroundings } from './surroundings.ts'
import { version } from './version.ts'

/** What the audit log needs of the process. */
export interface AuditSurroundings {
  readonly log: NonNullable<Surroundings['log']>
  readonly now: () => number
  readonly measured?: Measured
  /** A stand-in of AWS. */
  readonly awsEndpoint?: string | undefined
}

/** Opens the audit log that the settings ask for; throws `ConfigurationError` for a file, a bucket or a key that cannot be used. */
export const openAudit = async (
  { file, stdout, hmacKey, signer: localSigner, ...inAws }: AuditConfig & AuditBucketConfig,
  { log, now, measured, awsEndpoint }: AuditSurroundings,
): Promise<ChainedAuditLog> => {
  const onFault = (fields: object, message: string) => log.error(fields, message)
  const aws = await openAuditInAws(inAws, { log, now, awsEndpoint })
  const signer = aws.signer ?? localSigner
  const missing = [...(hmacKey ? [] : ['AUDIT_HMAC_KEY']), ...(signer ? [] : ['AUDIT_SIGNING_KEY'])]
  if (missing.length > 0) log.warn({ missing }, 'nobody can prove later that the audit log is whole')
  const fileSink =
    file &&
    (await openFileSink({ ...file, now, onFault }).catch((cause: NodeJS.ErrnoException) => {
      const fault = `AUDIT_FILE: cannot be opened (${cause.code ?? 'unknown'})`
      throw new ConfigurationError('The environment', [fault])
    }))
  const audit = createAuditLog({
    key: hmacKey ?? randomBytes(32),
    gateway: { instance: randomBytes(8).toString('hex'), version },
    sinks: [
      ...(fileSink ? [fileSink] : []),
      ...(stdout ? [stdoutSink()] : []),
      ...(aws.sink ? [aws.sink] : []),
    ],
    signer,
    scrub,
    now,
    onFault,
    measured,
  })
  return {
    ...audit,
    async close(ms) {
      await audit.close(ms)
      aws.close()
    },
  }
}
