import type { ActionCatalogue, AwsRequest } from '@gateway/domain'

const idsIn = (input: object): readonly string[] =>
  Object.entries(input).flatMap(([name, value]) => (/^Instance(Id|Ids)$/.test(name) ? [value].flat() : []))

const profileIn = (input: object): string | undefined => {
  const { IamInstanceProfile: profile } = input as {
    readonly IamInstanceProfile?: { readonly Name?: string }
  }
  return profile?.Name
}

/** What IAM checks of the operations of `sampleApi` that a policy is tried on. */
export const sampleActions: ActionCatalogue = {
  knows: () => true,
  knowsKey: () => true,
  suggest: () => [],
  factsOf({ service, operation, input }: AwsRequest, { partition, region, accountId }) {
    const action = `${service}:${operation}`
    const ids = idsIn(input)
    const keys = new Map<string, readonly string[]>()
    if (operation.startsWith('Describe')) return [{ action, resource: '*', keys }]
    if (ids.length === 0) return [{ action, resource: undefined, keys }]
    return ids.map((id) => ({
      action,
      resource: `arn:${partition}:ec2:${region}:${accountId}:instance/${id}`,
      keys,
    }))
  },
  passedRoles({ input }, { partition, accountId }) {
    const profile = profileIn(input)
    return profile === undefined ? [] : [`arn:${partition}:iam::${accountId}:instance-profile/${profile}`]
  },
}
