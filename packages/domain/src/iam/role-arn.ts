/** The partition that an ARN is of: `aws`, `aws-cn` or `aws-us-gov`; without an ARN `aws`. */
export const partitionOf = (arn: string | undefined): string => arn?.split(':')[1] ?? 'aws'

/** The partition of a region by its name, which is the same in every AWS SDK. */
export const partitionOfRegion = (region: string): string => {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** Path (`/` or `/a/b/`) and name of a role, out of its ARN. */
export const pathAndName = (roleArn: string): { readonly path: string; readonly name: string } => {
  const resource = roleArn.slice(roleArn.indexOf(':role/') + ':role'.length)
  const end = resource.lastIndexOf('/') + 1
  return { path: resource.slice(0, end), name: resource.slice(end) }
}
