import { GatewayError, type ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** Which object, or which version of it. */
export interface ObjectPlace {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

/**
 * What looking at an object takes: without `s3:ListBucket` S3 answers 403 where there is none (S3 API, HeadObject,
 * "Permissions").
 */
export const lookActions = [
  's3:GetBucketTagging',
  's3:GetBucketVersioning',
  's3:GetObject',
  's3:ListBucket',
] as const

/** Size and time of an object as a plan tells them; `deleteMarker` for a version that is one, undefined where there is none. */
export const objectNow = async (
  context: ToolContext,
  { bucket, key, versionId }: ObjectPlace,
): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const look = typedAws(context, 's3', 'HeadObject', {
    Bucket: bucket,
    Key: key,
    ...(versionId !== undefined && { VersionId: versionId }),
  })
  const head = await look.catch(answerOfMissing)
  if (head === undefined) return undefined
  if ('deleteMarker' in head) return head
  const { ContentLength: sizeBytes, LastModified, ETag } = head
  return { sizeBytes, lastModified: LastModified?.toISOString(), etag: ETag?.replaceAll('"', '') }
}

/** What becomes of the content of an object that is deleted or replaced. */
export const keepsVersions = async (context: ToolContext, bucket: string): Promise<boolean> => {
  const { Status } = await typedAws(context, 's3', 'GetBucketVersioning', { Bucket: bucket })
  // Where versioning is suspended, a version of the object may be overwritten in place.
  return Status === 'Enabled'
}

/** Address of an object, for people. */
export const uriOf = ({ bucket, key }: ObjectPlace): string => `s3://${bucket}/${key}`

/** A HEAD has no body that says a code; 405 tells that the version is a delete marker (S3 API, HeadObject). */
const answerOfMissing = (thrown: unknown): { deleteMarker: true } | undefined => {
  const code = thrown instanceof GatewayError ? thrown.details.aws?.code : undefined
  if (code === 'NotFound') return undefined
  if (code === 'Http405' || code === 'MethodNotAllowed') return { deleteMarker: true }
  throw thrown
}
