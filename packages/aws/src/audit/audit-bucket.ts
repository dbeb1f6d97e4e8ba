import { type AuditBucket, ConfigurationError, partitionOfRegion } from '@gateway/domain'
import type { SdkOutput } from '../service-modules.ts'
import { bytesOf } from './body-bytes.ts'
import { type BucketLock, lockOf } from './bucket-lock.ts'
import { refusalOf } from './own-fault.ts'
import { type OwnPlace, openOwnService } from './own-service.ts'

/** Which bucket, and how objects in it are kept. */
export interface AuditBucketOptions extends OwnPlace {
  readonly bucket: string
  /** What keys start with, without a slash at its end. */
  readonly prefix: string
  /** Account that must own the bucket; without it a name that another account has taken would be written to. */
  readonly owner?: string | undefined
  /** Days in which nobody can remove an object (Object Lock, COMPLIANCE mode); unless given, what the bucket does by itself. */
  readonly retentionDays?: number | undefined
  readonly now: () => number
}

/** A bucket that could be opened. */
export interface OpenedAuditBucket extends AuditBucket {
  readonly lock: BucketLock
  /** Why it could not be reached at the start. */
  readonly fault?: unknown
  close(): void
}

/**
 * Opens the bucket as the gateway itself and writes `<prefix>/opened.txt` once, so that what is missing is said at the start. Throws
 * `ConfigurationError` where there is no such bucket or no access to it; where S3 cannot be reached it opens, `lock` is `unknown`,
 * and its methods reject until it can be. Encryption is the bucket's own. Not verified against real AWS: moto judges no policy and
 * no encryption.
 */
export const openAuditBucket = async (options: AuditBucketOptions): Promise<OpenedAuditBucket> => {
  const { bucket, prefix, owner, retentionDays, now } = options
  const s3 = await openOwnService('s3', options)
  const send = (operation: string, input: object): Promise<SdkOutput> =>
    s3.send(operation, {
      Bucket: bucket,
      ...(owner !== undefined && { ExpectedBucketOwner: owner }),
      ...input,
    })

  const get: AuditBucket['get'] = async (key) => bytesOf(await send('GetObject', { Key: key }))

  const put: AuditBucket['put'] = async (key, body) => {
    try {
      await send('PutObject', {
        Key: key,
        Body: body,
        ContentType: typeOf(key),
        ChecksumAlgorithm: 'SHA256',
        // Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
        IfNoneMatch: '*',
        ...(retentionDays !== undefined && {
          ObjectLockMode: 'COMPLIANCE',
          ObjectLockRetainUntilDate: new Date(now() + retentionDays * dayMs),
        }),
      })
    } catch (thrown) {
      if (refusalOf(thrown) !== 'PreconditionFailed') throw thrown
      // An answer to the same put was lost, or another one stands there.
      if (!Buffer.from(await get(key)).equals(body)) {
        throw new Error('another object has this key, and is not overwritten', { cause: thrown })
      }
    }
  }

  const opened = `${prefix}/opened.txt`
  let lock: BucketLock = 'unknown'
  let fault: unknown
  try {
    lock = await lockOf(send, retentionDays)
    await put(
      opened,
      Buffer.from('The audit log of the gateway is written here. Nothing overwrites an object.\n'),
    )
    await get(opened)
  } catch (thrown) {
    const refusal = refusalOf(thrown)
    if (thrown instanceof ConfigurationError || refusal !== undefined) s3.close()
    if (refusal !== undefined) throw new ConfigurationError('The audit bucket', [adviceFor(refusal, options)])
    if (thrown instanceof ConfigurationError) throw thrown
    fault = thrown
  }

  return {
    lock,
    ...(fault !== undefined && { fault }),
    put,
    get,
    async *list(start) {
      let next: string | undefined
      do {
        const page = await send('ListObjectsV2', {
          Prefix: start,
          ...(next !== undefined && { ContinuationToken: next }),
        })
        for (const { Key } of contentsOf(page)) if (Key.startsWith(start)) yield Key
        next = typeof page.NextContinuationToken === 'string' ? page.NextContinuationToken : undefined
      } while (next !== undefined)
    },
    close: () => s3.close(),
  }
}

const dayMs = 86_400_000

const typeOf = (key: string): string =>
  key.endsWith('.gz') ? 'application/gzip' : key.endsWith('.json') ? 'application/json' : 'text/plain'

const contentsOf = ({ Contents }: SdkOutput): readonly { readonly Key: string }[] =>
  Array.isArray(Contents) ? Contents.filter((each) => typeof each?.Key === 'string') : []

/** What to do about a refusal of AWS, with the policy that the gateway's own role needs. */
const adviceFor = (
  code: string,
  { bucket, prefix, region, owner, retentionDays }: AuditBucketOptions,
): string => {
  if (code === 'NoSuchBucket') return `there is no bucket ${bucket}: make it, with Object Lock, in ${region}`
  if (code === 'PermanentRedirect' || code === 'AuthorizationHeaderMalformed') {
    return `bucket ${bucket} is in another region than ${region}: set AUDIT_S3_REGION to its own`
  }
  if (code !== 'AccessDenied')
    return `AWS refused bucket ${bucket} (${code}): look at its name, region and policy`
  const arn = `arn:${partitionOfRegion(region)}:s3:::${bucket}`
  const allow = (Action: readonly string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })
  const policy = {
    Version: '2012-10-17',
    Statement: [
      allow(['s3:GetBucketObjectLockConfiguration', 's3:ListBucket'], arn),
      allow(
        ['s3:PutObject', 's3:GetObject', ...(retentionDays === undefined ? [] : ['s3:PutObjectRetention'])],
        `${arn}/${prefix}/*`,
      ),
    ],
  }
  const owned = owner === undefined ? '' : ` that account ${owner} owns the bucket,`
  return `the gateway has no access to bucket ${bucket}: see${owned} that the bucket's policy does not deny it, that its KMS key, if it has one, allows kms:GenerateDataKey and kms:Decrypt, and that the gateway's role has ${JSON.stringify(policy)}`
}
