/**
 * Adds the account that a bucket must belong to (S3 User Guide, "Verifying bucket ownership with bucket owner
 * condition"). Bucket names are global: without this, a name that somebody else owns would be read from or
 * written to wherever its owner allows it, and data would cross the border of the account.
 */
export const withBucketOwner = (service: string, input: object, accountId: string): object => {
  if (service !== 's3' || !('Bucket' in input)) return input
  const source = 'CopySource' in input ? { ExpectedSourceBucketOwner: accountId } : {}
  return { ...input, ExpectedBucketOwner: accountId, ...source }
}
