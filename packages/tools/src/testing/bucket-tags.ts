import type { CannedExchange } from './canned-aws.ts'

/** The request for the tags of a bucket, and its answer; without tags S3 has an error for it (S3 API, GetBucketTagging). */
export const taggedBucket = (
  bucket: string,
  tags?: Readonly<Record<string, string>> | 'denied',
): CannedExchange => {
  const asked = `eu-west-1 s3 GET /${bucket}/?tagging=`
  if (tags === undefined) return [asked, { status: 404, body: '<Error><Code>NoSuchTagSet</Code></Error>' }]
  if (tags === 'denied') return [asked, { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }]
  const set = Object.entries(tags).map(
    ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
  )
  return [asked, { body: `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>` }]
}
