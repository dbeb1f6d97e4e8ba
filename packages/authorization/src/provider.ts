import { hkdfSync } from 'node:crypto'
import Provider, { type Configuration, errors } from 'oidc-provider'
import { type ClientRules, clientFeatures } from './client-features.ts'
import { checkClientAssertion } from './clients/client-assertion.ts'
import { isOriginOf } from './clients/origins.ts'
import { allowsRedirect } from './clients/redirect-uris.ts'
import { withTenantClients } from './clients/with-tenant-clients.ts'
import { grantSeconds } from './new-grant.ts'
import { createAdapterFactory } from './oauth-adapter.ts'
import type { AuthorizationOptions } from './options.ts'
import { accessTokenSeconds, allScopes, resourceServer } from './resource-server.ts'
import { signInPolicy } from './sign-in-policy.ts'
import type { SigningKeySet } from './signing-keys.ts'
import type { TokenRights } from './token-rights.ts'

/** What a provider is made of beside the options. */
export interface ProviderParts {
  readonly keys: SigningKeySet
  readonly rights: TokenRights
  readonly clients: ClientRules
  renderError: NonNullable<Configuration['renderError']>
}

/** Seconds that people have for consent and sign-in. */
export const interactionSeconds = 600

const day = 24 * 3600

/** Seconds until an unused refresh token ends. */
const refreshSeconds = 14 * day

/**
 * oidc-provider with everything off that nobody needs here, and with what its defaults leave open closed. It is made anew when
 * the signing keys change; all its state is in the store.
 */
export const createProvider = (options: AuthorizationOptions, parts: ProviderParts): Provider => {
  const { issuer, resource, cookieKeys } = options
  const { keys, rights, clients, renderError } = parts
  const secure = new URL(issuer).protocol === 'https:'
  const cookie = { httpOnly: true, sameSite: 'lax', secure, signed: true } as const
  const provider = new Provider(issuer, {
    adapter: withTenantClients(createAdapterFactory(options), options.directory),
    jwks: { keys: [...keys.jwks] },
    scopes: ['openid', 'offline_access', ...allScopes],
    claims: { openid: ['sub'] },
    // The draft "Identity Assertion JWT Authorization Grant", section 7.
    discovery: { authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'] },
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'private_key_jwt'],
    pkce: { required: () => true },
    clientBasedCORS: (_, origin, client) => isOriginOf(client.redirectUris ?? [], origin),
    routes: { registration: '/reg', revocation: '/token/revocation' },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256'],
    },
    cookies: {
      keys: cookieKeys.map(cookieKey),
      short: cookie,
      long: cookie,
    },
    ...clientFeatures(clients),
    features: {
      ...clientFeatures(clients).features,
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, asked) => {
          if (asked !== resource) throw new errors.InvalidTarget('the resource is none of this server')
          return resourceServer(resource)
        },
      },
    },
    assertJwtClientAuthClaimsAndHeader: async (_, claims) => checkClientAssertion(claims, options.now()),
    findAccount: async (ctx, id, token) => {
      // Before the token is spent: who is told to try again later must have something to try with.
      if (token instanceof provider.RefreshToken && token.consumed === undefined) {
        const { kind, clientId, grantId, scope } = token
        const of = grantId === undefined ? {} : { grantId }
        await rights.claimsOf(ctx, { kind, clientId, accountId: id, scope, ...of })
      }
      return { accountId: id, claims: async () => ({ sub: id }) }
    },
    formats: {
      customizers: {
        // Not `extraTokenClaims`: what that changes of a token comes too late for its payload.
        jwt: async (ctx, token, { payload }) => {
          Object.assign(payload, await rights.claimsOf(ctx, token))
        },
      },
    },
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    interactions: { policy: signInPolicy(), url: (_, { uid }) => `/interaction/${uid}` },
    renderError,
    ttl: {
      AuthorizationCode: 60,
      // Of the resource: a number here would win over it.
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      IdToken: accessTokenSeconds,
      Interaction: interactionSeconds,
      Session: interactionSeconds,
      Grant: grantSeconds,
      RefreshToken: refreshSeconds,
    },
  })
  provider.proxy = true
  provider.Client.prototype.redirectUriAllowed = function (asked) {
    return allowsRedirect(this.redirectUris ?? [], asked)
  }
  return provider
}

/** Cookies get a key of their own, so that nothing else that the key signs passes for one. */
const cookieKey = (key: Buffer): string =>
  Buffer.from(hkdfSync('sha256', key, '', 'authorization server cookies', 32)).toString('base64url')
