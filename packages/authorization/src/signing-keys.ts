import type { JWK } from 'jose'

/** Private ES256 keys of the authorization server, shared by its replicas, as they are used now. */
export interface SigningKeySet {
  /** Private JWKs (`kid`, `alg`, `use`), the one that signs first; all are published. */
  readonly jwks: readonly [JWK, ...JWK[]]
  /** Changes with the keys. */
  readonly version: string
}

/** One published key, as operators see it. */
export interface SigningKeyState {
  readonly kid: string
  /** `pending`: signs later; `retired`: signs no more, and is published while tokens live that it signed. */
  readonly state: 'signing' | 'pending' | 'retired'
  /** Milliseconds since the epoch. */
  readonly signsFrom: number
}

/** The keys, from the store of all replicas. */
export interface SigningKeys {
  /** Rejects when the store cannot be reached and nothing recent is known. */
  current(): Promise<SigningKeySet>
  /** Public key of a token's `kid` as SPKI PEM; undefined for one that is not published. Rejects like `current`. */
  publicKey(kid: string): Promise<string | undefined>
  /** All published keys as the store has them just now, the newest first. Rejects when it cannot be reached. */
  list(): Promise<readonly SigningKeyState[]>
  /** Publishes a new key, which signs once everybody knows it; tells when that is, in milliseconds since the epoch. */
  rotate(): Promise<{ readonly kid: string; readonly signsFrom: number }>
}
