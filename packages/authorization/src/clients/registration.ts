import { createHash } from 'node:crypto'
import { type ClientMetadata, cleanMetadata, plainObject } from './client-metadata.ts'
import { withoutPort } from './redirect-uris.ts'

/**
 * What is registered of the body of a registration request (RFC 7591 section 3.1); all else in it is dropped: `scope`, which
 * would forbid the client to ask for more later, and whatever would have to be fetched or shown. Throws
 * `invalid_client_metadata` or `invalid_redirect_uri`, with our sentences.
 */
export const cleanRegistration = (
  body: unknown,
  options: { readonly allow?: (host: string) => boolean } = {},
): ClientMetadata =>
  cleanMetadata(plainObject(body, 'The registration'), {
    grants: ['authorization_code', 'refresh_token'],
    // Claude.ai asks for `client_secret_post` and goes on without a secret when the answer says `none`.
    asNone: ['client_secret_post', 'client_secret_basic'],
    allow: options.allow,
  })

/**
 * SHA-256 in base64url of what is registered, the same for all that are to be one client: in any order, and at any port on
 * loopback, which no comparison of redirects looks at.
 */
export const registrationDigest = (metadata: ClientMetadata): string => {
  const redirects = metadata.redirect_uris.map((uri) => withoutPort(uri) ?? uri)
  const sorted = {
    ...metadata,
    redirect_uris: [...new Set(redirects)].sort(),
    grant_types: [...metadata.grant_types].sort(),
  }
  return createHash('sha256').update(inOrder(sorted)).digest('base64url')
}

/** JSON with the members of every object in order of their names. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
