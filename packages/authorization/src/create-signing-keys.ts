import { ConfigurationError, GatewayError } from '@gateway/domain'
import { jwkOf, type KeyRing, keyStates, pemOf, publishedKeys } from './key-ring.ts'
import type { SigningKeys } from './signing-keys.ts'
import { type StoredKeyRingOptions, storedKeyRing } from './stored-key-ring.ts'

/** What signing keys need. `now` gives milliseconds since the epoch. */
export interface SigningKeysOptions extends StoredKeyRingOptions {
  /** How old the keys that a process works with may be while the store answers; 30 s unless given. */
  readonly cacheMs?: number
}

/**
 * Signing keys in the store of all replicas, sealed with the first of `sealKeys`; all of these open them. Keys that were read
 * within the last ten minutes serve while the store cannot be reached, then everything rejects with `unavailable`. Keys that
 * do not open at the start reject with `ConfigurationError`.
 */
export const createSigningKeys = ({ cacheMs = 30_000, ...options }: SigningKeysOptions): SigningKeys => {
  const { now } = options
  const stored = storedKeyRing(options)
  let known: Known | undefined
  let failed: { readonly cause: unknown; readonly at: number } | undefined
  let reading: Promise<void> | undefined

  const learn = (ring: KeyRing): void => {
    known = { ring, at: now(), pems: new Map(ring.map((key) => [key.jwk.kid, pemOf(key)])) }
    failed = undefined
  }

  // Reads once for all who ask meanwhile, and after a failure not again at once.
  const refresh = async (): Promise<void> => {
    if (failed && now() - failed.at < retryMs) return
    reading ??= stored
      .read()
      .then(learn, (cause: unknown) => {
        failed = { cause, at: now() }
      })
      .finally(() => {
        reading = undefined
      })
    await reading
  }

  const fault = (): Error => {
    const cause = failed?.cause
    // At the start somebody is there to read what is wrong; later it is a fault like any other.
    if (!known && cause instanceof ConfigurationError) return cause
    return new GatewayError('unavailable', 'The signing keys cannot be read just now. Try again shortly.', {
      details: { retryAfterSeconds: 5 },
      cause,
    })
  }

  const usable = async (): Promise<Known> => {
    if (!known || now() - known.at >= cacheMs) await refresh()
    if (!known || now() - known.at >= staleMs) throw fault()
    return known
  }

  return {
    async current() {
      const [signing, ...others] = publishedKeys((await usable()).ring, now())
      const published = [signing, ...others]
      return {
        jwks: [jwkOf(signing), ...others.map(jwkOf)],
        version: published.map(({ jwk }) => jwk.kid).join(' '),
      }
    },
    async publicKey(kid) {
      const before = await usable()
      let { ring, pems } = before
      if (!pems.has(kid)) {
        // It may have been published since. Anybody can name a key that there is not, so this is no reason to read each time.
        if (now() - Math.max(before.at, failed?.at ?? 0) >= unknownMs) await refresh()
        if (failed) throw fault()
        ;({ ring, pems } = await usable())
      }
      const isPublished = publishedKeys(ring, now()).some(({ jwk }) => jwk.kid === kid)
      return isPublished ? pems.get(kid) : undefined
    },
    async list() {
      // What another replica has just done is to be seen.
      await refresh()
      if (failed || !known) throw fault()
      return keyStates(known.ring, now())
    },
    async rotate() {
      // Whoever read the keys just before this reads them again a `cacheMs` later, and once more may fail.
      const signsFrom = now() + 2 * cacheMs
      const { ring, added } = await stored.add(signsFrom).catch((cause: unknown) => {
        if (cause instanceof GatewayError) throw cause
        failed = { cause, at: now() }
        throw fault()
      })
      learn(ring)
      return { kid: added.jwk.kid, signsFrom }
    },
  }
}

interface Known {
  readonly ring: KeyRing
  readonly at: number
  readonly pems: ReadonlyMap<string, string>
}

/** How old keys may be while the store cannot be reached. */
const staleMs = 10 * 60_000
/** How old they are when an unknown key is a reason to read them again. */
const unknownMs = 5000
/** How long after a failure the store is left alone. */
const retryMs = 1000
