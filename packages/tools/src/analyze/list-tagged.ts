import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** A resource and the keys of its tags. */
export interface TaggedResource {
  readonly arn: string
  readonly tagKeys: readonly string[]
}

/** A page has up to 100 resources (Resource Groups Tagging API, GetResources: ResourcesPerPage). */
const mostPages = 20

/** What the tagging API knows of a region: resources that have tags now or had some before. */
export const listTagged = async (
  context: ToolContext,
): Promise<{ resources: readonly TaggedResource[]; truncated: boolean }> => {
  const resources: TaggedResource[] = []
  let token: string | undefined
  let pages = 0
  do {
    const page = await typedAws(context, 'tag', 'GetResources', {
      ResourcesPerPage: 100,
      ...(token !== undefined && { PaginationToken: token }),
    })
    for (const { ResourceARN = '', Tags = [] } of page.ResourceTagMappingList ?? [])
      resources.push({ arn: ResourceARN, tagKeys: Tags.map(({ Key = '' }) => Key) })
    token = page.PaginationToken || undefined
    pages += 1
  } while (token !== undefined && pages < mostPages)
  return { resources, truncated: token !== undefined }
}
