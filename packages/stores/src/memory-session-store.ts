import type { SessionRecord, SessionStore } from '@gateway/domain'
import { newSessionKey, sessionKey } from './session-record.ts'

/** What a session store in memory needs: milliseconds since the epoch, a session's idle life, and its bound. */
export interface MemorySessionStoreOptions {
  now(): number
  readonly ttlSeconds: number
  readonly maxSessions: number
}

/** Sessions of one process; at `maxSessions` a new one ends the one that was idle longest. */
export const memorySessionStore = ({
  now,
  ttlSeconds,
  maxSessions,
}: MemorySessionStoreOptions): SessionStore => {
  // Every use moves a session to the end, and all live equally long: the first one is the next to expire.
  const sessions = new Map<string, Kept>()

  const keep = (key: string, session: SessionRecord): void => {
    sessions.delete(key)
    sessions.set(key, { key, session, expires: now() + ttlSeconds * 1000 })
  }

  const makeRoom = (): void => {
    for (const { key, expires } of sessions.values()) {
      if (sessions.size < maxSessions && expires > now()) break
      sessions.delete(key)
    }
  }

  const live = (tenantId: string, id: string): Kept | undefined => {
    const key = sessionKey(tenantId, id)
    const kept = key === undefined ? undefined : sessions.get(key)
    return kept && kept.expires > now() ? kept : undefined
  }

  return {
    async create(session) {
      const key = newSessionKey(session)
      makeRoom()
      keep(key, session)
    },
    async find(tenantId, id) {
      const kept = live(tenantId, id)
      if (kept) keep(kept.key, kept.session)
      return kept?.session
    },
    async remove(tenantId, id) {
      const kept = live(tenantId, id)
      return kept !== undefined && sessions.delete(kept.key)
    },
  }
}

interface Kept {
  readonly key: string
  readonly session: SessionRecord
  readonly expires: number
}
