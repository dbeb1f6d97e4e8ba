import type { SigningKeys } from '@gateway/authorization'
import {
  type Connection,
  GatewayError,
  knownScopes,
  type Principal,
  type Scope,
  scopes,
  scopesByGroups,
  type TenantDirectory,
} from '@gateway/domain'
import { refused } from './bearer.ts'
import type { Claims, Issuer } from './issuers.ts'
import { isIdToken, words } from './principal-of.ts'

/** What is needed to check tokens of the gateway's own authorization server. */
export interface AuthorizationIssuerOptions {
  readonly issuer: string
  /** Canonical resource: the one audience. */
  readonly resource: string
  readonly keys: Pick<SigningKeys, 'publicKey'>
  readonly directory: Pick<TenantDirectory, 'known' | 'find'>
}

/** Longest life of an access token of the authorization server. */
const maxLifeSeconds = 15 * 60

/**
 * The gateway's own authorization server. Its tokens say which tenant and which company sign-in somebody came by; whether
 * that tenant still lets people sign in there, and what their groups give them, is looked up for each token anew.
 */
export const authorizationIssuer = (options: AuthorizationIssuerOptions): Issuer => {
  const { issuer, resource, directory } = options
  return {
    issuer,
    algorithms: ['ES256'],
    typ: ['at+jwt'],
    kid: /^[A-Za-z0-9_-]{1,64}$/,
    audiences: [resource],
    maxLifeSeconds,
    requiredClaims: ['exp', 'iat', 'iss', 'aud', 'jti', 'sub', 'client_id', 'scope', 'tenant'],
    keys: {
      async find({ kid }) {
        const pem = await options.keys.publicKey(kid).catch(unavailable)
        if (pem === undefined) throw refused('unknown kid')
        return pem
      },
    },
    async principalOf(claims, now) {
      const { exp, iat } = claims as { exp: number; iat: number }
      if (claims.aud !== resource) throw refused('aud')
      if (exp - iat > maxLifeSeconds || iat * 1000 > now + 5_000) throw refused('life')
      if (isIdToken(claims)) throw refused('an ID token')
      const id = textIn(claims, 'sub', /^[A-Za-z0-9_-]{43}$/)
      const tenantId = textIn(claims, 'tenant', /^[a-z0-9][a-z0-9-]{0,31}$/)
      const groups = ownGroups(claims.groups)
      const client = textIn(claims, 'client_id')
      const reach =
        'idp' in claims
          ? reachOf(await connectionsOf(directory, tenantId, textIn(claims, 'idp')), groups)
          : await reachOfMachine(directory, tenantId, client)
      const asked = words(textIn(claims, 'scope', /^/))
      return {
        id,
        issuer,
        subject: id,
        tenantId,
        client,
        scopes: knownScopes(asked).filter((scope) => reach.includes(scope)),
        mayHold: reach,
        groups,
        tokenId: textIn(claims, 'jti', /^.{1,128}$/s),
        ...('gid' in claims && { grantId: textIn(claims, 'gid', /^.{1,128}$/s) }),
        issuedAt: iat,
        tokenExpires: exp,
      } satisfies Principal
    },
  }
}

/**
 * The ways in which people sign in to a tenant by the company's issuer `idp`. A token of a tenant that is gone, or that does
 * not let anybody sign in there any more, is refused.
 */
const connectionsOf = async (
  directory: AuthorizationIssuerOptions['directory'],
  tenantId: string,
  idp: string,
): Promise<readonly Connection[]> => {
  const tenant = directory.known(tenantId) ?? (await directory.find(tenantId))
  const found = (tenant?.connections ?? []).filter(
    ({ issuer, clientId, idJag }) => issuer === idp && (clientId !== undefined || idJag),
  )
  if (found.length === 0) throw refused(tenant ? 'no sign-in of the tenant' : 'no tenant')
  return found
}

/** What a machine of the tenant has; a token that says nothing of a sign-in is of no person, and of nobody if it is of no machine. */
const reachOfMachine = async (
  directory: AuthorizationIssuerOptions['directory'],
  tenantId: string,
  client: string,
): Promise<Scope[]> => {
  const tenant = directory.known(tenantId) ?? (await directory.find(tenantId))
  const machine = tenant?.machineClients?.find(({ clientId }) => clientId === client)
  if (!machine) throw refused('no machine of the tenant')
  return [...machine.scopes]
}

/**
 * What somebody of these groups can be given. Where several connections share the issuer, each with its pins, the
 * authorization server has chosen one and narrowed the token's scopes to it.
 */
const reachOf = (connections: readonly Connection[], groups: readonly string[]): Scope[] => {
  const each = connections.map((connection) => scopesByGroups(connection, groups))
  return scopes.filter((scope) => each.some((some) => some.includes(scope)))
}

const textIn = (claims: Claims, name: string, shape = /^.{1,2048}$/s): string => {
  const value = claims[name]
  if (typeof value !== 'string' || !shape.test(value)) throw refused(name)
  return value
}

const ownGroups = (claim: unknown): string[] => {
  if (claim === undefined) return []
  if (!Array.isArray(claim) || !claim.every((each) => typeof each === 'string')) throw refused('groups')
  return claim
}

const unavailable = (cause: unknown): never => {
  if (cause instanceof GatewayError) throw cause
  throw new GatewayError('unavailable', 'The keys of the sign-in service cannot be read just now.', {
    cause,
    details: { retryAfterSeconds: 5 },
  })
}
