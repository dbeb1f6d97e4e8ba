import { crossFaults, type Tenant, type TenantConnection, type TenantStore } from '@gateway/domain'
import { createKnownIssuers } from './known-issuers.ts'
import { createLazyCache } from './lazy-cache.ts'
import type { OnFault } from './on-fault.ts'
import { reach } from './reach-store.ts'

/** Which stored tenants sign in with an issuer, and which connections of all tenants that makes. */
export interface IssuerIndex {
  /** Ids of stored tenants; rejects with `unavailable`. */
  idsOf(issuer: string): Promise<readonly string[]>
  /** The same array for the same tenants, so that whoever keeps something by it need not make it again. */
  connections(
    issuer: string,
    tenants: { readonly file: readonly Tenant[]; readonly stored: readonly Tenant[] },
  ): readonly TenantConnection[]
  invalidate(): void
}

export interface IssuerIndexOptions {
  readonly store: Pick<TenantStore, 'withIssuer' | 'issuerDigests'>
  readonly onFault: OnFault
  readonly max: number
  readonly maxAgeMs: number
  readonly missingMs: number
  now(): number
}

export const createIssuerIndex = (options: IssuerIndexOptions): IssuerIndex => {
  const { store, onFault, max } = options
  const ids = createLazyCache<readonly string[]>({
    ...options,
    load: async (issuer) => {
      const found = await reach(() => store.withIssuer(issuer))
      return found.length > 0 ? found : undefined
    },
  })
  const known = createKnownIssuers(options)
  // Only issuers that somebody has are remembered here.
  const made = new Map<string, Made>()

  return {
    idsOf: async (issuer) => ((await known.mayHave(issuer)) && (await ids.get(issuer))) || [],
    connections(issuer, { file, stored }) {
      const all = [...file, ...stored]
      if (all.length === 0) {
        made.delete(issuer)
        return []
      }
      const before = made.get(issuer)
      if (before && sameItems(before.from, all)) return before.connections
      const { unclear, faults } = unclearAmong(issuer, file, stored)
      if (faults.length > 0) onFault({ issuer, faults }, 'stored tenants of one issuer cannot be told apart')
      const connections = all
        .filter((tenant) => !unclear.has(tenant.id))
        .flatMap((tenant) =>
          tenant.connections
            .filter((connection) => connection.issuer === issuer)
            .map((connection) => ({ tenant, connection })),
        )
      if (made.size >= max) made.clear()
      made.set(issuer, { from: all, connections })
      return connections
    },
    invalidate() {
      known.invalidate()
      ids.invalidate(undefined)
    },
  }
}

interface Made {
  readonly from: readonly Tenant[]
  readonly connections: readonly TenantConnection[]
}

/**
 * Stored tenants whose connections with an issuer do not go together. Writing them is refused, but two that are written
 * at the same moment do not see one another: then nobody is signed in by what is ambiguous.
 */
const unclearAmong = (
  issuer: string,
  file: readonly Tenant[],
  stored: readonly Tenant[],
): { readonly unclear: ReadonlySet<string>; readonly faults: readonly string[] } => {
  const unclear = new Set<string>()
  const faults: string[] = []
  const placed = [...file, ...stored].map((tenant) => ({
    tenant: {
      ...tenant,
      connections: tenant.connections.filter((each) => each.issuer === issuer),
      accounts: [],
    },
    at: tenant.id,
  }))
  for (const fault of crossFaults(placed)) {
    for (const { id } of stored) {
      if (!fault.startsWith(`${id}.`) && !fault.includes(` at ${id}.`)) continue
      unclear.add(id)
      faults.push(fault)
    }
  }
  return { unclear, faults }
}

const sameItems = (one: readonly Tenant[], other: readonly Tenant[]): boolean =>
  one.length === other.length && one.every((each, i) => each === other[i])
