import type { OAuthEntry, OAuthStore } from '@gateway/domain'
import { claimKey, countKey, digestOf, entryKey, lifeOf, uidKey } from './oauth-key.ts'

/** What an authorization server's memory needs: milliseconds since the epoch, and its bound. */
export interface MemoryOAuthStoreOptions {
  now(): number
  /** Of entries, counts and claims together; 100,000 unless given. */
  readonly maxEntries?: number
}

/**
 * What an authorization server keeps, of one process. Where it is full, what has expired goes first and then what strangers
 * can make, the oldest first: sign-ins under way, then sessions, then registered clients. Grants, codes, tokens, counts and claims
 * stay, because those were made for people who signed in or keep something from being used twice: where only they are left,
 * whatever would add one rejects. Signing keys do not count.
 */
export const memoryOAuthStore = ({ now, maxEntries = 100_000 }: MemoryOAuthStoreOptions): OAuthStore => {
  // What is written moves to the end: the first of a model is the one written longest ago.
  const everything = new Map<string, Kept>()
  const byUid = new Map<string, string>()
  let keys: string | undefined

  const live = (key: string | undefined): Kept | undefined => {
    const kept = key === undefined ? undefined : everything.get(key)
    return kept && kept.expires > now() ? kept : undefined
  }

  const drop = (key: string): void => {
    const uid = everything.get(key)?.uid
    if (uid !== undefined && byUid.get(uid) === key) byUid.delete(uid)
    everything.delete(key)
  }

  const makeRoom = (): void => {
    if (everything.size < maxEntries) return
    for (const [key, { expires }] of everything) if (expires <= now()) drop(key)
    // More room than is needed now, or every new entry would cost a pass over all others.
    const enough = maxEntries - 1 - Math.floor(maxEntries / 16)
    for (const model of madeByStrangers) {
      for (const [key, kept] of everything) {
        if (everything.size <= enough) return
        if (kept.model === model) drop(key)
      }
    }
    if (everything.size >= maxEntries) throw new Error('the memory of the authorization server is full')
  }

  const keep = (key: string, kept: Kept): void => {
    drop(key)
    makeRoom()
    everything.set(key, kept)
    if (kept.uid !== undefined) byUid.set(kept.uid, key)
  }

  return {
    async upsert(model, id, value, { ttlSeconds, grantId, uid }) {
      keep(entryKey(model, digestOf(id)), {
        model,
        value,
        expires: now() + lifeOf(ttlSeconds),
        grant: grantId === undefined ? undefined : digestOf(grantId),
        uid: uid === undefined ? undefined : uidKey(model, digestOf(uid)),
      })
    },
    async find(model, id) {
      return entryOf(live(entryKey(model, digestOf(id))))
    },
    async findByUid(model, uid) {
      return entryOf(live(byUid.get(uidKey(model, digestOf(uid)))))
    },
    async consume(model, id) {
      const key = entryKey(model, digestOf(id))
      const kept = live(key)
      if (!kept || kept.consumedAt !== undefined) return false
      everything.set(key, { ...kept, consumedAt: Math.floor(now() / 1000) })
      return true
    },
    async destroy(model, id) {
      drop(entryKey(model, digestOf(id)))
    },
    async revokeByGrantId(grantId) {
      const grant = digestOf(grantId)
      for (const [key, kept] of everything) if (kept.grant === grant) drop(key)
    },
    async touch(model, id, ttlSeconds) {
      const key = entryKey(model, digestOf(id))
      const kept = live(key)
      if (kept) keep(key, { ...kept, expires: now() + lifeOf(ttlSeconds) })
      return kept !== undefined
    },
    async take(model, id) {
      const key = entryKey(model, digestOf(id))
      const kept = live(key)
      drop(key)
      return kept?.consumedAt === undefined ? kept?.value : undefined
    },
    async count(model, id, ttlSeconds) {
      const key = countKey(model, digestOf(id))
      const kept = live(key)
      const count = Number(kept?.value ?? 0) + 1
      if (kept) everything.set(key, { ...kept, value: `${count}` })
      else keep(key, { model: undefined, value: `${count}`, expires: now() + lifeOf(ttlSeconds) })
      return count
    },
    async claim(model, id, ttlSeconds) {
      const key = claimKey(model, digestOf(id))
      if (live(key)) return false
      keep(key, { model: undefined, value: '', expires: now() + lifeOf(ttlSeconds) })
      return true
    },
    async readKeys() {
      return keys
    },
    async replaceKeys(from, to) {
      if (keys !== from) return false
      keys = to
      return true
    },
  }
}

/** A sign-in that is under way is an interaction and what was noted of its steps, until somebody signs in. */
const madeByStrangers = ['Upstream', 'Agreed', 'FormToken', 'Interaction', 'Session', 'Client'] as const

interface Kept {
  /** Undefined for counts and claims. */
  readonly model: string | undefined
  readonly value: string
  readonly expires: number
  readonly consumedAt?: number
  readonly grant?: string | undefined
  readonly uid?: string | undefined
}

const entryOf = (kept: Kept | undefined): OAuthEntry | undefined =>
  kept &&
  (kept.consumedAt === undefined ? { value: kept.value } : { value: kept.value, consumedAt: kept.consumedAt })
