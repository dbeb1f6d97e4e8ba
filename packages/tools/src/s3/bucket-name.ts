import { patternedText } from '../bounded-text.ts'

/**
 * Name of a general purpose bucket (S3 User Guide, "Bucket naming rules"). ARNs and access point aliases are
 * refused: with them the SDK would leave the region, or reach a bucket of another account.
 */
export const bucketName = patternedText(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  'a bucket name, 3-63 of a-z, 0-9, . and -',
).refine(
  (name) => !/(-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$/.test(name),
  'access point aliases and directory buckets are not supported',
)
