import type { Connection, Tenant } from '@gateway/domain'
import { createKeySet, type KeySet } from './key-set.ts'

/** One company sign-in of one tenant. */
export interface TenantConnection {
  readonly tenant: Tenant
  readonly connection: Connection
}

/** An issuer whose tokens are accepted, with the connections that its tokens may belong to. */
export interface Issuer {
  readonly issuer: string
  readonly keys: KeySet
  readonly algorithms: Connection['algorithms']
  readonly typ: readonly string[]
  readonly connections: readonly [TenantConnection, ...TenantConnection[]]
}

/**
 * The issuer table: the only place where a token's `iss` leads to anything. Connections of one issuer agree in keys,
 * algorithms and typ; the tenants file is refused where they do not.
 */
export const issuerTable = (
  tenants: readonly Tenant[],
  options: { now(): number; changed(): void },
): ReadonlyMap<string, Issuer> => {
  const table = new Map<string, Issuer>()
  for (const tenant of tenants) {
    for (const connection of tenant.connections) {
      const { issuer, jwksUri, algorithms, typ } = connection
      const known = table.get(issuer)
      const keys = known?.keys ?? createKeySet({ jwksUri, now: options.now, changed: options.changed })
      const others = known?.connections ?? []
      table.set(issuer, { issuer, keys, algorithms, typ, connections: [{ tenant, connection }, ...others] })
    }
  }
  return table
}
