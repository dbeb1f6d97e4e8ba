import type { Provider } from 'oidc-provider'
import type { Issuer } from './issuer.ts'
import { createSignIn, type SignInClient } from './sign-in.ts'

/** The gateway's authorization server, as the SSO knows it. */
export interface SignInSetup {
  /** People return with a code to the path of their tenant below this. */
  readonly redirectUri: string
  /** Client secrets by tenant; a company without one has a public client. */
  readonly secrets: ReadonlyMap<string, string>
}

/** The sign-in of a company, with what serves its requests. */
export interface SignIn {
  readonly provider: Provider
  readonly handle: ReturnType<Provider['callback']>
}

/** Sign-ins through a browser, each made when it is first needed. */
export interface SignIns {
  /** Undefined where people cannot sign in through a browser. */
  client(issuer: Issuer): SignInClient | undefined
  of(issuer: Issuer): SignIn | undefined
}

/** Makes none yet; without `setup` there are none, and `operators` has none ever. */
export const createSignIns = (setup: SignInSetup | undefined, operators: Issuer | undefined): SignIns => {
  const made = new WeakMap<Issuer, SignIn>()
  const client = (issuer: Issuer) =>
    setup && issuer !== operators
      ? { redirectUri: `${setup.redirectUri}/${issuer.tenantId}`, secret: setup.secrets.get(issuer.tenantId) }
      : undefined
  return {
    client,
    of(issuer) {
      const known = made.get(issuer)
      const registered = client(issuer)
      if (known || !registered) return known
      const provider = createSignIn(issuer, registered)
      const signIn = { provider, handle: provider.callback() }
      made.set(issuer, signIn)
      return signIn
    },
  }
}
