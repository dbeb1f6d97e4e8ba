import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** Tags of resources of EC2 by their ids, those without any among them. */
export const resourceTags = async (
  context: ToolContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> => {
  const found = new Map<string, Record<string, string>>(ids.map((id) => [id, {}]))
  let token: string | undefined
  do {
    const { Tags = [], NextToken } = await typedAws(context, 'ec2', 'DescribeTags', {
      Filters: [{ Name: 'resource-id', Values: [...ids] }],
      ...(token !== undefined && { NextToken: token }),
    })
    for (const { ResourceId = '', Key = '', Value = '' } of Tags) {
      const tags = found.get(ResourceId)
      if (tags) tags[Key] = Value
    }
    token = NextToken
  } while (token)
  return found
}
