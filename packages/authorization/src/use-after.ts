import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'

/** Runs `after` behind every request that oidc-provider routes, before its answer is sent. */
export const useAfter = (provider: Provider, after: (ctx: KoaContextWithOIDC) => Promise<void>): void => {
  provider.use(async (ctx, next) => {
    await next()
    if (isRouted(ctx)) await after(ctx)
  })
}

const isRouted = (ctx: object): ctx is KoaContextWithOIDC => 'oidc' in ctx
