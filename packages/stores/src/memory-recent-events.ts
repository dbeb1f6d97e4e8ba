import type { RecentEventStore } from '@gateway/domain'
import { decodeEvents } from './recent-event.ts'

/** Bounds of recent events in memory. */
export interface MemoryRecentEventsOptions {
  readonly maxEventsPerTenant: number
  /** Those of the tenant that was quiet longest are forgotten first. */
  readonly maxTenants: number
}

/** Recent events of one process. */
export const memoryRecentEvents = ({
  maxEventsPerTenant,
  maxTenants,
}: MemoryRecentEventsOptions): RecentEventStore => {
  // As text, which takes a fraction of the memory of objects; the oldest first, and the quietest tenant too.
  const tenants = new Map<string, string[]>()
  return {
    async add(event) {
      const { tenant_id: tenantId } = event
      if (tenantId === undefined) return
      const kept = tenants.get(tenantId) ?? []
      tenants.delete(tenantId)
      tenants.set(tenantId, kept)
      kept.push(JSON.stringify(event))
      // In one go for many, since each takes the time of all that are kept.
      if (kept.length >= 2 * maxEventsPerTenant) kept.splice(0, kept.length - maxEventsPerTenant)
      if (tenants.size > maxTenants) tenants.delete(tenants.keys().next().value ?? '')
    },
    newest: async (of) =>
      decodeEvents((tenants.get(of.tenantId) ?? []).slice(-maxEventsPerTenant).reverse(), of),
  }
}
