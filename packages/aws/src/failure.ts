import { isThrottlingError } from '@smithy/core/retry'
import { awsCodeOf, isExpired } from './aws-fault.ts'

/**
 * Why a request failed, as far as it says whether to send it again. `throttled`: AWS did not look at it, for there were
 * too many. `unsent`: it did not reach AWS. `transient`: it may go well the next time, but AWS may have done it.
 * `skewed`: the clock of this machine is wrong, and the client of the SDK has set its own right since. `expired`: its
 * credentials were over.
 */
export type Failure = 'throttled' | 'unsent' | 'transient' | 'skewed' | 'expired' | 'final'

/** Sorts what the SDK threw. `skewed` is asked for once only, since EC2 has one code for an old clock and an old session. */
export const failureOf = (thrown: unknown, mayBeSkewed = true): Failure => {
  const error: SdkError = thrown instanceof Error ? thrown : new Error('not an error')
  const code = awsCodeOf(error)
  const { clockSkewCorrected, httpStatusCode } = error.$metadata ?? {}
  if (mayBeSkewed && clockSkewCorrected && ofTheClock.has(code ?? '')) return 'skewed'
  if (isExpired(error)) return 'expired'
  if (code !== quotaReached && isThrottlingError(error as Parameters<typeof isThrottlingError>[0])) {
    return 'throttled'
  }
  const unconnected =
    error.syscall === 'getaddrinfo' || error.syscall === 'connect' || neverConnected.has(error.code ?? '')
  // What has a status was answered, whatever fields its body put on the error.
  if (unconnected && httpStatusCode === undefined) return 'unsent'
  // Not the SDK's own rule: that one takes every error for transient while the clock of the machine is wrong.
  const passes =
    error.$retryable !== undefined ||
    transientStatuses.has(httpStatusCode ?? 0) ||
    transientNames.has(code ?? error.name) ||
    brokenOff.has(error.code ?? '')
  return passes ? 'transient' : 'final'
}

interface SdkError extends Error {
  readonly code?: string
  readonly syscall?: string
  readonly $retryable?: object
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean }
}

/** Codes with which AWS refuses a signature for its time. */
const ofTheClock: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
])

/** The SDK takes this for throttling; for CloudFormation, IAM and CloudWatch Logs it says that there are too many resources. */
const quotaReached = 'LimitExceededException'

const neverConnected: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])
const brokenOff: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
])
const transientNames: ReadonlySet<string> = new Set([
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
])
const transientStatuses: ReadonlySet<number> = new Set([500, 502, 503, 504])
