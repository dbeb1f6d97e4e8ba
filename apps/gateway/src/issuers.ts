import { ConfigurationError, type Connection, type Tenant } from '@gateway/domain'
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
 * The issuer table: the only place where a token's `iss` leads to anything. Throws `ConfigurationError` for
 * connections of one issuer that would let a caller of one company into another.
 */
export const issuerTable = (
  tenants: readonly Tenant[],
  options: { now(): number; changed(): void },
): ReadonlyMap<string, Issuer> => {
  const faults = sharedFaults(tenants)
  if (faults.length > 0) throw new ConfigurationError('The tenants file', faults)
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

/** Issuers whose tokens are of every company in the world. */
const publicIssuers =
  /^(https:\/\/)?(accounts\.google\.com|login\.microsoftonline\.com\/(common|organizations|consumers)\b)/

const sharedFaults = (tenants: readonly Tenant[]): string[] => {
  const all = tenants.flatMap((tenant, t) =>
    tenant.connections.map((connection, c) => ({ connection, path: `tenants[${t}].connections[${c}]` })),
  )
  return all.flatMap(({ connection, path }, i) => {
    const others = all.filter((each, j) => j !== i && each.connection.issuer === connection.issuer)
    const faults: string[] = []
    if (
      (others.length > 0 || publicIssuers.test(connection.issuer)) &&
      Object.keys(connection.pins).length === 0
    ) {
      faults.push(`${path}.pins: an issuer of several companies needs pins`)
    }
    for (const name of ['jwksUri', 'algorithms', 'typ'] as const) {
      // Keys, algorithms and typ are checked before anybody knows which of the connections a token belongs to.
      const own = String(connection[name])
      if (others.some((other) => String(other.connection[name]) !== own))
        faults.push(`${path}.${name}: differs from another connection of the same issuer`)
    }
    return faults
  })
}
