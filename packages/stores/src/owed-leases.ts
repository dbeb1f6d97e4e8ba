import type { ConcurrencyLimiter } from '@gateway/domain'
import { isStoreAway } from './store-away.ts'

/** What names a lease. */
export type Lease = Parameters<ConcurrencyLimiter['leave']>[0]

/** Leases that a store holds, or may hold, for calls that do not run: returned as soon as it answers. */
export interface OwedLeases {
  /** Returns it now, or as soon as that is possible; never rejects for a store that is away. */
  giveBack(lease: Lease): Promise<void>
  /** Returns it in a moment. */
  owe(lease: Lease): void
  /** Its call runs after all. */
  keep(lease: Lease): void
}

/** How they are returned. */
export interface OwedLeasesOptions {
  readonly shared: Pick<ConcurrencyLimiter, 'leave'>
  /** Milliseconds between tries. */
  readonly everyMs?: number
  /** Leases that are remembered; one too many drives out the oldest, which ends by itself. */
  readonly max?: number
}

/** Leases that are returned at once. */
const batch = 50

/** Remembers what is owed until the store has answered that it is returned; asks nothing while nothing is owed. */
export const owedLeases = ({ shared, everyMs = 250, max = 10_000 }: OwedLeasesOptions): OwedLeases => {
  const owed = new Map<string, Lease>()
  let isComing = false

  const settleLater = (): void => {
    isComing = true
    setTimeout(() => void settle(), everyMs).unref()
  }

  const owe = (lease: Lease): void => {
    const id = idOf(lease)
    owed.delete(id)
    owed.set(id, lease)
    const [oldest] = owed.keys()
    if (oldest !== undefined && owed.size > max) owed.delete(oldest)
    if (!isComing) settleLater()
  }

  /** Whether the store has answered, be it that it cannot. */
  const returned = (lease: Lease): Promise<boolean> =>
    shared.leave(lease).then(
      () => true,
      (cause: unknown) => !isStoreAway(cause),
    )

  const settle = async (): Promise<void> => {
    for (;;) {
      const some = [...owed].slice(0, batch)
      const answers = await Promise.all(
        some.map(async ([id, lease]) => {
          const done = await returned(lease)
          // Another call of that name may owe it again meanwhile, or have it.
          if (done && owed.get(id) === lease) owed.delete(id)
          return done
        }),
      )
      if (owed.size === 0 || answers.includes(false)) break
    }
    isComing = false
    if (owed.size > 0) settleLater()
  }

  return {
    owe,
    async giveBack(lease) {
      try {
        await shared.leave(lease)
      } catch (cause) {
        if (!isStoreAway(cause)) throw cause
        owe(lease)
      }
    },
    keep: (lease) => void owed.delete(idOf(lease)),
  }
}

/** A text for a lease that no other has. */
export const idOf = (lease: Lease): string =>
  JSON.stringify([lease.tenantId, lease.principalId, lease.callId])
