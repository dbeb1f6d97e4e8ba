import { createHash } from 'node:crypto'

/** Scopes of the gateway, least first. */
export const scopes = ['aws:read', 'aws:write', 'aws:admin'] as const
export type Scope = (typeof scopes)[number]

/** A verified caller. It carries nothing of the token but what was verified, and never the token itself. */
export interface Principal {
  /** `principalId(issuer, subject)`: stable, and says nothing about the person. */
  readonly id: string
  readonly issuer: string
  readonly subject: string
  readonly tenantId: string
  /** OAuth client that the token was issued to. */
  readonly client: string
  readonly scopes: readonly Scope[]
  /** Scopes that the person could have by signing in for them (step-up); absent where they have all they can get. */
  readonly mayHold?: readonly Scope[]
  readonly groups: readonly string[]
  /** `jti`, where the issuer writes one. */
  readonly tokenId?: string
  /** The OAuth grant that the token is of, where the authorization server is ours. */
  readonly grantId?: string
  /** `iat`, in seconds since the epoch; absent where no token was needed. */
  readonly issuedAt?: number
  /** `exp`, in seconds since the epoch; absent where no token was needed. */
  readonly tokenExpires?: number
}

/** The id under which a user is known everywhere in the gateway: base64url(SHA-256(issuer "|" subject)). */
export const principalId = (issuer: string, subject: string): string =>
  createHash('sha256').update(`${issuer}|${subject}`).digest('base64url')

/** Scopes named in `text` that the gateway knows; others are ignored. */
export const knownScopes = (names: readonly string[]): Scope[] =>
  scopes.filter((scope) => names.includes(scope))
