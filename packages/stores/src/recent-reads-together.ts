import { type AuditEvent, GatewayError, type RecentEventStore } from '@gateway/domain'

/** Bounds of what is read at once. */
export interface RecentReadsOptions {
  /** Milliseconds for which what was read is answered again. */
  readonly lifeMs?: number
  /** Reads of one tenant that run at once. */
  readonly maxPerTenant?: number
  /** Reads of one tenant that wait for those; more are refused. */
  readonly maxWaiting?: number
  /** Answers that are remembered, of at most 2 MiB each as text. */
  readonly maxRemembered?: number
}

/**
 * The same store, of which nobody can ask much: whoever asks what another is asking, or asked a second ago, has its answer, and
 * a tenant reads little at once. A reader that is one too many is told `rate_limited`.
 */
export const recentReadsTogether = (
  store: RecentEventStore,
  { lifeMs = 1_000, maxPerTenant = 2, maxWaiting = 50, maxRemembered = 20 }: RecentReadsOptions = {},
): RecentEventStore => {
  const reads = new Map<string, Promise<readonly AuditEvent[]>>()
  const turns = new Map<string, Turns>()

  const inTurn = async <Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> => {
    const ours = turns.get(tenantId) ?? { running: 0, waiting: [] }
    turns.set(tenantId, ours)
    if (ours.running < maxPerTenant) ours.running++
    else if (ours.waiting.length >= maxWaiting) throw tooMany()
    // Whoever ends hands its turn on.
    else await new Promise<void>((begin) => ours.waiting.push(begin))
    try {
      return await work()
    } finally {
      const next = ours.waiting.shift()
      if (next) next()
      else if (--ours.running === 0) turns.delete(tenantId)
    }
  }

  return {
    add: (event) => store.add(event),
    newest(of) {
      const key = JSON.stringify([of.tenantId, of.principalId ?? null, of.limit])
      const known = reads.get(key)
      if (known) return known
      const read = inTurn(of.tenantId, () => store.newest(of))
      const forget = (): void => {
        if (reads.get(key) === read) reads.delete(key)
      }
      const [oldest] = reads.keys()
      if (oldest !== undefined && reads.size >= maxRemembered) reads.delete(oldest)
      reads.set(key, read)
      read.then(() => setTimeout(forget, lifeMs).unref(), forget)
      return read
    },
  }
}

interface Turns {
  running: number
  readonly waiting: (() => void)[]
}

const tooMany = (): GatewayError =>
  new GatewayError(
    'rate_limited',
    'Too many are reading recent calls of this tenant. Try again in a second.',
    {
      details: { retryAfterSeconds: 1, scope: 'concurrency:tenant' },
    },
  )
