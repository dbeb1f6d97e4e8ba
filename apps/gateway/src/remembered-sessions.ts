import type { SessionRecord, SessionStore } from '@gateway/domain'

/** How long, and how many. */
export interface RememberedSessionsOptions {
  /** Milliseconds since the epoch. */
  now(): number
  /** Absent means 10,000. */
  readonly maxSessions?: number
}

/** Milliseconds after it was found last in which a session is found although its store is away. */
const lastMs = 60_000

/**
 * Sessions that this process has found go on for a minute while their store is away, so that their clients can read: opening and
 * changing one is refused, and what writes is by its limits. Beyond `maxSessions` those that were found longest ago are forgotten.
 */
export const rememberedSessions = (
  store: SessionStore,
  { now, maxSessions = 10_000 }: RememberedSessionsOptions,
): SessionStore => {
  const found = new Map<string, { readonly session: SessionRecord; readonly at: number }>()

  const keep = (key: string, session: SessionRecord | undefined): SessionRecord | undefined => {
    // Deleted first: a Map keeps the place of a key that is only set again.
    found.delete(key)
    if (!session) return undefined
    found.set(key, { session, at: now() })
    const [oldest] = found.size > maxSessions ? found.keys() : []
    if (oldest !== undefined) found.delete(oldest)
    return session
  }

  return {
    ...store,
    async find(tenantId, id) {
      const key = keyOf(tenantId, id)
      try {
        return keep(key, await store.find(tenantId, id))
      } catch (cause) {
        const last = found.get(key)
        if (!last || Math.abs(now() - last.at) > lastMs) throw cause
        return last.session
      }
    },
    async update(tenantId, id, change) {
      return keep(keyOf(tenantId, id), await store.update(tenantId, id, change))
    },
    async remove(tenantId, id) {
      found.delete(keyOf(tenantId, id))
      return store.remove(tenantId, id)
    },
  }
}

const keyOf = (tenantId: string, id: string): string => JSON.stringify([tenantId, id])
