import { GatewayError } from './errors.ts'

/** How long work may take to say by itself why it ended, once its signal has aborted. */
const graceMs = 250

/** The time of one call. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Resolves after `ms`; rejects once the signal has aborted. */
  wait(ms: number): Promise<void>
  /** `work`, or `timeout` soon after the signal aborted: nobody waits for work that does not look at its signal. */
  within<T>(work: Promise<T>): Promise<T>
}

/** A signal that aborts with its parent or after `ms`; its timer runs until the work given to `within` is done. */
export const deadline = (parent: AbortSignal, ms: number): Deadline => {
  const controller = new AbortController()
  const { promise: over, reject } = Promise.withResolvers<never>()
  let ended: GatewayError | undefined
  let grace: NodeJS.Timeout | undefined
  const end = (reason: unknown, error: GatewayError) => {
    ended = error
    controller.abort(reason)
    grace = setTimeout(() => reject(error), graceMs)
  }
  const cancel = () => {
    const { reason } = parent
    // Our own reason says why; all others come from callers that left.
    end(reason, reason instanceof GatewayError ? reason : timedOut('The call was cancelled.'))
  }
  const timer = setTimeout(() => {
    const text = `The call was stopped after ${ms / 1000} s. Ask for less at once.`
    end(new DOMException('deadline', 'TimeoutError'), timedOut(text))
  }, ms)
  if (parent.aborted) cancel()
  else parent.addEventListener('abort', cancel, { once: true })
  return {
    signal: controller.signal,
    wait: (ms) => waitUntil(controller.signal, ms),
    async within(work) {
      try {
        return await Promise.race([work, over])
      } catch (thrown) {
        // What a stream or a client throws when it is aborted says less than we know; our own errors say more.
        throw ended && !(thrown instanceof GatewayError) ? ended : thrown
      } finally {
        clearTimeout(timer)
        clearTimeout(grace)
        parent.removeEventListener('abort', cancel)
      }
    },
  }
}

const timedOut = (text: string): GatewayError => new GatewayError('timeout', text)

const waitUntil = (signal: AbortSignal, ms: number): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = () => {
    clearTimeout(timer)
    reject(signal.reason)
  }
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', stop)
    resolve()
  }, ms)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return promise
}
