import {
  type Connection,
  groupsIn,
  type OAuthStore,
  type Scope,
  scopesByGroups,
  type Tenant,
  type TenantConnection,
} from '@gateway/domain'
import { type Client, errors, type TokenEndpointGrantContext } from 'oidc-provider'
import { canonicalResource } from '../clients/resource-alias.ts'
import { tenantIdOfClient } from '../clients/tenant-clients.ts'
import {
  type AssertionDependencies,
  checkedClaims,
  isName,
  orUnavailable,
  refused,
  skewSeconds,
  verifiedAssertion,
} from './id-jag-assertion.ts'

/** What an access token is minted for. */
export interface MintRequest {
  readonly tenant: Tenant
  readonly connection: Connection
  /** By the connection's `subjectClaim`. */
  readonly subject: string
  readonly groups: readonly string[]
  readonly client: Client
  readonly scopes: readonly Scope[]
}

/** A token answer (RFC 6749 section 5.1). */
export interface MintedToken {
  readonly access_token: string
  /** Seconds. */
  readonly expires_in: number
  readonly token_type: string
  readonly scope: string
}

/** What the grant needs. */
export interface IdJagDependencies extends AssertionDependencies {
  readonly store: Pick<OAuthStore, 'claim'>
  /** Groups that the person's last sign-in named: assertions say who somebody is, and mostly not what they belong to. */
  groupsKnown(of: TenantConnection, subject: string): Promise<readonly string[]>
  mint(request: MintRequest): Promise<MintedToken>
}

/** Name of the grant (RFC 7523 section 2.1), and its parameters at the token endpoint. */
export const idJagGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const idJagParameters = ['assertion', 'scope', 'resource'] as const

type Parameters = { assertion?: string; scope?: string; resource?: string | string[] }

/**
 * The identity assertion grant (draft-ietf-oauth-identity-assertion-authz-grant): the company's sign-in vouches for a person at
 * one client, and the client gets an access token for them, without a browser. The sign-in that issued the assertion decides
 * the tenant, and nothing else in it does. Throws OAuth errors only: `invalid_grant`, `invalid_target`, `invalid_scope`, and
 * `temporarily_unavailable` with status 503 where somebody else is to blame.
 */
export const createIdJagGrant =
  (dependencies: IdJagDependencies) =>
  async (ctx: TokenEndpointGrantContext<Parameters>): Promise<void> => {
    const { client, params } = ctx.oidc
    const { assertion, scope, resource } = params
    if (typeof assertion !== 'string' || assertion === '') {
      throw new errors.InvalidRequest('The parameter assertion is missing')
    }
    if (resource !== undefined && canonicalResource(resource, dependencies.resource) === undefined) {
      throw new errors.InvalidTarget('The resource is not that of this gateway')
    }
    const { issued, claims } = await verifiedAssertion(assertion, dependencies)
    const { tenant, connection } = issued
    const { jti, exp } = checkedClaims(claims, client.clientId, dependencies)
    const subject = claims[connection.subjectClaim]
    if (!isName(subject)) throw refused(connection.subjectClaim)
    // A client that one tenant registered is of no use to another one's people.
    const owner = tenantIdOfClient(client.clientId)
    if (owner !== undefined && owner !== tenant.id) throw refused('client of another tenant')
    if (tenant.status !== 'active') throw refused('tenant is suspended')
    const said = claims[connection.groupClaim]
    const groups =
      said === undefined
        ? await orUnavailable(() => dependencies.groupsKnown(issued, subject))
        : groupsIn(said)
    const scopes = grantedScopes(connection, groups, scope, claims.scope)
    const ttlSeconds = Math.ceil(exp - dependencies.now() / 1000) + 2 * skewSeconds
    const first = await orUnavailable(() =>
      dependencies.store.claim('IdJag', `${connection.issuer} ${jti}`, ttlSeconds),
    )
    if (!first) throw refused('jti was used before')
    const token = await orUnavailable(() =>
      dependencies.mint({ tenant, connection, subject, groups, client, scopes }),
    )
    const { access_token, token_type, expires_in, scope: granted } = token
    ctx.body = { access_token, token_type, expires_in, scope: granted }
  }

/** What the request asks for, within what the assertion says and the person may have; `aws:read` where neither says. */
const grantedScopes = (
  connection: Connection,
  groups: readonly string[],
  asked: string | undefined,
  asserted: unknown,
): Scope[] => {
  if (asserted !== undefined && typeof asserted !== 'string') throw refused('scope')
  const limit = asserted === undefined ? ['aws:read'] : asserted.split(' ')
  const wanted = asked ? asked.split(' ').filter((scope) => limit.includes(scope)) : limit
  const scopes = scopesByGroups(connection, groups).filter((each) => wanted.includes(each))
  if (scopes.length === 0) {
    throw new errors.InvalidScope(
      'Nothing of the scope is granted to this person at this client',
      asked ?? '',
    )
  }
  return scopes
}
