import { GatewayError, partitionOfRegion, type ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { boundedText } from '../bounded-text.ts'
import { bucketName } from '../s3/bucket-name.ts'

/** Most bytes of a template in the request itself (CloudFormation API, CreateChangeSet: TemplateBody). */
const bodyLimit = 51_200

/** Input fields that say where a template is. */
export const templateFields = {
  // Its length is for `templateOf` to check, in bytes and with what to do instead.
  templateBody: z.string().optional(),
  templateBucket: boundedText(63)
    .refine((name) => bucketName.safeParse(name).success, 'must be a bucket name')
    .optional()
    .describe('with templateKey'),
  templateKey: boundedText(1024).optional(),
}

/** What a caller gave for these fields. */
export interface TemplateSource {
  readonly templateBody?: string | undefined
  readonly templateBucket?: string | undefined
  readonly templateKey?: string | undefined
}

/** IAM actions that the template of this input takes: CloudFormation fetches it from S3 as the caller. */
export const templateActions = ({ templateBucket }: TemplateSource): readonly string[] =>
  templateBucket === undefined ? [] : ['s3:GetObject']

/**
 * The template as CloudFormation takes it. Exactly one source, of which a bucket and a key are the URL: one of the caller's
 * could lead anywhere.
 */
export const templateOf = (
  { region }: Pick<ToolContext, 'region'>,
  { templateBody, templateBucket, templateKey }: TemplateSource,
): { TemplateBody: string } | { TemplateURL: string } => {
  const inBucket = templateBucket !== undefined && templateKey !== undefined
  if ((templateBucket === undefined) !== (templateKey === undefined)) {
    throw invalid('templateBucket and templateKey: give both or neither.')
  }
  if (templateBody !== undefined && !inBucket) {
    const bytes = Buffer.byteLength(templateBody)
    if (bytes === 0) throw invalid('templateBody: is empty.')
    if (bytes <= bodyLimit) return { TemplateBody: templateBody }
    throw invalid(
      `templateBody: has ${bytes} bytes, and at most ${bodyLimit} are allowed; put it into S3 and give templateBucket and templateKey.`,
    )
  }
  if (templateBody === undefined && inBucket)
    return { TemplateURL: urlOf(region, templateBucket, templateKey) }
  throw invalid('templateBody: give either it, or templateBucket and templateKey.')
}

/**
 * What AWS answers to a request with a template. Where S3 refers to another endpoint, as for a bucket of another region, the
 * refusal says so: the URL has the host of the call's own region.
 */
export const readFromBucket = <T>({ region }: Pick<ToolContext, 'region'>, answer: Promise<T>): Promise<T> =>
  answer.catch((thrown: unknown) => {
    if (!(thrown instanceof GatewayError) || !isElsewhere.test(thrown.details.aws?.message ?? ''))
      throw thrown
    const advice = `The bucket of a template must be in the region of the stack, ${region}, and you need s3:GetObject there: copy the template to such a bucket, or give templateBody.`
    const { code, message, details } = thrown
    throw new GatewayError(code, `${message} ${advice}`, { details, cause: thrown })
  })

/** S3 API, "Error responses": PermanentRedirect, in the words in which CloudFormation passes it on. */
const isElsewhere = /must be addressed using the specified endpoint/

/** A refusal of arguments that no schema can tell. */
export const invalid = (issue: string): GatewayError =>
  new GatewayError('invalid_arguments', 'The arguments are not right; nothing was sent to AWS.', {
    details: { issues: [issue] },
  })

const urlOf = (region: string, bucket: string, key: string): string => {
  const segments = key.split('/')
  // Whoever reads the URL would take them for a way up (RFC 3986 section 5.2.4), however they are encoded.
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    throw invalid('templateKey: may have no "." or ".." between slashes.')
  }
  const host = `s3.${region}.amazonaws.com${partitionOfRegion(region) === 'aws-cn' ? '.cn' : ''}`
  const path = segments.map(encodeURIComponent).join('/')
  // The certificate of S3 covers one label only (S3 User Guide, "Virtual hosting of general purpose buckets").
  return bucket.includes('.') ? `https://${host}/${bucket}/${path}` : `https://${bucket}.${host}/${path}`
}
