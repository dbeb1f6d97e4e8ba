import { type Connection, principalId } from '@gateway/domain'
import { createRemoteJWKSet, customFetch } from 'jose'
import type Provider from 'oidc-provider'
import { findAccount, groupsThatMatter, saveAccount } from '../accounts.ts'
import { newGrant } from '../new-grant.ts'
import type { AuthorizationOptions } from '../options.ts'
import { resourceServer } from '../resource-server.ts'
import { fetchCapped } from '../sign-in/fetch-capped.ts'
import {
  createIdJagGrant,
  idJagGrantType,
  idJagParameters,
  type MintedToken,
  type MintRequest,
} from './id-jag.ts'

/** Key sets of the issuers of assertions, kept for all providers of a process. */
export type IssuerKeys = (connection: Connection) => ReturnType<typeof createRemoteJWKSet>

/** Reads the keys of issuers that operators have configured. */
export const createIssuerKeys = (): IssuerKeys => {
  const sets = new Map<string, ReturnType<IssuerKeys>>()
  return ({ jwksUri }) => {
    const kept = sets.get(jwksUri)
    if (kept) return kept
    const made = createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: 3_000,
      cooldownDuration: 30_000,
      [customFetch]: fetchCapped,
    })
    sets.set(jwksUri, made)
    return made
  }
}

/** Adds the grants that oidc-provider does not have. */
export const registerGrants = (
  provider: Provider,
  options: AuthorizationOptions,
  keysOf: IssuerKeys,
): void => {
  const { issuer, resource, directory, store, now } = options

  const mint = async (request: MintRequest): Promise<MintedToken> => {
    const { tenant, connection, subject, groups, client, scopes } = request
    const accountId = principalId(connection.issuer, subject)
    await saveAccount(store, accountId, {
      tenantId: tenant.id,
      idp: connection.issuer,
      pins: connection.pins,
      groups: groupsThatMatter(tenant, connection, groups),
      name: subject,
    })
    const scope = scopes.join(' ')
    const grantId = await newGrant(provider, options, {
      accountId,
      clientId: client.clientId,
      tenantId: tenant.id,
      scope,
    })
    const token = new provider.AccessToken({ accountId, client, grantId, gty: idJagGrantType, scope })
    token.resourceServer = new provider.ResourceServer(resource, resourceServer(resource))
    const access_token = await token.save()
    return { access_token, token_type: 'Bearer', expires_in: token.expiration, scope: token.scope ?? scope }
  }

  const handler = createIdJagGrant({
    issuer,
    resource,
    directory,
    store,
    keysOf,
    mint,
    async groupsKnown({ tenant, connection }, subject) {
      const accountId = principalId(connection.issuer, subject)
      const found = await findAccount(options, { tenantId: tenant.id, accountId })
      return found?.account.groups ?? []
    },
    now,
  })
  provider.registerGrantType(idJagGrantType, handler, idJagParameters)
}
