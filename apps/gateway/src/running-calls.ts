import { setTimeout as sleep } from 'node:timers/promises'
import { type Call, GatewayError } from '@gateway/domain'

/** The calls of this process, whether anybody waits for them or not. */
export interface RunningCalls {
  /** `run`, counted until it has ended; its signal aborts with that of the call, and when the process stops. */
  counted<Asked extends Call, Result>(run: (call: Asked) => Promise<Result>): (call: Asked) => Promise<Result>
  /**
   * Lets calls end by themselves for `ms`, then ends them; resolves when they have, with what is told of them, or soon after.
   * What `others` counts (tasks whose outcome is still to be kept) is waited for too.
   */
  end(ms: number, others: () => number): Promise<void>
}

/** What calls that were told to end have for their audit records, and tasks for their outcome. */
const settleMs = 1_500
const lookMs = 20

/** Counts from none. */
export const createRunningCalls = (
  onFault: (fields: { readonly count: number }, message: string) => void,
): RunningCalls => {
  const running = new Set<AbortController>()
  let stopping = false

  const until = async (end: number, isOver: () => boolean): Promise<void> => {
    while (!isOver() && performance.now() < end) await sleep(Math.min(lookMs, end - performance.now()))
  }

  return {
    counted: (run) => async (call) => {
      const controller = new AbortController()
      const cancel = (): void => controller.abort(call.signal.reason)
      if (stopping) controller.abort(stopped())
      else if (call.signal.aborted) cancel()
      else call.signal.addEventListener('abort', cancel, { once: true })
      running.add(controller)
      try {
        return await run({ ...call, signal: controller.signal })
      } finally {
        running.delete(controller)
        call.signal.removeEventListener('abort', cancel)
      }
    },
    async end(ms, others) {
      await until(performance.now() + ms, () => running.size === 0)
      stopping = true
      if (running.size > 0) onFault({ count: running.size }, 'calls were ended because the process stops')
      for (const controller of running) controller.abort(stopped())
      await until(performance.now() + settleMs, () => running.size === 0 && others() === 0)
    },
  }
}

const stopped = (): GatewayError =>
  new GatewayError(
    'unavailable',
    'The gateway stopped before this call ended. Some of it may have been carried out: check before you try again.',
  )
