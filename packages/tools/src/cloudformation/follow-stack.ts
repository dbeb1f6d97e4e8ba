import type { ToolContext } from '@gateway/domain'
import { lookAt, type MovingStack, type StackProgress } from './moving-stack.ts'
import type { StackEvent } from './stack-events.ts'
import { stackUri } from './stack-name.ts'

/** Follows a moving stack until it stands or the time is up, and tells of each step. */
export const followStack = async (
  context: ToolContext,
  moving: MovingStack,
  until = followUntil(context),
): Promise<StackProgress> => {
  let seen: readonly StackEvent[] = []
  let status: string | undefined
  let told = -1
  for (let pause = 1_000; ; pause = Math.min(pause * 1.5, 5_000)) {
    const state = await lookAt(context, moving, seen)
    const fresh = state.events.slice(0, state.events.length - seen.length).reverse()
    seen = state.events
    for (const { record } of fresh)
      context.log('info', { logicalId: record.logicalId, status: record.status })
    // Progress must grow (MCP, "Progress").
    if (state.done > told) {
      told = state.done
      context.progress(told, moving.total, `${told} of ${moving.total} resources`)
    }
    if (state.status !== status) await tellChange(context, moving.stackName)
    status = state.status
    if (state.over || context.now() + pause > until) return state
    await context.wait(pause)
  }
}

/** Tells those who follow a stack's resource that it has changed. */
export const tellChange = (context: ToolContext, stackName: string): Promise<void> =>
  context.changed({ kind: 'resource', uri: stackUri(context.account.alias, context.region, stackName) })

/**
 * When following ends, in milliseconds since the epoch: clients give a call up after about a minute, while a task may
 * take as long as it is given.
 */
export const followUntil = ({ now, deadline, grant }: ToolContext): number => {
  const left = deadline - now()
  const last = deadline - Math.min(5_000, left / 5)
  const isTask = left > grant.tenant.operations.timeout
  return isTask ? last : Math.min(now() + 45_000, last)
}
