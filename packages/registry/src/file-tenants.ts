import { isDeepStrictEqual } from 'node:util'
import type { Tenant, TenantStore } from '@gateway/domain'
import { inForce } from './in-force.ts'
import { keptVerifications } from './kept-verification.ts'
import type { TenantsFile } from './open-tenants-file.ts'
import { sameEntries } from './reach-store.ts'

/** The tenants of the file with what verifying their roles has found, which the store has. */
export interface FileTenants {
  /** Undefined also where the store has news that were not read yet. */
  known(id: string): Tenant | undefined
  /** Never rejects: without the store, the tenant as it was last known. */
  find(id: string): Promise<Tenant | undefined>
  /** The verifications of this tenant, or of all, may be others now. */
  invalidate(id: string | undefined): void
  /** Takes over the tenants that the file has now. */
  refresh(): void
  /** Reads the verifications of all, until the store fails once. */
  start(): Promise<void>
  /** Reads nothing again by itself any more. */
  close(): void
}

export interface FileTenantsOptions {
  readonly file: Pick<TenantsFile, 'tenants'>
  readonly store: Pick<TenantStore, 'verifications'>
  /** Hears of a tenant whose verifications were found to be others, with nobody having said so. */
  changed(id: string): void
  readonly maxAgeMs: number
  now(): number
}

export const createFileTenants = (options: FileTenantsOptions): FileTenants => {
  const { file, store, changed, maxAgeMs, now } = options
  const entries = new Map<string, Entry>()
  let retrying: NodeJS.Timeout | undefined
  let closed = false

  /** News that the store did not tell are read by themselves: streams that are open ask for nothing. */
  const retryLater = (): void => {
    if (closed) return
    retrying ??= setTimeout(async () => {
      const unread = [...entries].filter(([, entry]) => entry.unread)
      // A store that is away answers for all by a few.
      for (let page = unread.splice(0, 20); page.length > 0; page = unread.splice(0, 20)) {
        await Promise.all(page.map(([id, entry]) => readOnce(id, entry)))
        if (page.some(([, entry]) => entry.unread)) break
      }
      retrying = undefined
      if ([...entries.values()].some((entry) => entry.unread)) retryLater()
    }, retryMs).unref()
  }

  const read = async (id: string, entry: Entry): Promise<void> => {
    const startedAt = now()
    const { news, stale, unread } = entry
    try {
      const verifications = await store.verifications(id)
      if (entry.news !== news) return
      entry.at = startedAt
      entry.unread = false
      if (sameEntries(entry.verifications, verifications)) return
      entry.verifications = verifications
      const tenant = judged(entry)
      if (isDeepStrictEqual(tenant, entry.tenant)) return
      entry.tenant = tenant
      // Whoever heard the news has found the tenant of before.
      if (!stale || unread) changed(id)
    } catch {
      // What an outage hides is at worst that a role was rejected. The operator vouches for the roles of the file, and
      // AWS still decides: they go on, as they were last known, and the store is asked again until it answers.
      entry.at = startedAt - maxAgeMs + retryMs
      entry.unread = true
      retryLater()
    } finally {
      if (entry.news === news) entry.stale = false
    }
  }

  const readOnce = (id: string, entry: Entry): Promise<void> => {
    // News that come while a reading is on its way are not in it, and take one of their own.
    if (entry.reading?.news === entry.news) return entry.reading.done
    const { news } = entry
    const done = read(id, entry).finally(() => {
      if (entry.reading?.news === news) entry.reading = undefined
    })
    entry.reading = { news, done }
    return done
  }

  const refresh = (): void => {
    const tenants = file.tenants()
    for (const id of entries.keys()) if (!tenants.has(id)) entries.delete(id)
    for (const [id, base] of tenants) {
      const entry = entries.get(id)
      if (!entry) {
        entries.set(id, {
          base,
          tenant: base,
          verifications: new Map(),
          at: 0,
          stale: true,
          news: 0,
          reading: undefined,
          unread: false,
        })
      } else if (entry.base !== base) {
        entry.base = base
        entry.tenant = judged(entry)
      }
    }
  }

  refresh()
  return {
    refresh,
    known(id) {
      const entry = entries.get(id)
      if (!entry || entry.stale) return undefined
      if (now() - entry.at >= maxAgeMs) void readOnce(id, entry)
      return entry.tenant
    },
    async find(id) {
      const entry = entries.get(id)
      if (!entry) return undefined
      if (entry.stale) await readOnce(id, entry)
      else if (now() - entry.at >= maxAgeMs) void readOnce(id, entry)
      return entry.tenant
    },
    invalidate(id) {
      for (const each of id === undefined ? entries.keys() : [id]) {
        const entry = entries.get(each)
        if (!entry) continue
        entry.stale = true
        entry.news += 1
      }
    },
    async start() {
      const ids = [...entries.keys()]
      // A store that is away answers for all by one; the others are read when they are asked for.
      while (ids.length > 0) {
        const page = ids.splice(0, 50)
        await Promise.all(page.map((id) => this.find(id)))
        if (page.some((id) => entries.get(id)?.unread)) return
      }
    },
    close() {
      closed = true
      clearTimeout(retrying)
    },
  }
}

/** Milliseconds after which a store that did not answer is asked again. */
const retryMs = 5_000

const judged = ({ base, verifications }: Entry): Tenant =>
  inForce(base, keptVerifications(verifications), 'file')

interface Entry {
  base: Tenant
  tenant: Tenant
  verifications: ReadonlyMap<string, string>
  at: number
  /** Has news that were not read yet. */
  stale: boolean
  /** How often it had. */
  news: number
  reading: { readonly news: number; readonly done: Promise<void> } | undefined
  /** The last reading failed. */
  unread: boolean
}
