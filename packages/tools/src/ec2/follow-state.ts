import { GatewayError, type ToolContext } from '@gateway/domain'
import { findInstance } from './find-instance.ts'

/**
 * Looks at an instance until it is in the wanted state, rests in another one, or the time of the call is nearly over; the
 * last state that was seen. What was done is done: a look that AWS refuses ends it, and is no failure of the call.
 */
export const followState = async (
  context: ToolContext,
  of: { instanceId: string; wanted: string; seen: string | undefined },
): Promise<string | undefined> => {
  const started = context.now()
  let state = of.seen
  let rests = 0
  while (
    state !== of.wanted &&
    rests < restsUntilSure &&
    context.now() + pollMs + reserveMs < context.deadline
  ) {
    context.progress(Math.round((context.now() - started) / 1000), undefined, `The instance is ${state}.`)
    await context.wait(pollMs)
    const now = await stateOf(context, of.instanceId)
    if (now === undefined) break
    state = now
    rests = passing.has(state) ? 0 : rests + 1
  }
  return state
}

const stateOf = (context: ToolContext, instanceId: string): Promise<string | undefined> =>
  findInstance(context, instanceId).then(
    (instance) => instance.State?.Name,
    (thrown: unknown) => {
      if (thrown instanceof GatewayError && thrown.code !== 'timeout') return undefined
      throw thrown
    },
  )

const pollMs = 2_500
/** For what is still to be done when the following has ended. */
const reserveMs = 4_000
/** States of DescribeInstances lag behind what a change has answered (EC2 API, "Ensuring idempotency", eventual consistency). */
const restsUntilSure = 3

/** States that lead to another one by themselves. */
export const passing: ReadonlySet<string> = new Set(['pending', 'stopping', 'shutting-down'])
