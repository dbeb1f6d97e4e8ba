import {
  type Connection,
  GatewayError,
  knownScopes,
  type Principal,
  principalId,
  type Scope,
} from '@gateway/domain'
import { refused } from './bearer.ts'
import type { Issuer } from './issuers.ts'

type Claims = Readonly<Record<string, unknown>>

/**
 * The principal of verified claims: what the signature check leaves open (audience to the letter, client, length
 * of life, pins) is checked here. Throws `invalid_token`, or `unknown_tenant` when no connection's pins match.
 */
export const principalOf = (
  issuer: Issuer,
  claims: Claims,
  context: { resource: string; now: number },
): Principal => {
  const matches = issuer.connections.filter(({ connection }) =>
    Object.entries(connection.pins).every(([name, value]) => claims[name] === value),
  )
  const [match, ...ambiguous] = matches
  if (!match || ambiguous.length > 0) {
    throw new GatewayError('unknown_tenant', 'Your sign-in belongs to no company that this gateway serves.', {
      cause: match ? 'pins of several connections match' : 'pins of no connection match',
    })
  }
  const { connection, tenant } = match

  const allowed = connection.allowedAudiences ?? [context.resource]
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  if (!audiences.every((audience) => allowed.includes(audience as string))) throw refused('aud')
  const { exp, iat } = claims as { exp: number; iat: number }
  if (exp - iat > connection.maxTokenLifeSeconds || iat * 1000 > context.now + 5_000) throw refused('life')
  if ('nonce' in claims || 'at_hash' in claims || 'c_hash' in claims) throw refused('an ID token')
  const { sub, jti } = claims
  const client = claims[connection.clientClaim]
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw refused('sub')
  if (typeof client !== 'string' || !connection.allowedClients.includes(client)) throw refused('client')

  const asked = claims[connection.scopeClaim]
  if (typeof asked !== 'string' && !Array.isArray(asked)) throw refused('scope')

  const groups = groupsIn(claims[connection.groupClaim])
  return {
    id: principalId(issuer.issuer, sub),
    issuer: issuer.issuer,
    subject: sub,
    tenantId: tenant.id,
    client,
    scopes: effectiveScopes(connection, words(asked), groups),
    groups,
    ...(typeof jti === 'string' && { tokenId: jti.slice(0, 128) }),
    tokenExpires: exp,
  }
}

/** What the token asks for, narrowed to what the connection allows and the person's groups map to. */
const effectiveScopes = (
  connection: Connection,
  asked: readonly string[],
  groups: readonly string[],
): Scope[] => {
  const { allowedScopes, groupToScope } = connection
  const mapped =
    groupToScope && groups.flatMap((group) => (Object.hasOwn(groupToScope, group) ? groupToScope[group] : []))
  return knownScopes(asked).filter(
    (scope) => allowedScopes.includes(scope) && (!mapped || mapped.includes(scope)),
  )
}

/** Words of a scope claim: an array of strings, or one string of words (RFC 6749 section 3.3). */
const words = (claim: unknown): string[] =>
  typeof claim === 'string' ? claim.split(' ').filter(Boolean) : strings(claim)

/** A string is one group: names of groups may hold spaces, and `staff aws-admins` must not make an admin. */
const groupsIn = (claim: unknown): string[] =>
  typeof claim === 'string' && claim !== '' ? [claim] : strings(claim)

const strings = (claim: unknown): string[] =>
  Array.isArray(claim) ? claim.filter((each) => typeof each === 'string').slice(0, 1000) : []
