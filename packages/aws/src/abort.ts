import { type AwsTarget, GatewayError } from '@gateway/domain'

/** `promise`, or the signal's reason as soon as it aborts. The promise itself runs on, for others who wait. */
export const untilAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

/** What a caller is told of a request that was given up: the deadline of the call, or their own cancellation. */
export const cancelled = (signal: AbortSignal, target: AwsTarget, action: string): GatewayError => {
  const byDeadline = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
  const what = byDeadline
    ? `${action} was given up after ${target.tenant.operations.timeout} ms, the time that a call of this tenant may take.`
    : `${action} was cancelled.`
  const unsure =
    target.roleName === 'read' ? '' : ' AWS may have done it all the same: look before trying again.'
  return new GatewayError('timeout', `${what}${unsure}`)
}
