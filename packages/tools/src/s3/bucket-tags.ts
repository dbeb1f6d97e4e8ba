import { GatewayError, type ToolContext } from '@gateway/domain'
import { tagsOf } from '../ec2/tags.ts'
import { typedAws } from '../typed-aws.ts'

/** Tags of a bucket, which its objects count as having; undefined where the caller may not read them. */
export const bucketTags = async (
  context: ToolContext,
  bucket: string,
): Promise<Readonly<Record<string, string>> | undefined> => {
  const found = typedAws(context, 's3', 'GetBucketTagging', { Bucket: bucket })
  const { TagSet } = await found.catch((thrown: unknown) => {
    const code = thrown instanceof GatewayError ? thrown.details.aws?.code : undefined
    if (code === 'NoSuchTagSet') return { TagSet: [] }
    if (code === 'AccessDenied') return { TagSet: undefined }
    throw thrown
  })
  return TagSet && tagsOf({ Tags: TagSet })
}
