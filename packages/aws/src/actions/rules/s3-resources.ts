import { isPlainArn } from '../arn-template.ts'
import { type AskedAction, anyResource, type CheckedResource, type ResourceRule } from '../asked-action.ts'
import { textsAt, valuesAt } from '../input-texts.ts'

/** Buckets and objects of S3, by name or access point (Service Authorization Reference, "Resource types defined by Amazon S3"). */
export const s3Resources: ResourceRule = (asked) => {
  const { request, action, types } = asked
  const { operation, input } = request
  const names = new Set(types.map(({ type }) => type))
  const ofObject = names.has('object')
  if (!ofObject && !names.has('bucket')) return action.startsWith('s3:') ? undefined : [anyResource]
  if (/^(CopyObject|UploadPartCopy)$/.test(operation) && /^s3:GetObject/.test(action))
    return textsAt(input, 'CopySource')
      .map((source) => sourceOf(asked, source))
      .concat(sources(input))
  const buckets = textsAt(input, 'Bucket')
  if (buckets.length !== 1) return [anyResource]
  const bucket = bucketOf(asked, buckets[0] ?? '')
  if (!ofObject) return [bucket ? { type: 'bucket', arn: bucket.arn } : anyResource]
  const keys = operation === 'DeleteObjects' ? deleted(asked) : textsAt(input, 'Key')
  if (keys.length === 0) return [{ ...anyResource, ...(bucket && { within: bucket.object('*') }) }]
  return keys.map((key) => (bucket && key !== '' ? { type: 'object', arn: bucket.object(key) } : anyResource))
}

interface Bucket {
  readonly arn: string
  object(key: string): string
}

const bucketOf = ({ place }: AskedAction, name: string): Bucket | undefined => {
  const { partition } = place
  if (isPlainArn(name)) {
    const [, base, point] = /^(arn:[\w-]+:s3:[\w-]+:\d{12}:accesspoint)[:/]([a-z0-9-]+)$/.exec(name) ?? []
    if (base === undefined) return undefined
    return { arn: `${base}/${point}`, object: (key) => `${base}/${point}/object/${key}` }
  }
  // Aliases of access points, and directory buckets, have ARNs that their names do not say.
  if (
    !/^[A-Za-z0-9][\w.-]{1,253}[A-Za-z0-9]$/.test(name) ||
    /(-s3alias|--ol-s3|\.mrap|--[a-z0-9]+-s3)$/.test(name)
  )
    return undefined
  return { arn: `arn:${partition}:s3:::${name}`, object: (key) => `arn:${partition}:s3:::${name}/${key}` }
}

/** Keys of the objects that are deleted with the action that is asked: with a version another one than without. */
const deleted = ({ action, request }: AskedAction): readonly string[] => {
  const objects = valuesAt(request.input, 'Delete.Objects') as readonly {
    Key?: unknown
    VersionId?: unknown
  }[]
  const wanted =
    action === 's3:DeleteObject'
      ? objects.filter((each) => each.VersionId === undefined)
      : action === 's3:DeleteObjectVersion'
        ? objects.filter((each) => each.VersionId !== undefined)
        : objects
  // What is no text is named by an empty one, of which nothing is known.
  return wanted.map(({ Key }) => (typeof Key === 'string' ? Key : ''))
}

/** S3 API Reference, CopyObject: `bucket/key`, URL-encoded, or the ARN of an access point's object. */
const sourceOf = (asked: AskedAction, source: string): CheckedResource => {
  const [path = '', , more] = source
    .replace(/^\//, '')
    .split('?versionId=')
    .flatMap((part, i) => (i === 0 ? [part, ''] : [part]))
  if (more?.includes('?') || path.includes('+') || path.includes('?')) return anyResource
  const plain = decoded(path)
  const [, base, key] =
    /^(arn:[\w-]+:s3:[\w-]+:\d{12}:accesspoint\/[a-z0-9-]+)\/object\/([\s\S]+)$/.exec(plain ?? '') ?? []
  if (base !== undefined) return { type: 'object', arn: `${base}/object/${key}` }
  const at = plain?.indexOf('/') ?? -1
  const bucket = plain === undefined || at < 0 ? undefined : bucketOf(asked, plain.slice(0, at))
  const name = plain?.slice(at + 1) ?? ''
  return bucket && name !== '' ? { type: 'object', arn: bucket.object(name) } : anyResource
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** A request that says nothing of its source reads nobody knows what. */
const sources = (input: object): readonly CheckedResource[] =>
  textsAt(input, 'CopySource').length === 0 ? [anyResource] : []
