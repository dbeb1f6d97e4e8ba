import type { GatewayError } from '@gateway/domain'

/** Where the metadata of the protected resource is (RFC 9728 section 3.1). */
export const metadataPath = '/.well-known/oauth-protected-resource'

const metadataOf = (publicUrl: string): string => `resource_metadata="${publicUrl}${metadataPath}/mcp"`

/** `WWW-Authenticate` for a 403 that asks to sign in for all of these scopes (RFC 6750 section 3.1, `insufficient_scope`). */
export const scopeChallenge = (publicUrl: string, scopes: readonly string[]): string =>
  `Bearer error="insufficient_scope", error_description="The access token lacks a scope that this takes", scope="${scopes.join(' ')}", ${metadataOf(publicUrl)}`

/**
 * `WWW-Authenticate` for a 401 (RFC 6750 section 3, RFC 9728 section 5.1). Without a token there is no `error`;
 * with one, the description is the same for every cause.
 */
export const challenge = (publicUrl: string, error: GatewayError): string => {
  const metadata = metadataOf(publicUrl)
  const scope = 'scope="aws:read"'
  if (error.code === 'missing_token') return `Bearer ${metadata}, ${scope}`
  return `Bearer error="invalid_token", error_description="The access token is not valid", ${metadata}, ${scope}`
}
