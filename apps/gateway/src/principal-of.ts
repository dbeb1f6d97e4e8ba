import {
  type Connection,
  GatewayError,
  groupsIn,
  type Principal,
  principalId,
  type Scope,
  scopesByGroups,
} from '@gateway/domain'
import { refused } from './bearer.ts'
import type { IssuedConnection } from './direct-issuer.ts'
import type { Claims } from './issuers.ts'

/**
 * The principal of verified claims of a company's own sign-in: what the signature check leaves open (audience to the letter,
 * client, length of life, pins) is checked here. Throws `invalid_token`, or `unknown_tenant` when no connection's pins match.
 */
export const principalOf = (
  connections: readonly IssuedConnection[],
  claims: Claims,
  context: { resource: string; now: number },
): Principal => {
  const matches = connections.filter(({ connection }) =>
    Object.entries(connection.pins).every(([name, value]) => claims[name] === value),
  )
  const [match, ...ambiguous] = matches
  if (!match || ambiguous.length > 0) {
    throw new GatewayError('unknown_tenant', 'Your sign-in belongs to no company that this gateway serves.', {
      cause: match ? 'pins of several connections match' : 'pins of no connection match',
    })
  }
  const { connection, tenant } = match
  if (!connection.directTokens) throw refused(directTokensOff)

  const allowed = connection.allowedAudiences ?? [context.resource]
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  if (!audiences.every((audience) => allowed.includes(audience as string))) throw refused('aud')
  const { exp, iat } = claims as { exp: number; iat: number }
  if (exp - iat > connection.maxTokenLifeSeconds || iat * 1000 > context.now + 5_000) throw refused('life')
  if (isIdToken(claims)) throw refused('an ID token')
  const { jti } = claims
  const subject = claims[connection.subjectClaim]
  const client = claims[connection.clientClaim]
  if (typeof subject !== 'string' || subject === '' || subject.length > 255) throw refused('subject')
  if (typeof client !== 'string' || !connection.allowedClients.includes(client)) throw refused('client')

  const asked = claims[connection.scopeClaim]
  if (typeof asked !== 'string' && !Array.isArray(asked)) throw refused('scope')

  const groups = groupsIn(claims[connection.groupClaim])
  return {
    id: principalId(connection.issuer, subject),
    issuer: connection.issuer,
    subject,
    tenantId: tenant.id,
    client,
    scopes: effectiveScopes(connection, words(asked), groups),
    groups,
    ...(typeof jti === 'string' && { tokenId: jti.slice(0, 128) }),
    issuedAt: iat,
    tokenExpires: exp,
  }
}

/** Why a token of a company's own sign-in is refused where the connection is only for signing in by a browser. */
export const directTokensOff = 'direct tokens are off'

/** What the token asks for, narrowed to what the connection allows and the person's groups map to. */
const effectiveScopes = (
  connection: Connection,
  asked: readonly string[],
  groups: readonly string[],
): Scope[] => scopesByGroups(connection, groups).filter((scope) => asked.includes(scope))

/** Whether claims are of an ID token, which says who signed in and opens nothing (OpenID Connect Core 1.0 section 2). */
export const isIdToken = (claims: Claims): boolean =>
  'nonce' in claims || 'at_hash' in claims || 'c_hash' in claims

/** Words of a scope claim: an array of strings, or one string of words (RFC 6749 section 3.3). */
export const words = (claim: unknown): string[] =>
  typeof claim === 'string' ? claim.split(' ').filter(Boolean) : groupsIn(claim)
