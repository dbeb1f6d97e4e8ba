import type { RunningOperation, ToolContext } from '@gateway/domain'
import type { z } from 'zod'
import { eventsSince, type StackEvent, type stackEvent } from './stack-events.ts'
import { type Stack, stackOf } from './stack-record.ts'

/** A stack that AWS is creating, changing or deleting. */
export interface MovingStack {
  readonly stackId: string
  readonly stackName: string
  /** Id of the last event before it began. */
  readonly since: string
  /** Number of resources that change. */
  readonly total: number
}

/** How far it is. */
export interface StackProgress {
  readonly stack: Stack
  readonly status: string
  readonly over: boolean
  readonly failed: boolean
  /** Resources that are done. */
  readonly done: number
  /** All since it began, newest first. */
  readonly events: readonly StackEvent[]
}

/** A moving stack as an operation that can be followed by its id. */
export const operationOf = ({ stackId, stackName, since, total }: MovingStack): RunningOperation => ({
  kind: 'stack',
  facts: { stackId, stackName, since, total: String(total) },
})

/** The moving stack of an operation. */
export const movingStackOf = ({
  stackId = '',
  stackName = '',
  since = '',
  total,
}: RunningOperation['facts']): MovingStack => ({ stackId, stackName, since, total: Number(total ?? 0) })

/** One look at a moving stack; `before` are the events that an earlier look saw. */
export const lookAt = async (
  context: ToolContext,
  { stackId, since, total }: MovingStack,
  before: readonly StackEvent[] = [],
): Promise<StackProgress> => {
  const stack = await stackOf(context, stackId)
  const fresh = await eventsSince(context, stackId, before[0]?.id ?? since)
  const events = [...fresh, ...before]
  const status = stack.StackStatus ?? ''
  // For a moment after the request a stack still has the status from before it.
  const began = status === 'DELETE_COMPLETE' || events.some(({ ofStack }) => ofStack)
  const over = began && !status.endsWith('_IN_PROGRESS')
  const failed = over && /FAILED|ROLLBACK/.test(status)
  const done = over && !failed ? total : Math.min(total, finished(events))
  return { stack, status, over, failed, done, events }
}

/** The first events that failed, oldest first: what comes after them is mostly their consequence. */
export const failuresIn = (events: readonly StackEvent[]): z.infer<typeof stackEvent>[] => {
  const failed = events
    .filter(({ record }) => record.status.endsWith('FAILED'))
    .map(({ record }) => record)
    .reverse()
  const causes = failed.filter(({ reason }) => !/cancelled/i.test(reason ?? ''))
  return (causes.length > 0 ? causes : failed).slice(0, 5)
}

const finished = (events: readonly StackEvent[]): number => {
  const newest = new Map<string, string>()
  for (const { ofStack, record } of events) {
    if (!ofStack && !newest.has(record.logicalId)) newest.set(record.logicalId, record.status)
  }
  return [...newest.values()].filter((status) => !status.endsWith('_IN_PROGRESS')).length
}
