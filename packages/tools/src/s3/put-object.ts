import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { patternedText } from '../bounded-text.ts'
import { judgedScope, judgingReads } from '../cost-guard/judged-scope.ts'
import { typedAws } from '../typed-aws.ts'
import { bucketName } from './bucket-name.ts'
import { bucketTags } from './bucket-tags.ts'
import { objectKey } from './object-key.ts'
import { keepsVersions, lookActions, objectNow, uriOf } from './object-now.ts'

/** Most bytes of an object. */
const bodyLimit = 262_144

const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
/** Metadata travels as headers, whose names do not know case. */
const metadataKey = patternedText(/^[a-z0-9_-]{1,128}$/, 'of a-z, 0-9, _ and -')
const metadataValue = patternedText(/^[ -~]{0,1024}$/, 'printable ASCII')

/** S3 PutObject. */
export const s3PutObject = defineTool({
  name: 'aws_s3_put_object',
  title: 'Write an S3 object',
  description: 'Writes an S3 object of up to 256 KB; one that exists is replaced only with overwrite.',
  access: 'destructive',
  iamActions: [
    ...lookActions,
    'cloudwatch:GetMetricData',
    'cloudwatch:ListMetrics',
    's3:ListAllMyBuckets',
    's3:PutObject',
  ],
  idempotent: true,
  pack: 'resources',
  input: z
    .strictObject({
      bucket: bucketName,
      key: objectKey,
      body: z.string(),
      encoding: z.enum(['text', 'base64']).optional(),
      contentType: patternedText(/^[\w.+/;=" -]{1,200}$/, 'a media type').optional(),
      metadata: z
        .array(z.strictObject({ key: metadataKey, value: metadataValue }))
        .max(20)
        .optional(),
      overwrite: z.boolean().optional(),
    })
    .refine(({ body, encoding }) => encoding !== 'base64' || base64.test(body), {
      path: ['body'],
      message: 'is no base64',
    })
    // Half of a character would be written as another one.
    .refine(({ body }) => body.isWellFormed(), { path: ['body'], message: 'must be well-formed Unicode' })
    .refine((input) => bytesOf(input).length <= bodyLimit, {
      path: ['body'],
      message: `must be at most ${bodyLimit} bytes`,
    })
    .refine(({ metadata = [] }) => metadataBytes(metadata) <= 2048, {
      path: ['metadata'],
      message: 'must be at most 2048 bytes in all',
    })
    .refine(({ metadata = [] }) => new Set(metadata.map(({ key }) => key)).size === metadata.length, {
      path: ['metadata'],
      message: 'one key is given twice',
    }),
  output: z.object({
    uri: z.string(),
    sizeBytes: z.number(),
    etag: z.string().optional(),
    versionId: z.string().optional(),
  }),
  scopeOf: ({ overwrite }, _api, tenant) =>
    judgedScope(
      overwrite
        ? { access: 'destructive', iamActions: [...lookActions, 's3:PutObject'] }
        : { access: 'write', iamActions: ['s3:PutObject'] },
      judgingReads('s3:PutObject', tenant),
    ),
  async confirm(context, input) {
    const { bucket, overwrite } = input
    const size = bytesOf(input).length
    const sends = { service: 's3', operation: 'PutObject', input: putOf(input) }
    const replaced = overwrite && (await objectNow(context, input))
    if (!replaced) {
      const effect = `Writes an object of ${size} bytes where there is none.`
      return { effect, resources: [{ id: uriOf(input) }], sends, onlyByRule: true }
    }
    const kept = await keepsVersions(context, bucket)
    const tags = await bucketTags(context, bucket)
    return {
      effect: `Replaces an object of ${replaced.sizeBytes} bytes from ${replaced.lastModified}; ${kept ? 'the bucket keeps it as an older version' : 'this cannot be undone'}.`,
      resources: [{ id: uriOf(input), ...(tags && { tags }) }],
      details: { replaced, newSizeBytes: size, versioned: kept },
      sends,
    }
  },
  async run(context, input) {
    const put = await typedAws(context, 's3', 'PutObject', putOf(input))
    return {
      data: {
        uri: uriOf(input),
        sizeBytes: bytesOf(input).length,
        etag: put.ETag?.replaceAll('"', ''),
        versionId: put.VersionId,
      },
    }
  },
})

interface WrittenObject {
  readonly bucket: string
  readonly key: string
  readonly body: string
  readonly encoding?: 'text' | 'base64' | undefined
  readonly contentType?: string | undefined
  readonly metadata?: readonly { readonly key: string; readonly value: string }[] | undefined
  readonly overwrite?: boolean | undefined
}

const putOf = (input: WrittenObject) => ({
  Bucket: input.bucket,
  Key: input.key,
  Body: bytesOf(input),
  ...(input.contentType !== undefined && { ContentType: input.contentType }),
  ...(input.metadata && {
    Metadata: Object.fromEntries(input.metadata.map(({ key, value }) => [key, value])),
  }),
  // S3 answers 412 where there is an object already (S3 User Guide, "Conditional writes").
  ...(!input.overwrite && { IfNoneMatch: '*' }),
})

const bytesOf = ({ body, encoding = 'text' }: Pick<WrittenObject, 'body' | 'encoding'>): Buffer =>
  Buffer.from(body, encoding === 'base64' ? 'base64' : 'utf8')

const metadataBytes = (metadata: readonly { key: string; value: string }[]): number =>
  metadata.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
