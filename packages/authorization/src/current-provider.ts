import type Provider from 'oidc-provider'
import type { SigningKeySet, SigningKeys } from './signing-keys.ts'

/** The provider of the keys that are in force; another one from the moment on when they change. */
export const createCurrentProvider = (
  keys: Pick<SigningKeys, 'current'>,
  make: (keys: SigningKeySet) => Provider,
): (() => Promise<Provider>) => {
  let made: { readonly version: string; readonly provider: Provider } | undefined
  return async () => {
    const set = await keys.current()
    if (made?.version !== set.version) made = { version: set.version, provider: make(set) }
    return made.provider
  }
}
