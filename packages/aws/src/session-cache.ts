import { GatewayError, type Measured } from '@gateway/domain'
import type { OnFault } from './on-fault.ts'
import { Refusal, type Session } from './session.ts'
import { createTenantLru } from './tenant-lru.ts'

export interface SessionCache {
  /** The session of `at`; `open` runs once for all who wait for it. `about` goes to the log, with a fault. */
  get(at: SessionKey, open: () => Promise<Session>, about: object): Promise<Session>
  /** Forgets `session`, unless a newer one has taken its place. */
  drop(at: SessionKey, session: Session): void
  /** Forgets what a tenant has, refusals too; a session that is being opened just now is not kept. */
  forget(tenantId: string): void
  clear(): void
}

export interface SessionKey {
  readonly tenantId: string
  readonly key: string
}

export interface SessionCacheOptions {
  readonly max: number
  readonly measured?: Measured | undefined
  now(): number
  readonly onFault: OnFault
}

/** Sessions in memory, least recently used out first. They are never stored anywhere else. */
export const createSessionCache = ({ max, measured, now, onFault }: SessionCacheOptions): SessionCache => {
  const entries = createTenantLru<Entry>(max)

  const lasting = (session: Session | undefined): Session | undefined =>
    session && session.expiresAt - now() > blockWithin ? session : undefined

  /** One flight per key: whoever comes while it is in the air waits for the same promise. */
  const openOnce = (entry: Entry, open: () => Promise<Session>): Promise<Session> => {
    entry.pending ??= open()
      .then(
        (session) => {
          entry.session = session
          entry.refreshAt = session.expiresAt - refreshWithin + Math.random() * refreshSpread
          return session
        },
        (thrown) => {
          if (thrown instanceof Refusal) {
            // A role that is refused now is not used on until its last session runs out.
            entry.session = undefined
            entry.refusal = { error: thrown, until: now() + refusalKept }
          }
          throw thrown
        },
      )
      .finally(() => {
        entry.pending = undefined
      })
    return entry.pending
  }

  const refreshAside = (entry: Entry, open: () => Promise<Session>, about: object): void => {
    openOnce(entry, open).catch((thrown) => {
      entry.refreshAt = now() + refusalKept
      const { code, details } = thrown instanceof GatewayError ? thrown : { code: 'internal', details: {} }
      onFault({ ...about, code, ...details }, 'AWS credentials could not be refreshed')
    })
  }

  return {
    async get({ tenantId, key }, open, about) {
      const known = entries.get(tenantId, key)
      const entry: Entry = known ?? { refreshAt: 0 }
      if (!known) entries.set(tenantId, key, entry)
      if (entry.refusal && now() < entry.refusal.until) throw entry.refusal.error
      const session = lasting(entry.session)
      measured?.({ of: 'cache', name: 'sessions', hit: session !== undefined })
      if (!session) return openOnce(entry, open)
      if (!entry.pending && now() >= entry.refreshAt) refreshAside(entry, open, about)
      return session
    },
    drop({ tenantId, key }, session) {
      const entry = entries.get(tenantId, key)
      if (entry?.session === session) entry.session = undefined
    },
    // A flight lands in the entry that it began with, which nobody finds any more.
    forget: (tenantId) => entries.forget(tenantId),
    clear: () => entries.clear(),
  }
}

interface Entry {
  session?: Session | undefined
  refreshAt: number
  pending?: Promise<Session> | undefined
  refusal?: { readonly error: Refusal; readonly until: number }
}

const minute = 60_000
const refreshWithin = 15 * minute
/** Sessions that were opened together are not refreshed together. */
const refreshSpread = 2 * minute
const blockWithin = minute
const refusalKept = 30_000
