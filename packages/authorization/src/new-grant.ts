import type { OAuthStore } from '@gateway/domain'
import type Provider from 'oidc-provider'
import { z } from 'zod'

/** Seconds after which a grant ends whatever is done with it. */
export const grantSeconds = 30 * 24 * 3600

/**
 * A grant of these scopes, one for each sign-in, so that revoking one ends no other; whose tenant it is stays known for as long
 * as tokens of it may be revoked. Its id.
 */
export const newGrant = async (
  provider: Provider,
  { resource, store }: { readonly resource: string; readonly store: OAuthStore },
  granted: {
    readonly accountId: string
    readonly clientId: string
    readonly tenantId: string
    readonly scope: string
  },
): Promise<string> => {
  const { accountId, clientId, tenantId, scope } = granted
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope('openid offline_access')
  grant.addResourceScope(resource, scope)
  const grantId = await grant.save()
  const value: z.infer<typeof grantTenant> = { tenantId }
  await store.upsert('GrantTenant', grantId, JSON.stringify(value), { ttlSeconds: grantSeconds + 3600 })
  return grantId
}

/** The tenant whose grant it is; undefined for one that nobody knows. */
export const tenantOfGrant = async (
  store: Pick<OAuthStore, 'find'>,
  grantId: string,
): Promise<string | undefined> => {
  const entry = await store.find('GrantTenant', grantId)
  return entry && grantTenant.parse(JSON.parse(entry.value)).tenantId
}

const grantTenant = z.object({ tenantId: z.string() })
