import { errors } from 'oidc-provider'
import { type ClientMetadata, cleanMetadata, plainObject } from './client-metadata.ts'

/** Grant types that a client may have which describes itself; ID-JAG needs the third (RFC 7523). */
const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer']

/**
 * What counts of a client's own document (draft-ietf-oauth-client-id-metadata-document section 4), which was read from
 * `clientId`. Throws `invalid_client_metadata` or `invalid_redirect_uri`: for another client's document, and for one with a
 * shared secret, which a public document cannot keep. Grants that nobody has here are left out: they are meant for others.
 */
export const cleanClientDocument = (
  document: unknown,
  clientId: string,
  options: { readonly allow?: (host: string) => boolean } = {},
): ClientMetadata & { client_id: string } => {
  const object = plainObject(document, 'The document of the client')
  if (object.client_id !== clientId) {
    throw new errors.InvalidClientMetadata('The document of the client has another client_id than its URL')
  }
  if ('client_secret' in object || 'client_secret_expires_at' in object) {
    throw new errors.InvalidClientMetadata('The document of the client has a client_secret')
  }
  return { client_id: clientId, ...cleanMetadata(object, { grants, asNone: [], allow: options.allow }) }
}
