import type { Limit, LimitVerdict } from '@gateway/domain'

/** The verdict when every limit allowed and was charged. */
export const allowed: LimitVerdict = { allowed: true }

/** Microseconds between two requests at the limit's rate; whole, so that a burst is exact whatever the rate. */
export const microsecondsPerRequest = (limit: Limit): number => Math.ceil(60_000_000 / limit.perMinute)

/** The refusal by `limit`; rounded up to a millisecond, so that waiting as long as it says is always enough. */
export const refusal = (limit: Limit, waitMicroseconds: number): LimitVerdict => ({
  allowed: false,
  scope: limit.scope,
  retryAfterSeconds: Math.ceil(waitMicroseconds / 1000) / 1000,
})
