import type { OAuthStore, RevocationStore } from '@gateway/domain'
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose'
import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import { tenantOfGrant } from './new-grant.ts'
import { accessTokenSeconds } from './resource-server.ts'
import { useAfter } from './use-after.ts'

export interface RevocationsMadeOptions {
  readonly issuer: string
  readonly resource: string
  readonly store: OAuthStore
  readonly revocations: RevocationStore
  /** Keys of the provider. */
  readonly jwks: readonly JWK[]
  onRevoked(ctx: KoaContextWithOIDC, tenantId: string | undefined): Promise<void>
}

/**
 * Makes revocations hold for access tokens, which are JWTs that nobody looks up: a token goes on the denylist by its `jti`
 * (RFC 7009; oidc-provider only refuses those), and with a grant go all tokens of it, when a refresh token is revoked or reused
 * and when a code is used twice. The answer waits until that is written.
 */
export const revokeForReal = (provider: Provider, options: RevocationsMadeOptions): void => {
  const { issuer, resource, store, revocations, jwks, onRevoked } = options
  const revokedGrants = new WeakMap<object, string[]>()
  const publicKeys = createLocalJWKSet({ keys: jwks.map(({ d: _, ...key }) => key) })

  provider.on('grant.revoked', (ctx, grantId) => {
    const grants = revokedGrants.get(ctx) ?? []
    revokedGrants.set(ctx, [...grants, grantId])
  })

  const denyGrant = async (grantId: string): Promise<string | undefined> => {
    const tenantId = await tenantOfGrant(store, grantId)
    if (tenantId === undefined) return undefined
    await revocations.revoke({ tenantId, kind: 'grant', id: grantId, ttlSeconds: accessTokenSeconds + 60 })
    return tenantId
  }

  const denyToken = async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { client, params } = ctx.oidc
    const verified = await jwtVerify(String(params?.token), publicKeys, { issuer, audience: resource }).catch(
      () => undefined,
    )
    const { client_id, tenant, jti } = verified?.payload ?? {}
    // Nothing to revoke, or nothing of this client's: the answer is the same (RFC 7009 section 2.2).
    if (client_id !== client?.clientId || typeof tenant !== 'string' || jti === undefined) return
    await revocations.revoke({
      tenantId: tenant,
      kind: 'token',
      id: jti,
      ttlSeconds: accessTokenSeconds + 60,
    })
    await onRevoked(ctx, tenant)
  }

  useAfter(provider, async (ctx) => {
    for (const grantId of revokedGrants.get(ctx) ?? []) await onRevoked(ctx, await denyGrant(grantId))
    const refusedAsJwt =
      ctx.oidc?.route === 'revocation' &&
      z.object({ error: z.literal('unsupported_token_type') }).safeParse(ctx.body).success
    if (refusedAsJwt) {
      await denyToken(ctx)
      ctx.status = 200
      ctx.body = ''
    }
  })
}
