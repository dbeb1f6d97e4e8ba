import { randomBytes } from 'node:crypto'
import { interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { boundedAdapter } from './bounded-adapter.ts'
import { type Issuer, subjectOf } from './issuer.ts'
import { pageHeaders } from './page.ts'
import { failurePage, signedOutPage, signOutPage } from './sign-in-pages.ts'
import { emailOf } from './users.ts'

/** The only client of a company's sign-in: the gateway's authorization server. */
export const signInClientId = 'aws-mcp-gateway'

/** What the client of a sign-in is registered with. */
export interface SignInClient {
  /** Where people return to with a code. */
  readonly redirectUri: string
  /** Absent for a company that came later, of which the gateway has no secret: its client is public. */
  readonly secret: string | undefined
}

/** Paths below an issuer. */
export const signInPaths = {
  authorize: '/authorize',
  token: '/oauth/token',
  userinfo: '/oauth/userinfo',
  signOut: '/sign-out',
  login: '/login',
} as const

const scopes = 'openid profile email'
const hour = 3600

/** OpenID Connect for the people of one company; it remembers them, as companies do, until they sign out. */
export const createSignIn = (issuer: Issuer, { redirectUri, secret }: SignInClient): Provider => {
  const { tenantId, name, url, users } = issuer
  const mountPath = new URL(url).pathname
  const policy = interactionPolicy.base()
  // The only client is the company's own, so nobody is asked whether it may know who they are.
  policy.remove('consent')
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }))
  const provider = new Provider(url, {
    adapter: boundedAdapter(),
    clients: [
      {
        client_id: signInClientId,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        response_modes: ['query'],
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: 'ES256',
        ...(secret === undefined
          ? { token_endpoint_auth_method: 'none' }
          : { token_endpoint_auth_method: 'client_secret_basic', client_secret: secret }),
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientBasedCORS: () => false,
    jwks: { keys: [issuer.signingKey] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'], userinfoSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: scopes.split(' '),
    claims: { openid: ['sub', 'groups'], profile: ['name'], email: ['email', 'email_verified'] },
    // Into the ID token too, where authorization servers look for them.
    conformIdTokenClaims: false,
    findAccount: (_ctx, sub) => {
      const user = users.find(({ id }) => subjectOf(tenantId, id) === sub)
      if (!user) return undefined
      const email = emailOf(tenantId, user)
      const claims = { sub, name: user.name, email, email_verified: true, groups: [...user.groups] }
      return { accountId: sub, claims: async () => claims }
    },
    loadExistingGrant: grantOf,
    interactions: { policy, url: (_ctx, { uid }) => `${mountPath}${signInPaths.login}/${uid}` },
    cookies: {
      // Other programs on this host see the cookies whatever their port, so the names are ours alone.
      names: { session: 'sso_session', interaction: 'sso_sign_in', resume: 'sso_resume' },
      keys: [randomBytes(32).toString('base64url')],
      long: { path: mountPath, httpOnly: true, sameSite: 'lax', signed: true },
      short: { path: mountPath, httpOnly: true, sameSite: 'lax', signed: true },
    },
    routes: {
      authorization: signInPaths.authorize,
      token: signInPaths.token,
      userinfo: signInPaths.userinfo,
      end_session: signInPaths.signOut,
    },
    ttl: {
      AccessToken: hour / 6,
      AuthorizationCode: 60,
      Grant: 8 * hour,
      IdToken: hour / 6,
      Interaction: hour / 4,
      Session: 8 * hour,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, signOutPage(name, form)),
        postLogoutSuccessSource: (ctx) => show(ctx, signedOutPage(name)),
      },
    },
    renderError: (ctx, { error, error_description = '' }) =>
      show(ctx, failurePage(name, `${error}: ${error_description}`)),
  })
  // Koa would write to the console what a caller did wrong.
  provider.silent = true
  return provider
}

const show = (ctx: KoaContextWithOIDC, text: string): void => {
  ctx.set(pageHeaders())
  ctx.body = text
}

/** The grant of the person who is signed in, which is the same at every sign-in. */
const grantOf = async ({ oidc }: KoaContextWithOIDC) => {
  const { provider, session, client } = oidc
  const accountId = session?.accountId
  if (!session || !client || accountId === undefined) return undefined
  const known = session.grantIdFor(client.clientId)
  const found = known === undefined ? undefined : await provider.Grant.find(known)
  if (found?.accountId === accountId) return found
  const grant = new provider.Grant({ clientId: client.clientId, accountId })
  grant.addOIDCScope(scopes)
  await grant.save()
  return grant
}
