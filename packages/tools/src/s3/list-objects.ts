import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { bucketName } from './bucket-name.ts'

/** One page by default: XML of 1,000 keys would hold the event loop for 15 ms. */
const defaultPage = 200

/** S3 ListObjectsV2. */
export const s3ListObjects = defineTool({
  name: 'aws_s3_list_objects',
  title: 'List S3 objects',
  description:
    'Lists objects of a bucket with size, time and storage class. delimiter "/" shows one level of folders; prefix goes into one.',
  access: 'read',
  iamActions: ['s3:ListBucket'],
  idempotent: true,
  cursorField: 'continuationToken',
  listField: 'objects',
  input: z.strictObject({
    bucket: bucketName,
    prefix: z.string().max(1024).optional(),
    maxKeys: z.int().min(1).max(1000).optional().describe(`default ${defaultPage}`),
    delimiter: z.string().min(1).max(64).optional(),
    continuationToken: z.string().min(1).max(8192).optional(),
  }),
  output: z.object({
    bucket: z.string(),
    objects: z.array(
      z.object({
        key: z.string(),
        sizeBytes: z.number(),
        lastModified: z.string().optional(),
        storageClass: z.string().optional(),
      }),
    ),
    commonPrefixes: z.array(z.string()).optional(),
  }),
  async run(context, { bucket, prefix, maxKeys, delimiter, continuationToken }) {
    const page = await typedAws(context, 's3', 'ListObjectsV2', {
      Bucket: bucket,
      MaxKeys: maxKeys ?? defaultPage,
      ...(prefix !== undefined && { Prefix: prefix }),
      ...(delimiter !== undefined && { Delimiter: delimiter }),
      ...(continuationToken !== undefined && { ContinuationToken: continuationToken }),
    })
    const commonPrefixes = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix)
    return {
      data: {
        bucket,
        objects: (page.Contents ?? []).map((object) => ({
          key: object.Key ?? '',
          sizeBytes: object.Size ?? 0,
          lastModified: object.LastModified?.toISOString(),
          storageClass: object.StorageClass,
        })),
        ...(commonPrefixes.length > 0 && { commonPrefixes }),
      },
      next: page.NextContinuationToken,
    }
  },
})
