import { createHash } from 'node:crypto'

/** A tenant as it is stored: JSON of the shape of one entry of a tenants file. */
export interface StoredTenant {
  readonly document: string
  /** Grows by one with each write; 0 stands for "there is none". */
  readonly version: number
}

/** What is written together. */
export interface TenantWrite {
  readonly id: string
  readonly document: string
  /** Names that no other tenant may hold: role ARNs, external ids, issuers with their pins. Those no longer named are freed. */
  readonly claims: readonly string[]
  /** Issuers under which the tenant is found. */
  readonly issuers: readonly string[]
  /** ARNs of its roles. What verifying any other one has found is forgotten: of a role that comes back, it says nothing. */
  readonly roles: readonly string[]
}

/** What verifying one role has found, with what it was found beside. */
export interface KeptFinding {
  readonly roleArn: string
  /** JSON. */
  readonly value: string
  /** What is kept of the role so far, to the letter. */
  readonly replaces: string | undefined
  /** Of the stored tenant whose role it is; 0 for one of the tenants file, of which the store knows nothing. */
  readonly version: number
  /** Whether the tenant is announced. */
  readonly announce: boolean
}

export type WriteOutcome =
  | { readonly outcome: 'written'; readonly version: number }
  /** The stored version is another than the expected one; nothing was written. */
  | { readonly outcome: 'stale'; readonly version: number }
  /** Another tenant holds `claim`; nothing was written. */
  | { readonly outcome: 'claimed'; readonly claim: string }
  /** The id is that of a tenant that was removed: it is never given away again. */
  | { readonly outcome: 'retired' }

/**
 * Tenants that are made and changed while the gateway runs, with optimistic concurrency; and what verifying their
 * roles and those of the tenants file has found. Every method but `listen` rejects when the store cannot be reached.
 */
export interface TenantStore {
  read(tenantId: string): Promise<StoredTenant | undefined>
  /** Ids after `after` in byte order, at most `limit`. */
  list(after: string | undefined, limit: number): Promise<readonly string[]>
  withIssuer(issuer: string): Promise<readonly string[]>
  /** `issuerDigest` of every issuer under which a tenant is found; what is announced while they are read may be missing. */
  issuerDigests(): Promise<ReadonlySet<string>>
  /** Writes if the stored version is `expected` (0: there must be none), all or nothing, and announces it. */
  write(tenant: TenantWrite, expected: number): Promise<WriteOutcome>
  /** Removes the tenant, its claims and its verifications if its version is `expected`; its id stays taken. */
  remove(tenantId: string, expected: number): Promise<'removed' | 'stale'>
  /** What `verified` was last told of each role of a tenant, by role ARN. */
  verifications(tenantId: string): Promise<ReadonlyMap<string, string>>
  /** Keeps what was found of a role; `stale`, and nothing is, if the version or what is kept is another one by now. */
  verified(tenantId: string, found: KeptFinding): Promise<'kept' | 'stale'>
  /** Ids of what is announced, by any replica, and `undefined` when some may have been missed. */
  listen(hear: (tenantId: string | undefined) => void): Promise<() => void>
}

/** What stands for an issuer's name, which may be of any length: its SHA-256 in hexadecimal digits. */
export const issuerDigest = (issuer: string): string => createHash('sha256').update(issuer).digest('hex')
