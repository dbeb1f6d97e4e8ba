import type { Operator } from './tenant-admin.ts'

/** What an operator has ended, in the words of the request; a person is named by their id in any case. */
export type Revoked =
  | { readonly user: string }
  | { readonly client: string }
  | { readonly grant: string }
  | { readonly token: string }
  | { readonly everybody: true }

export interface RevocationMade {
  readonly revoked: Revoked
  /** Seconds until every replica refuses it. */
  readonly effectiveWithinSeconds: number
}

/** A published signing key of the authorization server. */
export interface SigningKeyView {
  readonly kid: string
  readonly state: 'signing' | 'pending' | 'retired'
  /** UTC, ISO 8601. */
  readonly signsFrom: string
}

/**
 * What operators do about tokens, the same for the HTTP API and the command line. What changes something is audited, refused
 * or not. Throws `GatewayError` with `bad_request` (`details.issues`), `not_found`, `conflict` or `unavailable`.
 */
export interface AccessAdmin {
  /**
   * Ends what was issued before: of a person (`{user}`, or `{issuer, subject}` as their identity provider names them), an OAuth
   * client or everybody at the tenant, or one grant or one token.
   */
  revoke(tenantId: string, input: unknown, by: Operator): Promise<RevocationMade>
  signingKeys(): Promise<readonly SigningKeyView[]>
  /** Publishes the next key, and says from when on it signs; a `conflict` while one does not sign yet. */
  rotateSigningKeys(by: Operator): Promise<Pick<SigningKeyView, 'kid' | 'signsFrom'>>
}
