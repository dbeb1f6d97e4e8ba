import type { ConcurrencyLimiter, LimitName, LimitVerdict, Measured, RateLimiter } from '@gateway/domain'
import type { Config } from './config.ts'
import { openStores, type Stores } from './stores.ts'

/** What of the stores is measured. */
type Observed = Pick<Stores, 'concurrency' | 'ledger' | 'sessions'>

/** Opens the stores that the configuration asks for, measured. */
export const openObservedStores = async (
  config: Pick<Config, 'redisUrl'>,
  options: Parameters<typeof openStores>[1] & { readonly measured: Measured },
): Promise<Stores> => observedStores(await openStores(config, options), options.measured)

/**
 * The same stores, measured: running calls by their leases, what becomes of budgets, sessions. What limits refuse is counted where a call is refused (`runCall`): a
 * read that waits for its turn asks them several times.
 */
const observedStores = <Given extends Observed>(stores: Given, measured: Measured): Given => {
  const { concurrency, ledger, sessions } = stores
  const observed: Observed = {
    concurrency: observedConcurrency(concurrency, measured),
    ledger: {
      used: (tenantId) => ledger.used(tenantId),
      async reserve(reservation) {
        const verdict = await ledger.reserve(reservation)
        const outcome = verdict.reserved ? 'reserved' : 'exceeded'
        measured({ of: 'budget', outcome, microUsd: reservation.microUsd })
        return verdict
      },
      async settle(of) {
        await ledger.settle(of)
        measured({ of: 'budget', outcome: 'settled', microUsd: of.microUsd })
      },
    },
    sessions: {
      find: (tenantId, id) => sessions.find(tenantId, id),
      update: (tenantId, id, change) => sessions.update(tenantId, id, change),
      async create(session) {
        await sessions.create(session)
        measured({ of: 'session', what: 'opened' })
      },
      async remove(tenantId, id) {
        const was = await sessions.remove(tenantId, id)
        if (was) measured({ of: 'session', what: 'ended' })
        return was
      },
    },
  }
  return { ...stores, ...observed }
}

/** A limiter whose refusals are counted: as `flood` where it is that of requests, and otherwise by their scope. */
export const observedLimiter = (limiter: RateLimiter, measured: Measured, of?: 'flood'): RateLimiter => ({
  take: async (...given) =>
    counted(await limiter.take(...given), (scope) => {
      const limit = limitName(scope)
      measured(limitedBy(of === undefined || limit === 'address' ? limit : of))
    }),
})

const observedConcurrency = (limiter: ConcurrencyLimiter, measured: Measured): ConcurrencyLimiter => ({
  renew: (lease) => limiter.renew(lease),
  async leave(lease) {
    measured({ of: 'lease', what: 'left' })
    await limiter.leave(lease)
  },
  async enter(...given) {
    const answer = await limiter.enter(...given)
    if (answer === 'taken') measured({ of: 'lease', what: 'taken' })
    return answer
  },
})

const counted = (verdict: LimitVerdict, refused: (scope: string) => void): LimitVerdict => {
  if (!verdict.allowed) refused(verdict.scope)
  return verdict
}

const limitedBy = (limit: LimitName) => ({ of: 'limited', limit }) as const

/** Scopes may say more than the kind of the limit: `tool:NAME`, `aws:ec2:eu-west-1`. */
const limitName = (scope: string): LimitName => {
  const [kind = ''] = scope.split(':')
  return scopes.find((name) => name === kind) ?? 'user'
}

const scopes: readonly LimitName[] = ['tenant', 'user', 'tool', 'aws', 'address']
