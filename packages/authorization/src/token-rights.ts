import { type OAuthStore, type RevocationStore, scopesByGroups, type TenantDirectory } from '@gateway/domain'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { findAccount } from './accounts.ts'
import { tenantOfGrant } from './new-grant.ts'

/** What a token may say, decided when it is minted. */
export interface TokenRights {
  /**
   * Claims beside those of RFC 9068, `scope` among them, narrowed here and on the token to what the person can have now. Throws
   * `invalid_grant` where they, their company or its sign-in are gone, or what they hold was revoked.
   */
  claimsOf(ctx: KoaContextWithOIDC, token: TokenUnderWay): Promise<Record<string, unknown>>
}

/** The parts of oidc-provider's tokens that are used here. */
export interface TokenUnderWay {
  readonly kind: string
  readonly clientId?: string | undefined
  readonly accountId?: string
  readonly grantId?: string
  scope?: string | undefined
}

export interface TokenRightsOptions {
  readonly store: OAuthStore
  readonly directory: Pick<TenantDirectory, 'find'>
  readonly revocations: Pick<RevocationStore, 'read'>
  now(): number
  /** Claims of a client that acts for itself. */
  machineClaims(token: TokenUnderWay): Promise<Record<string, unknown>>
}

export const createTokenRights = (options: TokenRightsOptions): TokenRights => ({
  async claimsOf(ctx, token) {
    if (token.kind === 'ClientCredentials') return options.machineClaims(token)
    const { accountId, grantId, clientId } = token
    if (accountId === undefined || clientId === undefined || grantId === undefined)
      throw new errors.InvalidGrant('nobody is signed in')
    const tenantId = await tenantOfGrant(options.store, grantId)
    const found = tenantId === undefined ? undefined : await findAccount(options, { tenantId, accountId })
    if (!found) throw new errors.InvalidGrant('the person cannot sign in any more')
    const { account, tenant, connection } = found
    if (tenant.status !== 'active') throw new errors.InvalidGrant('the company is suspended')
    const state = await options.revocations.read({
      tenantId: tenant.id,
      userId: accountId,
      clientId,
      grantId,
    })
    if (state.denied || (signedInAt(ctx) ?? options.now() / 1000) < state.notBefore)
      throw new errors.InvalidGrant('the grant was revoked')
    const rights = scopesByGroups(connection, account.groups)
    const scope = (token.scope ?? '').split(' ').filter((each) => rights.some((right) => right === each))
    if (scope.length === 0) throw new errors.InvalidGrant('the person may not do any of it any more')
    token.scope = scope.join(' ')
    return {
      scope: token.scope,
      tenant: tenant.id,
      idp: account.idp,
      groups: account.groups,
      gid: grantId,
    }
  },
})

/** Seconds since the epoch of the sign-in that the token goes back to; undefined where it is this moment. */
const signedInAt = ({ oidc }: KoaContextWithOIDC): number | undefined => {
  const { RefreshToken, AuthorizationCode } = oidc.entities
  return RefreshToken?.iiat ?? AuthorizationCode?.iat
}
