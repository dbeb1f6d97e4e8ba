import type { Issuer } from './issuer.ts'
import { type SignInClient, signInPaths } from './sign-in.ts'

/**
 * The document of OpenID Connect Discovery 1.0. `direct` is the URL of the issuer for programs that reach it under
 * another name than people's browsers do; `client` is absent where nobody signs in through a browser.
 */
export const discoveryOf = (issuer: Issuer, direct: string, client: SignInClient | undefined) => ({
  issuer: issuer.url,
  jwks_uri: `${direct}/jwks.json`,
  id_token_signing_alg_values_supported: ['ES256'],
  ...(client
    ? signInMetadata(issuer.url, direct, client)
    : {
        token_endpoint: `${direct}/token`,
        scopes_supported: [...new Set(issuer.users.flatMap(({ scopes }) => scopes))],
      }),
})

const signInMetadata = (url: string, direct: string, { secret }: SignInClient) => ({
  authorization_endpoint: `${url}${signInPaths.authorize}`,
  token_endpoint: `${direct}${signInPaths.token}`,
  userinfo_endpoint: `${direct}${signInPaths.userinfo}`,
  end_session_endpoint: `${url}${signInPaths.signOut}`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code'],
  subject_types_supported: ['public'],
  scopes_supported: ['openid', 'profile', 'email'],
  claims_supported: ['sub', 'name', 'email', 'email_verified', 'groups'],
  prompt_values_supported: ['none', 'login', 'select_account'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported:
    secret === undefined ? ['none'] : ['client_secret_basic', 'client_secret_post'],
  authorization_response_iss_parameter_supported: true,
})
