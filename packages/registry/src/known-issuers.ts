import { issuerDigest, type TenantStore } from '@gateway/domain'
import { reach } from './reach-store.ts'

/**
 * Names of issuers under which stored tenants are found, held in memory: names that strangers make up cost the store
 * nothing, however many they are.
 */
export interface KnownIssuers {
  /** False only where the store has nobody with this issuer. Rejects with `unavailable`. */
  mayHave(issuer: string): Promise<boolean>
  /** Some tenant has changed, and may have an issuer that nobody had. */
  invalidate(): void
}

export interface KnownIssuersOptions {
  readonly store: Pick<TenantStore, 'issuerDigests'>
  /** How long it is known that nobody has an issuer. */
  readonly missingMs: number
  /** Milliseconds from one reading of all names to the next at least; whoever needs the next one waits for it. */
  readonly pauseMs?: number
  now(): number
}

export const createKnownIssuers = (options: KnownIssuersOptions): KnownIssuers => {
  const { store, missingMs, pauseMs = 1_000, now } = options
  let known:
    | { readonly digests: ReadonlySet<string>; readonly at: number; readonly changes: number }
    | undefined
  let changes = 0
  let reading: { readonly changes: number; readonly digests: Promise<ReadonlySet<string>> } | undefined
  let next: Promise<ReadonlySet<string>> | undefined
  let startedAt = Number.NEGATIVE_INFINITY

  const read = async (of: {
    readonly changes: number
    readonly at: number
  }): Promise<ReadonlySet<string>> => {
    const digests = await reach(() => store.issuerDigests())
    known = { digests, ...of }
    return digests
  }

  const readNext = async (): Promise<ReadonlySet<string>> => {
    await reading?.digests.catch(() => {})
    const pause = startedAt + pauseMs - now()
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(pause, pauseMs)).unref())
    next = undefined
    startedAt = now()
    const digests = read({ changes, at: startedAt })
    const begun = { changes, digests }
    reading = begun
    try {
      return await digests
    } finally {
      if (reading === begun) reading = undefined
    }
  }

  const readAgain = (): Promise<ReadonlySet<string>> => {
    if (reading?.changes === changes) return reading.digests
    next ??= readNext()
    return next
  }

  return {
    async mayHave(issuer) {
      const digest = issuerDigest(issuer)
      // Who is known is looked up by name, and is not kept waiting for those who are not.
      if (known?.digests.has(digest)) return true
      if (known?.changes === changes && now() - known.at < missingMs) return false
      return (await readAgain()).has(digest)
    },
    invalidate() {
      changes += 1
    },
  }
}
