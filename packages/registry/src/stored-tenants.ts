import { isDeepStrictEqual } from 'node:util'
import type { Tenant, TenantStore } from '@gateway/domain'
import { LruMap } from 'toad-cache'
import { inForce } from './in-force.ts'
import { keptVerifications } from './kept-verification.ts'
import { createLazyCache } from './lazy-cache.ts'
import type { OnFault } from './on-fault.ts'
import { reach, sameEntries } from './reach-store.ts'
import type { TenantCheck } from './read-tenants.ts'
import { parseStored, tenantOf } from './stored-tenant.ts'
import type { FileConflicts } from './tenant-conflicts.ts'

/** The tenants of the store that may be served. */
export interface StoredTenants {
  known(id: string): Tenant | undefined
  /** Rejects with `unavailable`. */
  find(id: string): Promise<Tenant | undefined>
  invalidate(id: string | undefined): void
  /** Ids of those known that other tenants of the file have made servable, or no longer so. */
  judgeAnew(): readonly string[]
  /** Tells that a stored tenant has the id of one of the file. */
  tellHidden(id: string): void
}

export interface StoredTenantsOptions {
  readonly store: TenantStore
  readonly check: TenantCheck
  /** Of the file as it is now: another function for each state of the file. */
  conflicts(): FileConflicts
  /** Told once for each thing that keeps a tenant from being served. */
  readonly onFault: OnFault
  changed(id: string): void
  readonly maxTenants: number
  readonly maxAgeMs: number
  readonly missingMs: number
  now(): number
}

export const createStoredTenants = (options: StoredTenantsOptions): StoredTenants => {
  const { conflicts, onFault, maxTenants } = options
  const toldOf = new LruMap<string>(maxTenants)

  const tellOnce = (id: string, faults: readonly string[]): void => {
    const text = faults.join('\n')
    if (toldOf.get(id) === text) return
    toldOf.set(id, text)
    onFault({ tenant: id, faults }, 'a stored tenant is not served')
  }

  const cache = createLazyCache<Loaded>({
    ...options,
    max: maxTenants,
    load: (id, previous) => load({ id, previous, ...options }),
  })

  const served = (loaded: Loaded): Tenant | undefined => {
    const now = conflicts()
    if (loaded.judgedBy !== now) {
      loaded.judgedBy = now
      const faults = [...loaded.faults, ...(loaded.tenant ? now(loaded.tenant) : [])]
      loaded.served = faults.length === 0 ? loaded.tenant : undefined
      if (faults.length > 0) tellOnce(loaded.id, faults)
      else toldOf.delete(loaded.id)
    }
    return loaded.served
  }

  return {
    known(id) {
      const loaded = cache.fresh(id)
      return loaded && served(loaded)
    },
    async find(id) {
      const loaded = await cache.get(id)
      return loaded && served(loaded)
    },
    invalidate: cache.invalidate,
    judgeAnew: () =>
      cache
        .values()
        .filter((loaded) => loaded.served !== served(loaded))
        .map(({ id }) => id),
    tellHidden: (id) => tellOnce(id, ['id: is that of a tenant of the tenants file']),
  }
}

interface Loading extends StoredTenantsOptions {
  readonly id: string
  readonly previous: Loaded | undefined
}

const load = async ({ id, previous, store, check }: Loading): Promise<Loaded | undefined> => {
  // One after the other: a rotation keeps what it has verified before it writes the tenant, so that a document is never
  // seen without the verification that it takes.
  const stored = await reach(() => store.read(id))
  if (!stored) return undefined
  const verifications = await reach(() => store.verifications(id))
  const { version, document } = stored
  const same = previous?.version === version && previous.document === document ? previous : undefined
  if (same && sameEntries(same.verifications, verifications)) return same
  const parsed = parseStored(id, document)
  const tenant =
    'document' in parsed
      ? inForce(tenantOf(parsed.document), keptVerifications(verifications), 'store')
      : undefined
  if (same && isDeepStrictEqual(same.tenant, tenant)) {
    // Verified once more, with what was known already.
    same.verifications = verifications
    return same
  }
  const faults = 'faults' in parsed ? parsed.faults : []
  return {
    id,
    version,
    document,
    verifications,
    tenant,
    faults: tenant ? [...faults, ...check(tenant)] : faults,
    judgedBy: undefined,
    served: undefined,
  }
}

interface Loaded {
  readonly id: string
  readonly version: number
  readonly document: string
  verifications: ReadonlyMap<string, string>
  readonly tenant: Tenant | undefined
  /** What is wrong with it by itself. */
  readonly faults: readonly string[]
  judgedBy: FileConflicts | undefined
  served: Tenant | undefined
}
