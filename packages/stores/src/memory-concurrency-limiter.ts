import type { ConcurrencyBounds, ConcurrencyLimiter } from '@gateway/domain'

/** Leases of one process, by a clock of milliseconds since the epoch; otherwise the twin of those in Redis. */
export const memoryConcurrencyLimiter = ({ now }: { now(): number }): ConcurrencyLimiter => {
  // Of each tenant that has any, its users' leases by user and call.
  const tenants = new Map<string, Map<string, Lease>>()

  const live = (tenantId: string): Map<string, Lease> => {
    const leases = tenants.get(tenantId) ?? new Map<string, Lease>()
    for (const [key, { expires }] of leases) if (expires <= now()) leases.delete(key)
    if (leases.size === 0) tenants.delete(tenantId)
    return leases
  }

  const keep = (
    leases: Map<string, Lease>,
    { tenantId, principalId, callId, ttlSeconds }: ConcurrencyBounds,
  ) => {
    const expires = now() + Math.ceil(ttlSeconds * 1000)
    leases.set(keyOf({ principalId, callId }), { principalId, expires })
    tenants.set(tenantId, leases)
  }

  return {
    async enter(bounds) {
      const { tenantId, principalId, maxPerTenant, maxPerUser } = bounds
      const leases = live(tenantId)
      if (!leases.has(keyOf(bounds))) {
        if (leases.size >= maxPerTenant) return 'tenant'
        if (countOf(leases, principalId) >= maxPerUser) return 'user'
      }
      keep(leases, bounds)
      return 'taken'
    },
    async renew(lease) {
      const leases = live(lease.tenantId)
      if (!leases.has(keyOf(lease))) return false
      keep(leases, lease)
      return true
    },
    async leave(lease) {
      const leases = live(lease.tenantId)
      leases.delete(keyOf(lease))
      if (leases.size === 0) tenants.delete(lease.tenantId)
    },
  }
}

interface Lease {
  readonly principalId: string
  readonly expires: number
}

const keyOf = ({ principalId, callId }: Pick<ConcurrencyBounds, 'principalId' | 'callId'>): string =>
  JSON.stringify([principalId, callId])

const countOf = (leases: Map<string, Lease>, principalId: string): number => {
  let count = 0
  for (const lease of leases.values()) if (lease.principalId === principalId) count++
  return count
}
