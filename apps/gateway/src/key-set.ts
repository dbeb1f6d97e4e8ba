import { GatewayError } from '@gateway/domain'
import { createRemoteJWKSet, customFetch, errors, exportSPKI, type FetchImplementation } from 'jose'
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
  let good: { text: string; at: number } | undefined
  let failedAt: number | undefined

  const download: FetchImplementation = async (url, init) => {
    const stale = () => {
      if (good && now() - good.at < staleMs) return new Response(good.text, { headers: jsonType })
      throw new Error('the key set cannot be fetched')
    }
    if (failedAt !== undefined && now() - failedAt < failurePauseMs) return stale()
    try {
      const text = await readCapped(await (options.fetch ?? fetch)(url, init))
      if (good && good.text !== text) changed()
      good = { text, at: now() }
      failedAt = undefined
      return new Response(text, { headers: jsonType })
    } catch {
      failedAt = now()
      return stale()
    }
  }
  const remote = createRemoteJWKSet(new URL(options.jwksUri), {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 3_000,
    [customFetch]: download,
  })

  return {
    async find(header) {
      const key = await remote(header).catch((cause: unknown) => {
        // Without a fresh set an unknown kid proves nothing: the issuer may have rotated its keys.
        if (cause instanceof errors.JWKSNoMatchingKey && failedAt === undefined) throw refused('unknown kid')
        throw new GatewayError('unavailable', 'The keys of the sign-in service cannot be read just now.', {
          cause,
          details: { retryAfterSeconds: 5 },
        })
      })
      const pem = pems.get(key) ?? exportSPKI(key)
      pems.set(key, pem)
      return pem
    },
  }
}

const jsonType = { 'content-type': 'application/json' }

const readCapped = async (response: Response): Promise<string> => {
  if (response.status !== 200 || !response.body) throw new Error('no key set')
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    if (length > maxBytes) throw new Error('the key set is too large')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  JSON.parse(text)
  return text
}
