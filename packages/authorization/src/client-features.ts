import type { Configuration } from 'oidc-provider'
import type { createClientFetch } from './clients/client-fetch.ts'
import { clientIdUrlFault } from './clients/client-id-url.ts'
import type { ClientMetadata } from './clients/client-metadata.ts'
import { registrationDigest } from './clients/registration.ts'

/** Rules for the clients that strangers bring. */
export interface ClientRules {
  /** Reads what a stranger names, guarded and cleaned. */
  readonly fetch: ReturnType<typeof createClientFetch>
  /** Hosts that count as public and https, for tests with servers on loopback. */
  readonly allow?: ((host: string) => boolean) | undefined
}

/** The ways in which clients come: by a document at their URL, or by registering themselves (RFC 7591). */
export const clientFeatures = ({ fetch, allow }: ClientRules) =>
  ({
    fetch: (url, init) => fetch(url instanceof Request ? url.url : url, init),
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    },
    features: {
      clientIdMetadataDocument: {
        enabled: true,
        ack: 'draft-02',
        allowFetch: (_, id) => clientIdUrlFault(id, allow) === undefined,
        cacheDuration: { min: 30, max: 86_400 },
      },
      registration: {
        enabled: true,
        // Equal metadata is one client, however often it is registered. It was cleaned before the provider got it.
        idFactory: (ctx) => registrationId(ctx.oidc.body as unknown as ClientMetadata),
        issueRegistrationAccessToken: false,
      },
    },
  }) satisfies Configuration

/** The id of a client that registers itself. */
export const registrationId = (metadata: ClientMetadata): string => `dcr-${registrationDigest(metadata)}`
