import type { ResourceServer } from 'oidc-provider'

/** Seconds of an access token: short, because nobody asks the store about each one. */
export const accessTokenSeconds = 600

export const allScopes = ['aws:read', 'aws:write', 'aws:admin']

/** The gateway as oidc-provider knows it: what its tokens look like (RFC 9068). */
export const resourceServer = (resource: string) =>
  ({
    scope: allScopes.join(' '),
    audience: resource,
    accessTokenFormat: 'jwt',
    accessTokenTTL: accessTokenSeconds,
    jwt: { sign: { alg: 'ES256' } },
  }) satisfies ResourceServer
