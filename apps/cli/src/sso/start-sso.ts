import type { Issuer } from './issuer.ts'
import { createIssuers, operatorsName, type SsoTenant } from './issuers.ts'
import type { SignInSetup } from './sign-ins.ts'
import { buildSso } from './sso-app.ts'

/** How the development SSO is started. */
export interface SsoSetup {
  readonly tenants: readonly SsoTenant[]
  /** Audience of every token: the gateway's canonical resource. */
  readonly resource: string
  /**
   * Audience of operators' tokens: the gateway's admin API. With it operators can sign in, and users of tenants that are
   * made later.
   */
  readonly adminResource?: string
  readonly port: number
  /** When set, a token is given only to who sends it, and a person signs in only with it. */
  readonly secret?: string
  /** The gateway's authorization server, to which people return from a browser; absent where it has none. */
  readonly signIn?: SignInSetup
  /**
   * Only for a container, whose loopback nobody else can reach: the address to bind, and the URLs under which the
   * SSO is reached. Without it, it binds loopback and nothing else.
   */
  readonly container?: { readonly host: string; readonly publicUrl: string; readonly internalUrl: string }
}

/** A user with a token that was just signed. */
export interface SignedInUser {
  readonly id: string
  readonly scopes: readonly string[]
  readonly token: string
}

/** A running SSO. */
export interface Sso {
  readonly url: string
  /** One fresh token for every user. */
  signInEverybody(): Promise<{ id: string; users: SignedInUser[] }[]>
  /** URL of the operators' issuer, and a fresh token of one; undefined where there are no operators. */
  signInOperator(): Promise<{ readonly issuer: string; readonly token: string } | undefined>
  stop(): Promise<void>
}

/** Starts one issuer per tenant below one address. */
export const startSso = async (setup: SsoSetup): Promise<Sso> => {
  const { tenants, resource, port, secret, signIn, container } = setup
  const { publicUrl: url, host } = container ?? { publicUrl: `http://127.0.0.1:${port}`, host: '127.0.0.1' }
  const issuers = await createIssuers({
    tenants,
    url,
    resource,
    ...(setup.adminResource !== undefined && { adminResource: setup.adminResource }),
  })
  const reached = container ? [container.publicUrl, container.internalUrl] : []
  const hostnames = ['127.0.0.1', 'localhost', ...reached.map((each) => new URL(each).hostname)]
  const app = buildSso({
    issuers,
    hostnames,
    ...(secret !== undefined && { secret }),
    ...(signIn && { signIn }),
    ...(container && { internalUrl: container.internalUrl }),
  })
  await app.listen({ host, port })
  return {
    url,
    signInEverybody: () =>
      Promise.all(
        issuers.known.map(async (issuer) => ({ id: issuer.tenantId, users: await signInAll(issuer) })),
      ),
    async signInOperator() {
      const [signedIn] = issuers.operators ? await signInAll(issuers.operators) : []
      return signedIn && { issuer: operatorsUrl(url), token: signedIn.token }
    },
    stop: () => app.close(),
  }
}

/** People return with a code to the path of their tenant below this, at an authorization server at `url`. */
export const callbackUrl = (url: string): string => `${url}/sso/callback`

/** Issuer of the operators of an SSO at `url`. */
export const operatorsUrl = (url: string): string => `${url}/${operatorsName}`

const signInAll = ({ users, tokenFor }: Issuer): Promise<SignedInUser[]> =>
  Promise.all(users.map(async (user) => ({ id: user.id, scopes: user.scopes, token: await tokenFor(user) })))
