import { GatewayError, type ToolContext } from '@gateway/domain'
import { changeState } from './change-state.ts'
import { followState } from './follow-state.ts'

/** How far it came. */
export interface WhileStopped {
  readonly state: string | undefined
  readonly remaining: readonly ('modify' | 'start')[]
  /** AWS's code, where it refused to start the instance again. */
  readonly refusal?: string
}

/**
 * Stops an instance, does `work` to it and starts it again: also where the work fails, since it was running before. A
 * call whose time is over before the instance has stopped leaves the rest to the caller.
 */
export const whileStopped = async (
  context: ToolContext,
  instanceId: string,
  work: () => Promise<unknown>,
): Promise<WhileStopped> => {
  const { current } = await changeState(context, 'stop', { instanceId })
  const state = await followState(context, { instanceId, wanted: 'stopped', seen: current })
  if (state !== 'stopped') return { state, remaining: ['modify', 'start'] }
  const failure = await work().then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  const started = await changeState(context, 'start', { instanceId }).catch(refusalOf)
  if (failure) throw failure.thrown
  if (typeof started === 'string') return { state, remaining: ['start'], refusal: started }
  return { state: started.current, remaining: [] }
}

const refusalOf = (thrown: unknown): string => {
  if (thrown instanceof GatewayError && thrown.details.aws) return thrown.details.aws.code
  throw thrown
}
