import type { ToolContext } from '@gateway/domain'
import type { typedAws } from '../typed-aws.ts'

/** What is to be launched. */
interface Launch {
  readonly imageId: string
  readonly instanceType: string
  readonly count: number
  readonly subnetId?: string | undefined
  readonly securityGroupIds?: readonly string[] | undefined
  readonly keyName?: string | undefined
  readonly name?: string | undefined
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined
  readonly dryRun?: boolean | undefined
  readonly clientToken?: string | undefined
}

/** The input of EC2 RunInstances that launches it. */
export const launchOf = (
  { clientToken: ofCall }: Pick<ToolContext, 'clientToken'>,
  { name, tags = [], clientToken = ofCall, securityGroupIds = [], ...launch }: Launch,
): Parameters<typeof typedAws<'ec2', 'RunInstances'>>[3] => {
  const Tags = [
    ...(name === undefined ? [] : [{ Key: 'Name', Value: name }]),
    ...tags.map(({ key, value }) => ({ Key: key, Value: value })),
  ]
  return {
    ImageId: launch.imageId,
    InstanceType: launch.instanceType as never,
    MinCount: launch.count,
    MaxCount: launch.count,
    ClientToken: clientToken,
    // IMDSv2: what a page or a proxy on the instance can be made to fetch must not be its credentials.
    MetadataOptions: { HttpTokens: 'required' },
    ...(launch.subnetId !== undefined && { SubnetId: launch.subnetId }),
    ...(securityGroupIds.length > 0 && { SecurityGroupIds: [...securityGroupIds] }),
    ...(launch.keyName !== undefined && { KeyName: launch.keyName }),
    ...(Tags.length > 0 && {
      TagSpecifications: [
        { ResourceType: 'instance', Tags },
        { ResourceType: 'volume', Tags },
      ],
    }),
    ...(launch.dryRun && { DryRun: true }),
  }
}
