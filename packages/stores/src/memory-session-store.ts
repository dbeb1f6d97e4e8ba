import type { SessionRecord, SessionStore } from '@gateway/domain'
import { newSessionKey, sessionKey } from './session-record.ts'

/** What a session store in memory needs: milliseconds since the epoch, a session's idle life, and its bound. */
export interface MemorySessionStoreOptions {
  now(): number
  readonly ttlSeconds: number
  /** Of one tenant, so that no tenant can end the sessions of another. */
  readonly maxSessionsPerTenant: number
}

/** Sessions of one process; at its bound a tenant's new session ends its own that was idle longest. */
export const memorySessionStore = ({
  now,
  ttlSeconds,
  maxSessionsPerTenant,
}: MemorySessionStoreOptions): SessionStore => {
  // Every use moves a session to the end, and all live equally long: a tenant's first one is the next to expire.
  const tenants = new Map<string, Map<string, Kept>>()

  const sessionsOf = (tenantId: string): Map<string, Kept> => {
    const known = tenants.get(tenantId)
    if (known) return known
    const sessions = new Map<string, Kept>()
    tenants.set(tenantId, sessions)
    return sessions
  }

  const keep = (key: string, session: SessionRecord): void => {
    const sessions = sessionsOf(session.tenantId)
    sessions.delete(key)
    sessions.set(key, { key, session, expires: now() + ttlSeconds * 1000 })
  }

  const makeRoom = (sessions: Map<string, Kept>): void => {
    for (const { key, expires } of sessions.values()) {
      if (sessions.size < maxSessionsPerTenant && expires > now()) break
      sessions.delete(key)
    }
  }

  const live = (tenantId: string, id: string): Kept | undefined => {
    const key = sessionKey(tenantId, id)
    const kept = key === undefined ? undefined : tenants.get(tenantId)?.get(key)
    return kept && kept.expires > now() ? kept : undefined
  }

  return {
    async create(session) {
      const key = newSessionKey(session)
      makeRoom(sessionsOf(session.tenantId))
      keep(key, session)
    },
    async find(tenantId, id) {
      const kept = live(tenantId, id)
      if (kept) keep(kept.key, kept.session)
      return kept?.session
    },
    async update(tenantId, id, change) {
      const kept = live(tenantId, id)
      if (!kept) return undefined
      const session = { ...change(kept.session), id, tenantId }
      keep(kept.key, session)
      return session
    },
    async remove(tenantId, id) {
      const kept = live(tenantId, id)
      return kept !== undefined && sessionsOf(tenantId).delete(kept.key)
    },
  }
}

interface Kept {
  readonly key: string
  readonly session: SessionRecord
  readonly expires: number
}
