import type { ToolAnswer, ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { changeRecord } from './change-record.ts'
import { failuresIn, type MovingStack, operationOf, type StackProgress } from './moving-stack.ts'
import { stackEvent } from './stack-events.ts'
import { outputsOf, values } from './stack-record.ts'

/** How far a stack is, as tools tell it. */
export const stackProgress = z.object({
  status: z.string().optional().describe("CloudFormation's word for it"),
  reason: z.string().optional(),
  resourcesDone: z.number().optional(),
  resourcesTotal: z.number().optional(),
  failures: z.array(stackEvent).optional().describe('the first that failed'),
  events: z.array(stackEvent).optional().describe('newest first'),
  outputs: values.optional(),
})

/** What tools that change a stack answer: what would change, or how far it is. */
export const stackAnswer = stackProgress.extend({
  stackName: z.string(),
  state: z.enum(['planned', 'no_changes', 'running', 'done', 'failed']),
  operationId: z.string().optional().describe('for aws_operation_status'),
  changes: z.array(changeRecord).optional(),
})

/** Most events in one answer. */
const mostEvents = 20

/** Progress as data. */
export const progressOf = (
  { stack, status, over, failed, done, events }: StackProgress,
  { total }: Pick<MovingStack, 'total'>,
): z.infer<typeof stackProgress> => ({
  status,
  reason: stack.StackStatusReason,
  resourcesDone: done,
  resourcesTotal: total,
  ...(failed && { failures: failuresIn(events) }),
  ...((!over || failed) && { events: events.slice(0, mostEvents).map(({ record }) => record) }),
  ...(over && !failed && status !== 'DELETE_COMPLETE' && { outputs: outputsOf(stack) }),
})

/** The answer after following a stack: its end, or the id under which it goes on. */
export const answerOf = (
  context: ToolContext,
  moving: MovingStack,
  progress: StackProgress,
): ToolAnswer<z.infer<typeof stackAnswer>> => {
  const { over, failed } = progress
  return {
    data: {
      stackName: moving.stackName,
      state: !over ? 'running' : failed ? 'failed' : 'done',
      ...(!over && { operationId: context.operations.seal(operationOf(moving)) }),
      ...progressOf(progress, moving),
    },
    ...(failed && { failed: true }),
  }
}
