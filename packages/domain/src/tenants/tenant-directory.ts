import type { Connection } from '../connection.ts'
import type { Tenant } from '../tenant.ts'

/** One company sign-in of one tenant. */
export interface TenantConnection {
  readonly tenant: Tenant
  readonly connection: Connection
}

/**
 * The tenants that are in force, from whichever source. A tenant that changes is another object; whoever remembers
 * anything of a tenant compares by identity, or listens.
 */
export interface TenantDirectory {
  /** The tenant if this process knows it just now, for the path of every request; undefined says nothing. */
  known(tenantId: string): Tenant | undefined
  /** Undefined where there is no such tenant. Rejects with `unavailable` when nobody can tell. */
  find(tenantId: string): Promise<Tenant | undefined>
  /** Every connection with this issuer (`iss`, exactly). Rejects with `unavailable` when nobody can tell. */
  issuedBy(issuer: string): Promise<readonly TenantConnection[]>
  /** Ids of all tenants in order, page by page: those after `after`, at most `limit`. */
  list(after: string | undefined, limit: number): Promise<readonly string[]>
  /**
   * Hears the id of each tenant that has changed or is gone, within seconds on every replica, and `undefined` when any
   * may have. What it sees through `find` afterwards is what is in force. The returned function ends that.
   */
  listen(hear: (tenantId: string | undefined) => void): () => void
}
