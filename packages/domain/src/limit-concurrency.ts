import type { ConcurrencyBounds, ConcurrencyLimiter } from './concurrency.ts'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import { pause } from './pause.ts'
import type { WhileAway } from './while-away.ts'

/** Above the 300 s after which hosted clients give a tool up; what a crashed replica held is free again after it. */
const leaseSeconds = 310

/** How long a call that only reads waits for others to end: agents send several at once. */
const patienceMs = 2_000

/** Which call takes a lease. */
export interface Leasing {
  readonly grant: Grant
  readonly callId: string
  /** Whether it may wait for a while; a write that comes late is worse than one that is refused. */
  readonly mayWait: boolean
  readonly how: WhileAway
  readonly signal: AbortSignal
}

/**
 * Takes a lease of the tenant and of the user for one call, and gives the function that returns it. Throws
 * `rate_limited`, or `unavailable` where the store cannot be reached and `how` does not let this process decide alone.
 */
export const takeLease = async (
  limiter: ConcurrencyLimiter,
  { grant, callId, mayWait, how, signal }: Leasing,
): Promise<() => Promise<void>> => {
  const { maxConcurrency, maxConcurrencyPerUser } = grant.tenant.operations
  const bounds: ConcurrencyBounds = {
    tenantId: grant.tenant.id,
    principalId: grant.principal.id,
    callId,
    maxPerTenant: maxConcurrency,
    maxPerUser: maxConcurrencyPerUser,
    ttlSeconds: leaseSeconds,
  }
  const patience = performance.now() + (mayWait ? patienceMs : 0)
  for (;;) {
    const answer = await limiter.enter(bounds, how).catch(unavailable)
    if (answer === 'taken') break
    const full = answer === 'user' ? maxConcurrencyPerUser : maxConcurrency
    if (signal.aborted || performance.now() >= patience) throw tooMany(answer, full)
    // Those who wait come back at different moments.
    await pause(50 + Math.random() * 100, signal)
  }
  // A lost renewal is no fault of the call; at worst the lease ends before the call and another may run beside it.
  const renewal = setInterval(() => limiter.renew(bounds).catch(() => false), (leaseSeconds * 1000) / 3)
  renewal.unref()
  return async () => {
    clearInterval(renewal)
    await limiter.leave(bounds).catch(() => {})
  }
}

const tooMany = (whose: 'tenant' | 'user', full: number): GatewayError =>
  new GatewayError(
    'rate_limited',
    `This ${whose} has ${full} calls running already, which is the limit. Try again when one of them has ended, and ask for less at once.`,
    { details: { retryAfterSeconds: 1, scope: `concurrency:${whose}` } },
  )

const unavailable = (cause: unknown): never => {
  throw new GatewayError('unavailable', 'The limit of running calls cannot be checked just now.', {
    cause,
    details: { retryAfterSeconds: 2 },
  })
}
