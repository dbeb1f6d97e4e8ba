/** One entry of an authorization server. `value` is JSON text. */
export interface OAuthEntry {
  readonly value: string
  /** Seconds since the epoch at which it was consumed; absent where it was not. */
  readonly consumedAt?: number
}

/** How an entry is kept. */
export interface OAuthEntryBounds {
  readonly ttlSeconds: number
  /** The OAuth grant that it is of: it ends with it. */
  readonly grantId?: string
  /** A second name under which it is found. */
  readonly uid?: string
}

/**
 * What an authorization server keeps for all its replicas: clients, interactions, grants, codes, refresh tokens, accounts
 * and values of single use. Nobody is signed in when most of it is made, so it belongs to no tenant; ids are secrets (codes,
 * tokens) and only their SHA-256 is stored. Times are those of the store's clock. Every method rejects when the store cannot
 * be reached.
 */
export interface OAuthStore {
  upsert(model: string, id: string, value: string, bounds: OAuthEntryBounds): Promise<void>
  find(model: string, id: string): Promise<OAuthEntry | undefined>
  findByUid(model: string, uid: string): Promise<OAuthEntry | undefined>
  /** True for exactly one caller, however many there are at once; false for an entry that is consumed or unknown. */
  consume(model: string, id: string): Promise<boolean>
  destroy(model: string, id: string): Promise<void>
  /** Everything of a grant, on the spot. */
  revokeByGrantId(grantId: string): Promise<void>
  /** Renews the life of an entry; false where there is none. */
  touch(model: string, id: string, ttlSeconds: number): Promise<boolean>
  /** Takes a value of single use: whoever is first gets it. */
  take(model: string, id: string): Promise<string | undefined>
  /** Counts up from one, and forgets the count `ttlSeconds` after its start. */
  count(model: string, id: string, ttlSeconds: number): Promise<number>
  /** True for the first to name this id within its life (`SET NX`). */
  claim(model: string, id: string, ttlSeconds: number): Promise<boolean>
  /** The sealed signing keys of the authorization server. */
  readKeys(): Promise<string | undefined>
  /** Replaces them only where they still are `from`; true if it did. */
  replaceKeys(from: string | undefined, to: string): Promise<boolean>
}
