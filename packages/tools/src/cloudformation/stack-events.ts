import type { ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'

/** What is told of an event of a stack. */
export const stackEvent = z.object({
  time: z.string(),
  logicalId: z.string(),
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
})

/** An event, with what tells it apart and whether it is of the stack itself. */
export interface StackEvent {
  readonly id: string
  readonly ofStack: boolean
  readonly record: z.infer<typeof stackEvent>
}

/** Most pages of 100 events that one look reads. */
const mostPages = 10

/** The events of a stack that are newer than that of the id `since`, newest first. */
export const eventsSince = async (
  context: ToolContext,
  stackId: string,
  since: string | undefined,
  pages = mostPages,
): Promise<readonly StackEvent[]> => {
  const events: StackEvent[] = []
  let NextToken: string | undefined
  for (let page = 0; page < pages; page++) {
    const { StackEvents = [], NextToken: next } = await typedAws(
      context,
      'cloudformation',
      'DescribeStackEvents',
      {
        StackName: stackId,
        ...(NextToken !== undefined && { NextToken }),
      },
    )
    for (const event of StackEvents) {
      if (event.EventId === since) return events
      events.push({
        id: event.EventId ?? '',
        ofStack: event.PhysicalResourceId === event.StackId,
        record: {
          time: event.Timestamp?.toISOString() ?? '',
          logicalId: event.LogicalResourceId ?? '',
          type: event.ResourceType ?? '',
          status: event.ResourceStatus ?? '',
          reason: event.ResourceStatusReason,
        },
      })
    }
    NextToken = next
    if (!NextToken) break
  }
  return events
}

/** Id of the newest event of a stack. */
export const newestEvent = async (context: ToolContext, stackId: string): Promise<string> =>
  (await eventsSince(context, stackId, undefined, 1))[0]?.id ?? ''
