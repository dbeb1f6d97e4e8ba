import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import type { RateLimiter } from './limits.ts'

/**
 * Charges one call to its tenant and its user. Refused calls cost nothing; a store that cannot be reached is
 * `unavailable` (fail closed).
 */
export const limitCall = async (limiter: RateLimiter, { limits }: Pick<Grant, 'limits'>): Promise<void> => {
  const verdict = await limiter.take(limits).catch((cause: unknown) => {
    throw new GatewayError('unavailable', 'Rate limits cannot be checked just now.', {
      cause,
      details: { retryAfterSeconds: 2 },
    })
  })
  if (verdict.allowed) return
  const seconds = Math.ceil(verdict.retryAfterSeconds)
  throw new GatewayError(
    'rate_limited',
    `The call limit of this ${verdict.scope} is used up. Try again in ${seconds} s.`,
    { details: { retryAfterSeconds: seconds, scope: verdict.scope } },
  )
}
