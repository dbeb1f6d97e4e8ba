import { bodyText, defineTool, readStart } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { bucketName } from './bucket-name.ts'
import { objectKey } from './object-key.ts'

/** Most bytes of a body in one answer: what a model can still read. */
const bodyLimit = 65_536

/** S3 GetObject, the start of the body. */
export const s3GetObject = defineTool({
  name: 'aws_s3_get_object',
  title: 'Read an S3 object',
  description:
    'Reads an object: metadata and up to 64 KB of content, as text or base64. For more call again with the range in nextRange.',
  access: 'read',
  iamActions: ['s3:GetObject', 's3:GetObjectVersion'],
  idempotent: true,
  input: z.strictObject({
    bucket: bucketName,
    key: objectKey,
    versionId: z.string().min(1).max(1024).optional(),
    responseContentType: z
      .string()
      .regex(/^[\w.+/;=" -]{1,200}$/, 'must be a media type')
      .optional(),
    range: z
      .string()
      .regex(/^bytes=(\d{1,15}-\d{0,15}|-\d{1,15})$/, 'must be one byte range such as bytes=0-1023')
      .optional(),
    as: z.enum(['auto', 'text', 'base64']).optional().describe('default auto'),
    maxBytes: z.int().min(1).max(bodyLimit).optional().describe(`default ${bodyLimit}`),
  }),
  output: z.object({
    uri: z.string(),
    contentType: z.string().optional(),
    sizeBytes: z.number().describe('of the whole object'),
    lastModified: z.string().optional(),
    etag: z.string().optional(),
    versionId: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    encoding: z.enum(['text', 'base64']),
    nextRange: z.string().optional().describe('range to ask for next'),
    body: z.string(),
  }),
  async run(
    context,
    { bucket, key, versionId, responseContentType, range, as = 'auto', maxBytes = bodyLimit },
  ) {
    // Without a range of the caller none is sent: S3 answers 416 to any range of an empty object.
    const object = await typedAws(context, 's3', 'GetObject', {
      Bucket: bucket,
      Key: key,
      ...(versionId !== undefined && { VersionId: versionId }),
      ...(responseContentType !== undefined && { ResponseContentType: responseContentType }),
      ...(range !== undefined && { Range: range }),
    })
    const { bytes } = await readStart(
      (object.Body as AsyncIterable<Uint8Array> | undefined) ?? empty(),
      maxBytes,
    )
    const { first, size } = placeOf(object.ContentRange, object.ContentLength)
    // What was read may end before the object does: where reading stopped, or where a range did.
    const more = first + bytes.length < size
    const text = as === 'base64' ? undefined : bodyText({ bytes, more })
    const encoding = text === undefined && as !== 'text' ? ('base64' as const) : ('text' as const)
    const body = text ?? bytes.toString(encoding === 'text' ? 'utf8' : 'base64')
    const read = text === undefined ? bytes.length : Buffer.byteLength(text)
    const hasMetadata = Object.keys(object.Metadata ?? {}).length > 0
    return {
      data: {
        uri: `s3://${bucket}/${key}`,
        contentType: object.ContentType,
        sizeBytes: size,
        lastModified: object.LastModified?.toISOString(),
        etag: object.ETag?.replaceAll('"', ''),
        versionId: object.VersionId,
        ...(hasMetadata && { metadata: object.Metadata }),
        encoding,
        ...(more && {
          nextRange: `bytes=${first + read}-${Math.min(first + read + maxBytes, size) - 1}`,
        }),
        body,
      },
      truncated: more,
      whole: true,
    }
  },
})

/** Where the answered bytes start, and the size of the whole object (RFC 9110 section 14.4). */
const placeOf = (contentRange: string | undefined, contentLength = 0): { first: number; size: number } => {
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(contentRange ?? '')
  return match ? { first: Number(match[1]), size: Number(match[2]) } : { first: 0, size: contentLength }
}

async function* empty(): AsyncGenerator<Uint8Array> {}
