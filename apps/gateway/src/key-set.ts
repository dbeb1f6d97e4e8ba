import { GatewayError } from '@gateway/domain'
import {
  type CryptoKey,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  exportSPKI,
  type FetchImplementation,
  type JSONWebKeySet,
} from 'jose'
import { refused } from './bearer.ts'

/** Signing keys of one issuer. */
export interface KeySet {
  /** Key of a token header as SPKI PEM; throws `invalid_token` for an unknown kid, `unavailable` without keys. */
  find(header: { alg: string; kid: string }): Promise<string>
}

const maxBytes = 65_536
const failurePauseMs = 5_000
const staleMs = 3_600_000

/**
 * Keys from `jwksUri` by jose, with what jose leaves out: a size cap, a pause after a failed fetch, and the last
 * good set for up to an hour while fetching fails. `changed` is called when the issuer's keys are not what they
 * were.
 */
export const createKeySet = (options: {
  jwksUri: string
  now(): number
  changed(): void
  fetch?: typeof fetch
}): KeySet => {
  const { now, changed } = options
  const pems = new WeakMap<object, Promise<string>>()
  let good: { text: string; at: number; keys: KeyFinder } | undefined
  let failedAt: number | undefined

  const download: FetchImplementation = async (url, init) => {
    if (failedAt !== undefined && now() - failedAt < failurePauseMs)
      throw new Error('a fetch failed just now')
    try {
      const text = await readCapped(await (options.fetch ?? fetch)(url, init))
      const keys = finderIn(text)
      if (good && good.text !== text) changed()
      good = { text, at: now(), keys }
      failedAt = undefined
      return new Response(text, { headers: { 'content-type': 'application/json' } })
    } catch (cause) {
      failedAt = now()
      throw cause
    }
  }
  const remote = createRemoteJWKSet(new URL(options.jwksUri), {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 3_000,
    [customFetch]: download,
  })
  // The last good set is asked here and never handed to jose, which would take it for fetched just now.
  const findKey: KeyFinder = (header) =>
    remote(header).catch((cause: unknown) => {
      if (cause instanceof errors.JWKSNoMatchingKey) throw refused('unknown kid')
      if (good && now() - good.at < staleMs) return good.keys(header)
      throw cause
    })

  return {
    async find(header) {
      try {
        const key = await findKey(header)
        const pem = pems.get(key) ?? exportSPKI(key)
        pems.set(key, pem)
        return await pem
      } catch (cause) {
        if (cause instanceof GatewayError) throw cause
        // An unknown kid too: without a fresh set it proves nothing, the issuer may have rotated its keys.
        throw new GatewayError('unavailable', 'The keys of the sign-in service cannot be read just now.', {
          cause,
          details: { retryAfterSeconds: 5 },
        })
      }
    },
  }
}

type KeyFinder = (header: { alg: string; kid: string }) => Promise<CryptoKey>

/** A set that jose can search; throws for what is not one, and where a kid does not name one key. */
const finderIn = (text: string): KeyFinder => {
  const set: JSONWebKeySet = JSON.parse(text)
  const finder = createLocalJWKSet(set)
  const signing = set.keys.filter(({ kid, use }) => kid !== undefined && use !== 'enc')
  const twice = signing.some((key, i) =>
    signing.some(
      ({ kid, kty, alg }, j) =>
        i < j && kid === key.kid && kty === key.kty && (alg === key.alg || !alg || !key.alg),
    ),
  )
  if (twice) throw new Error('the key set names a key twice')
  return finder
}

const readCapped = async (response: Response): Promise<string> => {
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel()
    throw new Error('no key set')
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    if (length > maxBytes) throw new Error('the key set is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
