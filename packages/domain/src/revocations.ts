/** Whose tokens, of which tenant, may have been revoked. */
export interface RevocationSubject {
  readonly tenantId: string
  /** Id of the principal. */
  readonly userId: string
  readonly clientId: string
  /** `jti`. */
  readonly tokenId?: string
  /** OAuth grant. */
  readonly grantId?: string
}

/** What is revoked of a subject. */
export interface RevocationState {
  /** Its token or its grant is on the denylist. */
  readonly denied: boolean
  /**
   * Seconds since the epoch; tokens issued before are revoked: the latest epoch of the user, the client and the tenant, and of
   * the moment at which the store was found to have lost what it knew.
   */
  readonly notBefore: number
}

/** What one revocation ends. */
export type Revocation = { readonly tenantId: string } & (
  | { readonly kind: 'token' | 'grant'; readonly id: string; readonly ttlSeconds: number }
  | { readonly kind: 'user' | 'client'; readonly id: string }
  | { readonly kind: 'tenant' }
)

/**
 * Denylist and epochs, keyed by claims and never by a token, each under its tenant. A sentinel beside them tells a store
 * that knows of no revocation from one that has lost them: where it is gone, everything issued before is refused. Every method
 * rejects when the store cannot be reached.
 */
export interface RevocationStore {
  /** One round trip. */
  read(subject: RevocationSubject): Promise<RevocationState>
  /** An epoch is the next full second of the store's clock, so that tokens of the same second are ended too. */
  revoke(revocation: Revocation): Promise<void>
}
