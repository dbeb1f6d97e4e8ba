import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'

const defaultPage = 200

/** S3 ListBuckets. */
export const s3ListBuckets = defineTool({
  name: 'aws_s3_list_buckets',
  title: 'List S3 buckets',
  description: 'Lists the S3 buckets of an account, in all regions.',
  access: 'read',
  iamActions: ['s3:ListAllMyBuckets'],
  idempotent: true,
  pack: 'resources',
  cursorField: 'continuationToken',
  listField: 'buckets',
  input: z.strictObject({
    prefix: z.string().max(63).optional(),
    maxBuckets: z.int().min(1).max(1000).optional().describe(`default ${defaultPage}`),
    continuationToken: z.string().max(8192).optional(),
  }),
  output: z.object({
    buckets: z.array(
      z.object({ name: z.string(), region: z.string().optional(), created: z.string().optional() }),
    ),
  }),
  async run(context, { prefix, maxBuckets, continuationToken }) {
    const page = await typedAws(context, 's3', 'ListBuckets', {
      // Without a page size S3 tells no regions (S3 API, ListBuckets).
      MaxBuckets: maxBuckets ?? defaultPage,
      ...(prefix !== undefined && { Prefix: prefix }),
      ...(continuationToken !== undefined && { ContinuationToken: continuationToken }),
    })
    const buckets = (page.Buckets ?? []).map(({ Name = '', BucketRegion, CreationDate }) => ({
      name: Name,
      region: BucketRegion,
      created: CreationDate?.toISOString(),
    }))
    return { data: { buckets }, next: page.ContinuationToken }
  },
})
