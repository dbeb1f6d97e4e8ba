import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError, type Measure } from '@gateway/domain'
import { getRetryAfterHint } from '@smithy/core/retry'
import { type Failure, failureOf } from './failure.ts'

export interface AttemptOptions {
  /** Retries after the first attempt. Credentials that are over and a wrong clock have one more each. */
  readonly retries: number
  /** Whether it does no harm if AWS does it twice. */
  readonly repeatable: boolean
  /** Ends attempts and waiting alike. */
  readonly signal: AbortSignal
  /** What `thrown` is called, asked once nothing is tried any more. */
  faultOf(thrown: unknown, about: AttemptsMade): Error
  throttled?(): Promise<void>
  /** Hears of each attempt once it has ended; absent where nobody counts. */
  tried?(outcome: AttemptOutcome, ms: number): void
  /** AWS said that the credentials of the last attempt are over; absent where there are no others to be had. */
  expired?(): void
}

export interface AttemptsMade {
  readonly attempts: number
  /** Only where AWS throttled. */
  readonly retryAfterSeconds?: number
}

/**
 * Sends until AWS answers or nothing more can be tried, with exponential backoff and full jitter in between. `ready`
 * comes before each attempt and gives what sends it; what it throws is final, but where it is a rate limit in the way
 * of a retry, what AWS said is thrown.
 */
export const attempt = async <Answer>(
  ready: () => Promise<() => Promise<Answer>>,
  options: AttemptOptions,
): Promise<{ answer: Answer; attempts: number }> => {
  const { retries, repeatable, signal } = options
  const onTop = new Set<string>(options.expired ? ['skewed', 'expired'] : ['skewed'])
  let fault: (() => Error) | undefined
  let retried = 0
  for (let attempts = 1; ; attempts++) {
    const send = await ready().catch((thrown: unknown) => {
      const limited = thrown instanceof GatewayError && thrown.code === 'rate_limited'
      throw (limited || signal.aborted) && fault ? fault() : thrown
    })
    const began = performance.now()
    const tried = (outcome: AttemptOutcome) => options.tried?.(outcome, performance.now() - began)
    try {
      const answer = await send()
      tried('ok')
      return { answer, attempts }
    } catch (thrown) {
      const failure = failureOf(thrown, onTop.has('skewed'))
      tried(signal.aborted ? 'aborted' : outcomeOf(failure, thrown))
      if (failure === 'throttled') await options.throttled?.()
      if (failure === 'expired') options.expired?.()
      const { least, most } = waitBefore(retried, thrown)
      const retryAfterSeconds = Math.max(1, Math.ceil(most / 1000))
      const about = { attempts, ...(failure === 'throttled' && { retryAfterSeconds }) }
      const told = () => options.faultOf(thrown, about)
      fault = told
      if (signal.aborted) throw told()
      if (onTop.delete(failure)) continue

      const harmless =
        failure === 'throttled' || failure === 'unsent' || (failure === 'transient' && repeatable)
      if (!harmless || retried >= retries || least > longestHint) throw told()
      retried++
      const wait = Math.max(least, Math.random() * most)
      await sleep(wait, undefined, { signal }).catch(() => {
        throw told()
      })
    }
  }
}

/** How one attempt ended, see `Measure`. */
export type AttemptOutcome = Extract<Measure, { readonly of: 'aws' }>['outcome']

const outcomeOf = (failure: Failure, thrown: unknown): AttemptOutcome => {
  if (failure === 'throttled') return 'throttled'
  const { httpStatusCode: status } =
    (Object(thrown) as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {}
  if (status !== undefined) return status >= 400 && status < 500 ? 'refused' : 'error'
  return failure === 'unsent' || failure === 'transient' ? 'unreachable' : 'error'
}

/** Milliseconds before the next attempt: what AWS asked for at least, and the end of the range of the jitter. */
const waitBefore = (retried: number, thrown: unknown): { least: number; most: number } => {
  const { $response } = Object(thrown) as { $response?: unknown }
  const hint = getRetryAfterHint($response)
  const least = hint ? Math.max(0, hint.getTime() - Date.now()) : 0
  return { least, most: Math.max(least, Math.min(longestWait, firstWait * 2 ** retried)) }
}

const firstWait = 100
const longestWait = 5_000
/** Whoever is told to wait for longer is better told than kept. */
const longestHint = 10_000
