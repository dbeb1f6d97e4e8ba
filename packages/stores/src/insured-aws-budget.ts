import type { AwsBudget } from '@gateway/domain'
import { rateShareOf } from './insured-rate-limiter.ts'
import { type MemoryAwsBudget, memoryAwsBudget } from './memory-aws-budget.ts'
import { isStoreAway } from './store-away.ts'
import { demandLocal, localTwin, type WhileAwayOptions } from './while-away.ts'

/** How it is made; `maxKeys` are the buckets that its twin in memory may remember. */
export interface InsuredAwsBudgetOptions extends WhileAwayOptions {
  readonly shared: AwsBudget
  readonly maxKeys: number
}

/** Budgets, and what is left of them in this process alone. */
export interface InsuredAwsBudget extends AwsBudget {
  readonly here: Pick<MemoryAwsBudget, 'waitFor'>
}

/**
 * Budgets of all replicas which, while their store is away, are kept in this process alone for whoever asks for that, with this
 * replica's share of every bucket, slowed down by what AWS says to this replica.
 */
export const insuredAwsBudget = (options: InsuredAwsBudgetOptions): InsuredAwsBudget => {
  const { shared, now, replicas, measured, maxKeys } = options
  const twin = localTwin(() => memoryAwsBudget({ now, maxKeys }), now)
  return {
    here: { waitFor: (bucket) => twin.peek()?.waitFor(rateShareOf(bucket, replicas())) ?? 0 },
    async take(bucket, how) {
      try {
        const verdict = await shared.take(bucket)
        twin.answered()
        return verdict
      } catch (cause) {
        demandLocal(cause, how?.whileAway === 'local', { what: 'rate', measured })
      }
      return twin.take().take(rateShareOf(bucket, replicas()))
    },
    async throttled(bucket) {
      try {
        await shared.throttled(bucket)
      } catch (cause) {
        if (!isStoreAway(cause)) throw cause
        await twin.take().throttled(rateShareOf(bucket, replicas()))
      }
    },
  }
}
