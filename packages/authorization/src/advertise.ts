import type Provider from 'oidc-provider'
import { useAfter } from './use-after.ts'

/** Has the metadata (RFC 8414) tell the one response mode that there is; oidc-provider always writes three. */
export const advertiseOneMode = (provider: Provider): void =>
  useAfter(provider, async (ctx) => {
    if (ctx.oidc?.route !== 'discovery' || typeof ctx.body !== 'object' || ctx.body === null) return
    ctx.body = { ...ctx.body, response_modes_supported: ['query'] }
  })
