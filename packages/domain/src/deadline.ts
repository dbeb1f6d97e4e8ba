import { GatewayError } from './errors.ts'

/**
 * The time of one call: `signal` aborts with its parent or after `ms`, and `over` rejects then, so that nobody
 * waits for work that does not look at its signal. `clear` must be called when the work is done.
 */
export const deadline = (parent: AbortSignal, ms: number) => {
  const controller = new AbortController()
  const { promise: over, reject } = Promise.withResolvers<never>()
  const end = (reason: unknown, text: string) => {
    reject(new GatewayError('timeout', text))
    controller.abort(reason)
  }
  const cancel = () => end(parent.reason, 'The call was cancelled.')
  const expire = () =>
    end(
      new DOMException('deadline', 'TimeoutError'),
      `The call was stopped after ${ms / 1000} s. Ask for less at once.`,
    )
  const timer = setTimeout(expire, ms)
  if (parent.aborted) cancel()
  else parent.addEventListener('abort', cancel, { once: true })
  return {
    signal: controller.signal,
    over,
    clear() {
      clearTimeout(timer)
      parent.removeEventListener('abort', cancel)
    },
  }
}
