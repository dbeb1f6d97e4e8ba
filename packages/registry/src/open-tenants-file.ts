import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { ConfigurationError, type Tenant } from '@gateway/domain'
import { createListeners } from './listeners.ts'
import type { OnFault } from './on-fault.ts'
import { type Environment, type TenantCheck, tenantsIn, textOf } from './read-tenants.ts'
import { watchText } from './watch-text.ts'

/** The tenants of a file that is read again when it changes. */
export interface TenantsFile {
  /** By id, as the file last was right. A tenant whose part of the file is unchanged stays the same object. */
  tenants(): ReadonlyMap<string, Tenant>
  /** Hears the ids of tenants that are new, changed or gone, once they are. The returned function ends that. */
  listen(hear: (changed: readonly string[]) => void): () => void
  close(): void
}

export interface TenantsFileOptions {
  readonly env: Environment
  readonly check?: TenantCheck
  /** Told once per content of a file that cannot be used, with all its `faults`; the tenants stay as they were. */
  readonly onFault: OnFault
  readonly onReload?: (reloaded: { readonly tenants: number; readonly changed: readonly string[] }) => void
  /** Milliseconds between two looks at the file, where the file system does not tell of changes sooner. */
  readonly pollMs?: number
  /** Milliseconds for which a changed file must stay as it is before it is read. */
  readonly settleMs?: number
}

/**
 * Opens the tenants file and follows its changes. A bad file never replaces a good one, nor does a missing one; at the
 * start either throws `ConfigurationError`.
 */
export const openTenantsFile = async (file: string, options: TenantsFileOptions): Promise<TenantsFile> => {
  const { onFault, onReload, pollMs = 2_000, settleMs = 200 } = options
  const first = await textOf(file)
  const read = (text: string) => byId(tenantsIn(text, { file, ...options }))
  let tenants: ReadonlyMap<string, Tenant> = read(first)
  const listeners = createListeners<readonly string[]>(onFault)

  const tellFault = (thrown: unknown, digest?: string): void => {
    const faults = thrown instanceof ConfigurationError ? thrown.faults : undefined
    onFault(
      { file, ...(digest && { digest }), ...(faults ? { faults } : { err: thrown }) },
      'the tenants file cannot be used; the tenants stay as they were',
    )
  }

  const take = (text: string): void => {
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
    let fresh: ReadonlyMap<string, Tenant>
    try {
      fresh = read(text)
    } catch (thrown) {
      tellFault(thrown, digest)
      return
    }
    const before = tenants
    tenants = new Map([...fresh].map(([id, tenant]) => [id, sameOr(before.get(id), tenant)]))
    const changed = [...new Set([...before.keys(), ...fresh.keys()])].filter(
      (id) => before.get(id) !== tenants.get(id),
    )
    onReload?.({ tenants: tenants.size, changed })
    if (changed.length > 0) listeners.tell(changed)
  }

  const watching = watchText(file, first, {
    read: () => textOf(file),
    changed: (seen) => ('text' in seen ? take(seen.text) : tellFault(seen.unreadable)),
    onUnwatched: (err) =>
      onFault(
        { file, err },
        'the file system does not tell of changes of the tenants file; it is looked at in turns',
      ),
    pollMs,
    settleMs,
  })
  return { tenants: () => tenants, listen: listeners.add, close: watching.close }
}

const byId = (tenants: readonly Tenant[]): ReadonlyMap<string, Tenant> =>
  new Map(tenants.map((tenant) => [tenant.id, tenant]))

const sameOr = (before: Tenant | undefined, tenant: Tenant): Tenant =>
  before && isDeepStrictEqual(before, tenant) ? before : tenant
