import type { RecentEventStore } from '@gateway/domain'
import { decodeEvents, encodeEvent } from './recent-event.ts'

/** Bounds of recent events in memory. */
export interface MemoryRecentEventsOptions {
  readonly maxEventsPerTenant: number
  /** A longer event is kept in short, or not at all. */
  readonly maxEventBytes: number
  /** Those of the tenant that was quiet longest are forgotten first. */
  readonly maxTenants: number
  /** Of all tenants together: half of the events of the tenant that has most are forgotten. */
  readonly maxBytes: number
}

/** Recent events of one process. */
export const memoryRecentEvents = (options: MemoryRecentEventsOptions): RecentEventStore => {
  const { maxEventsPerTenant, maxEventBytes, maxTenants, maxBytes } = options
  // As text, which takes a fraction of the memory of objects; the oldest first, and the quietest tenant too.
  const tenants = new Map<string, Kept>()
  let bytes = 0
  const drop = (kept: Kept, count: number): void => {
    const dropped = sizeOf(kept.texts.splice(0, count))
    kept.bytes -= dropped
    bytes -= dropped
  }
  return {
    async add(event) {
      const { tenant_id: tenantId } = event
      const text = tenantId === undefined ? undefined : encodeEvent(event, maxEventBytes)
      if (tenantId === undefined || text === undefined) return
      const kept = tenants.get(tenantId) ?? { texts: [], bytes: 0 }
      tenants.delete(tenantId)
      tenants.set(tenantId, kept)
      kept.texts.push(text)
      kept.bytes += text.length
      bytes += text.length
      // In one go for many, since each takes the time of all that are kept.
      if (kept.texts.length >= 2 * maxEventsPerTenant) drop(kept, kept.texts.length - maxEventsPerTenant)
      const [quietest] = tenants
      if (quietest && tenants.size > maxTenants) {
        drop(quietest[1], quietest[1].texts.length)
        tenants.delete(quietest[0])
      }
      while (bytes > maxBytes) {
        const most = [...tenants.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a))
        drop(most, Math.ceil(most.texts.length / 2))
      }
    },
    newest: async (of) =>
      decodeEvents((tenants.get(of.tenantId)?.texts ?? []).slice(-maxEventsPerTenant).reverse(), of),
  }
}

interface Kept {
  readonly texts: string[]
  /** Characters, which are bytes but for letters beyond Latin. */
  bytes: number
}

const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0)
