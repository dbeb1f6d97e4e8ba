import type { Tenant, TenantDirectory, TenantStore } from '@gateway/domain'
import { createFileTenants } from './file-tenants.ts'
import { followStore } from './follow-store.ts'
import { createIssuerIndex } from './issuer-index.ts'
import { createListeners } from './listeners.ts'
import type { OnFault } from './on-fault.ts'
import type { TenantsFile } from './open-tenants-file.ts'
import { reach } from './reach-store.ts'
import type { TenantCheck } from './read-tenants.ts'
import { createStoredTenants } from './stored-tenants.ts'
import { type FileConflicts, fileConflicts } from './tenant-conflicts.ts'

export interface TenantDirectoryOptions {
  readonly file?: TenantsFile
  readonly store: TenantStore
  /** What else keeps a stored tenant from being served. */
  readonly check?: TenantCheck
  now(): number
  readonly onFault: OnFault
  /** How many stored tenants are remembered. */
  readonly maxTenants?: number
  /** Milliseconds after which a stored tenant is read again, had its change not been heard of. */
  readonly maxAgeMs?: number
  /** Milliseconds for which it is known that there is no such tenant or issuer. */
  readonly missingMs?: number
}

/**
 * The tenants of the file and of the store together; where they conflict, the file wins. Without the store the tenants
 * of the file are served, and those of the store until they are `maxAgeMs` old; who signs in with an issuer that is pinned,
 * and so may be of both, is not told for any longer either.
 */
export const createTenantDirectory = async (
  options: TenantDirectoryOptions,
): Promise<TenantDirectory & { close(): void }> => {
  const { store, now, onFault, check = () => [] } = options
  const { file = noFile, maxTenants = 10_000, maxAgeMs = 60_000, missingMs = 5_000 } = options
  const listeners = createListeners<string | undefined>(onFault)
  const changed = listeners.tell
  let view = viewOf(file.tenants())
  const ofFile = createFileTenants({ file, store, changed, maxAgeMs, now })
  const bounds = { maxTenants, maxAgeMs, missingMs, now, onFault }
  const ofStore = createStoredTenants({ ...bounds, store, check, changed, conflicts: () => view.conflicts })
  const issuers = createIssuerIndex({ ...bounds, store, max: maxTenants })

  const following = followStore(
    store,
    (id) => {
      ofStore.invalidate(id)
      ofFile.invalidate(id)
      // Which issuers a tenant has now, nobody knows until it is read.
      issuers.invalidate()
      listeners.tell(id)
    },
    { onFault, retryMs: 2_000 },
  )
  const unlisten = file.listen((ids) => {
    view = viewOf(file.tenants())
    ofFile.refresh()
    for (const id of new Set([...ids, ...ofStore.judgeAnew()])) listeners.tell(id)
  })
  await Promise.all([following.started, ofFile.start()])

  const find = (id: string): Promise<Tenant | undefined> =>
    view.tenants.has(id) ? ofFile.find(id) : ofStore.find(id)

  return {
    known: (id) => (view.tenants.has(id) ? ofFile.known(id) : ofStore.known(id)),
    find,
    async issuedBy(issuer) {
      const own = view.byIssuer.get(issuer)
      const file = (await Promise.all((own?.ids ?? []).map((id) => ofFile.find(id)))).filter(isTenant)
      // Without pins the issuer is of one tenant alone, and no stored one can be served with it.
      if (own && !own.pinned) return issuers.connections(issuer, { file, stored: [] })
      // With pins, a stored tenant may have it as well. Where the store cannot tell, nobody is taken for one of the file, nor
      // told that the sign-in is nobody's.
      const ids = await issuers.idsOf(issuer)
      const stored = await Promise.all(ids.filter((id) => !view.tenants.has(id)).map(ofStore.find))
      return issuers.connections(issuer, { file, stored: stored.filter(isTenant) })
    },
    async list(after, limit) {
      const own = view.ids.filter((id) => after === undefined || id > after).slice(0, limit)
      const stored = await reach(() => store.list(after, limit))
      for (const id of stored) if (view.tenants.has(id)) ofStore.tellHidden(id)
      return [...new Set([...own, ...stored])].sort().slice(0, limit)
    },
    listen: listeners.add,
    close() {
      unlisten()
      following.close()
      ofFile.close()
    },
  }
}

const noFile: Pick<TenantsFile, 'tenants' | 'listen'> = { tenants: () => new Map(), listen: () => () => {} }

const isTenant = (tenant: Tenant | undefined): tenant is Tenant => tenant !== undefined

/** What is looked up in one state of the file. */
interface View {
  readonly tenants: ReadonlyMap<string, Tenant>
  readonly ids: readonly string[]
  readonly byIssuer: ReadonlyMap<string, { readonly ids: readonly string[]; readonly pinned: boolean }>
  readonly conflicts: FileConflicts
}

const viewOf = (tenants: ReadonlyMap<string, Tenant>): View => {
  const all = [...tenants.values()].flatMap(({ id, connections }) =>
    connections.map(({ issuer, pins }) => ({ id, issuer, pinned: Object.keys(pins).length > 0 })),
  )
  const byIssuer = new Map(
    [...Map.groupBy(all, ({ issuer }) => issuer)].map(([issuer, those]) => [
      issuer,
      { ids: [...new Set(those.map(({ id }) => id))], pinned: those.every(({ pinned }) => pinned) },
    ]),
  )
  return { tenants, ids: [...tenants.keys()].sort(), byIssuer, conflicts: fileConflicts(tenants) }
}
