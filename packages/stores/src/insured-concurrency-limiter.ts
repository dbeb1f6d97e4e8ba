import type { ConcurrencyBounds, ConcurrencyLimiter } from '@gateway/domain'
import { memoryConcurrencyLimiter } from './memory-concurrency-limiter.ts'
import { idOf, owedLeases } from './owed-leases.ts'
import { mayBeDone } from './store-away.ts'
import { demandLocal, shareOf, type WhileAwayOptions } from './while-away.ts'

/** How it is made. */
export interface InsuredConcurrencyLimiterOptions extends WhileAwayOptions {
  readonly shared: ConcurrencyLimiter
}

/**
 * Leases of all replicas which, while their store is away, are given by this process alone to whoever asks for that, out of this
 * replica's share. A lease lives where it was taken. What the store could not be told that it has ended, or may have given without
 * anybody hearing of it, is returned when it answers again: else nobody would get in for as long as leases live.
 */
export const insuredConcurrencyLimiter = (options: InsuredConcurrencyLimiterOptions): ConcurrencyLimiter => {
  const { shared, now, replicas, measured } = options
  const own = memoryConcurrencyLimiter({ now })
  const takenHere = new Set<string>()
  const owed = owedLeases({ shared })

  const enterHere = async (bounds: ConcurrencyBounds): Promise<'taken' | 'tenant' | 'user'> => {
    const count = replicas()
    const outcome = await own.enter({
      ...bounds,
      maxPerTenant: shareOf(bounds.maxPerTenant, count),
      maxPerUser: shareOf(bounds.maxPerUser, count),
    })
    if (outcome === 'taken') takenHere.add(idOf(bounds))
    return outcome
  }

  return {
    async enter(bounds, how) {
      // One that has a lease here keeps that one.
      if (takenHere.has(idOf(bounds))) return enterHere(bounds)
      owed.keep(bounds)
      try {
        return await shared.enter(bounds)
      } catch (cause) {
        if (mayBeDone(cause)) owed.owe(bounds)
        demandLocal(cause, how?.whileAway === 'local', { what: 'concurrency', measured })
      }
      return enterHere(bounds)
    },
    async renew(lease) {
      return takenHere.has(idOf(lease)) ? own.renew(lease) : shared.renew(lease)
    },
    async leave(lease) {
      if (takenHere.delete(idOf(lease))) return own.leave(lease)
      await owed.giveBack(lease)
    },
  }
}
