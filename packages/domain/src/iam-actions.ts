/**
 * IAM action that authorizes an AWS operation. For 94 % of operations the two have one name; the rest is mapped
 * by hand, S3 first of all (AWS Service Authorization Reference, "Actions defined by Amazon S3").
 */
export const iamActionOf = (service: string, operation: string, input: object): string => {
  const action = `${service}:${operation}`
  if (action in versioned && 'VersionId' in input && input.VersionId !== undefined)
    return versioned[action] ?? action
  return renamed[action] ?? action
}

const renamed: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:ListObjects': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
}

const versioned: Readonly<Record<string, string>> = {
  's3:GetObject': 's3:GetObjectVersion',
  's3:HeadObject': 's3:GetObjectVersion',
}
