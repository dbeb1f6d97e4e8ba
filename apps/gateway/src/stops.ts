import { GatewayError, type Measured, type Stop, type StopStore, type Stops } from '@gateway/domain'

/** The stops as this process knows them, until it is closed. */
export interface OpenStops extends Stops {
  /** Whether they are known well enough for reads. */
  areKnown(): boolean
  close(): void
}

export interface StopsOptions {
  readonly store: Pick<StopStore, 'list'>
  now(): number
  onFault(fields: { readonly err: unknown }, message: string): void
  measured?: Measured | undefined
  /** Milliseconds between two looks; absent means 2,000. */
  readonly everyMs?: number
}

interface Known {
  readonly stops: readonly Stop[]
  /** Milliseconds since the epoch, before the store was asked. */
  readonly at: number
}

/** Milliseconds for which a list is believed, and for which it is by reads while the store is away. */
const believedMs = 5_000
const lastMs = 60_000

/**
 * Looks every two seconds, so that calls seldom wait for it and a stop is in force within 5 s, and each replica notices
 * itself where the store has lost what it knew. While the store is away calls go on by the last list until it is 5 s old, and reads
 * until it is a minute old; from then on nobody can tell, and each call asks once more.
 */
export const createStops = ({ store, now, onFault, measured, everyMs = 2_000 }: StopsOptions): OpenStops => {
  let known: Known | undefined
  let reading: Promise<Known> | undefined
  let closed = false
  let told = false

  const readNow = async (): Promise<Known> => {
    const at = now()
    known = { stops: await store.list(), at }
    return known
  }
  const read = (): Promise<Known> => {
    reading ??= readNow().finally(() => {
      reading = undefined
    })
    return reading
  }
  const look = async (): Promise<void> => {
    try {
      await read()
      told = false
    } catch (err) {
      // Once for each outage.
      if (!closed && !told) onFault({ err }, 'what operators have stopped cannot be read')
      told = true
    }
  }
  const timer = setInterval(() => void look(), everyMs).unref()

  const youngerThan = (ms: number): readonly Stop[] | undefined =>
    known && Math.abs(now() - known.at) < ms ? known.stops : undefined

  return {
    inForce(how) {
      const fresh = youngerThan(believedMs)
      if (fresh) return fresh
      return read().then(
        ({ stops }) => stops,
        (cause) => {
          const last = how?.whileAway === 'local' ? youngerThan(lastMs) : undefined
          measured?.({ of: 'store-away', what: last ? 'stops' : 'refused' })
          return last ?? unavailable(cause)
        },
      )
    },
    areKnown: () => youngerThan(lastMs) !== undefined,
    close() {
      closed = true
      clearInterval(timer)
    },
  }
}

const unavailable = (cause: unknown): never => {
  throw new GatewayError(
    'unavailable',
    'It cannot be told just now whether the operator has stopped this. Try again shortly.',
    { cause, details: { retryAfterSeconds: 2 } },
  )
}
