import type { ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'

/** What is told of a resource of a stack. */
export const stackResource = z.object({
  logicalId: z.string(),
  physicalId: z.string().optional(),
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  drift: z.string().optional(),
})

/** The resources of a stack, which has at most 500 (CloudFormation User Guide, "Quotas"). */
export const resourcesOf = async (
  context: ToolContext,
  StackName: string,
): Promise<z.infer<typeof stackResource>[]> => {
  const resources: z.infer<typeof stackResource>[] = []
  let NextToken: string | undefined
  do {
    const page = await typedAws(context, 'cloudformation', 'ListStackResources', {
      StackName,
      ...(NextToken !== undefined && { NextToken }),
    })
    for (const each of page.StackResourceSummaries ?? []) {
      resources.push({
        logicalId: each.LogicalResourceId ?? '',
        physicalId: each.PhysicalResourceId,
        type: each.ResourceType ?? '',
        status: each.ResourceStatus ?? '',
        reason: each.ResourceStatusReason,
        drift: each.DriftInformation?.StackResourceDriftStatus,
      })
    }
    NextToken = page.NextToken
  } while (NextToken && resources.length < 1000)
  return resources
}
