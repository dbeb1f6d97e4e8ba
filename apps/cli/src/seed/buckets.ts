import type { BucketData } from './account-data.ts'
import { inParallel } from './in-parallel.ts'
import type { OwnerSession } from './owner-session.ts'

/** Makes the buckets in the account's default region and fills them. */
export const seedBuckets = async (
  { account, send }: OwnerSession,
  buckets: readonly BucketData[],
): Promise<void> => {
  for (const { name: Bucket, objects } of buckets) {
    await send('s3', 'CreateBucket', {
      Bucket,
      // us-east-1 is the one region that S3 refuses as a LocationConstraint.
      ...(account.defaultRegion !== 'us-east-1' && {
        CreateBucketConfiguration: { LocationConstraint: account.defaultRegion },
      }),
    })
    await inParallel(objects, 8, ({ key: Key, contentType: ContentType, body: Body }) =>
      send('s3', 'PutObject', { Bucket, Key, ContentType, Body }),
    )
  }
}
