import type { Limit, RateLimiter } from '@gateway/domain'
import type { InsuredAwsBudget } from './insured-aws-budget.ts'
import { memoryRateLimiter } from './memory-rate-limiter.ts'
import { demandLocal, localTwin, shareOf, type WhileAwayOptions } from './while-away.ts'

/** How it is made; `maxKeys` are those that its twin in memory may remember. */
export interface InsuredRateLimiterOptions extends WhileAwayOptions {
  readonly shared: RateLimiter
  readonly maxKeys: number
  /** The AWS budgets that are tested along while the store is away; absent means none. */
  readonly budget?: Pick<InsuredAwsBudget, 'here'>
}

/**
 * A rate limiter of all replicas which, while their store is away, counts in this process alone for whoever asks for that, with
 * this replica's share of every limit. It rejects for all others.
 */
export const insuredRateLimiter = (options: InsuredRateLimiterOptions): RateLimiter => {
  const { shared, now, replicas, measured, maxKeys, budget } = options
  const tested = budget && { budget: budget.here }
  const twin = localTwin(() => memoryRateLimiter({ now, maxKeys, ...tested }), now)
  return {
    async take(limits, how) {
      try {
        const verdict = await shared.take(limits)
        twin.answered()
        return verdict
      } catch (cause) {
        demandLocal(cause, how?.whileAway === 'local', { what: 'rate', measured })
      }
      const count = replicas()
      // Of what is only tested the budget knows its own share.
      const shares = limits.map((each) => (each.testedOnly ? each : rateShareOf(each, count)))
      return twin.take().take(shares)
    },
  }
}

/** What one of several replicas lets through of a limit. */
export const rateShareOf = <Of extends Pick<Limit, 'perMinute' | 'burst'>>(
  limit: Of,
  replicas: number,
): Of => ({
  ...limit,
  perMinute: limit.perMinute / replicas,
  burst: shareOf(limit.burst, replicas),
})
