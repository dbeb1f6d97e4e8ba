import { LruMap } from 'toad-cache'

/** Values that are loaded when they are first asked for, and again when they are old or known to have changed. */
export interface LazyCache<Value> {
  /** The value, if it is here and neither old nor known to have changed. One that is getting old is loaded aside. */
  fresh(key: string): Value | undefined
  /** The value, loaded if need be, once for all who wait for it; undefined where there is none. */
  get(key: string): Promise<Value | undefined>
  /** Whatever is here, old or not. */
  values(): readonly Value[]
  /** What has changed is loaded before it is given out again; undefined: anything may have. */
  invalidate(key: string | undefined): void
}

export interface LazyCacheOptions<Value> {
  /** Rejects when nobody can tell. `previous` is the value before, which it gives again where nothing has changed. */
  load(key: string, previous: Value | undefined): Promise<Value | undefined>
  /** Hears of a value that was found to be another, or gone, with nobody having said so. */
  changed?(key: string): void
  readonly max: number
  readonly maxAgeMs: number
  /** How long it is known that there is none. */
  readonly missingMs: number
  now(): number
}

export const createLazyCache = <Value>(options: LazyCacheOptions<Value>): LazyCache<Value> => {
  const { load, changed, max, maxAgeMs, missingMs, now } = options
  const entries = new LruMap<Entry<Value>>(max)
  // Apart from the entries: whoever asks for a thousand names that nobody has pushes no tenant out.
  const missing = new LruMap<number>(max)
  const flights = new Map<string, Promise<Value | undefined>>()

  const land = (key: string, value: Value | undefined, startedAt: number): void => {
    const entry = entries.get(key)
    if (value === undefined) {
      entries.delete(key)
      missing.set(key, startedAt)
    } else {
      missing.delete(key)
      entries.set(key, { value, at: startedAt, stale: false })
    }
    if (entry && !entry.stale && entry.value !== value) changed?.(key)
  }

  const fly = (key: string): Promise<Value | undefined> => {
    const pending = flights.get(key)
    if (pending) return pending
    const startedAt = now()
    const flight: Promise<Value | undefined> = load(key, entries.get(key)?.value)
      .then((value) => {
        // What was invalidated meanwhile may be old: only those see it who had asked before.
        if (flights.get(key) === flight) land(key, value, startedAt)
        return value
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key)
      })
    flights.set(key, flight)
    return flight
  }

  const fresh = (key: string): Value | undefined => {
    const entry = entries.get(key)
    if (!entry || entry.stale) return undefined
    const age = now() - entry.at
    if (age >= maxAgeMs) return undefined
    // Who needs it once it is old meets the failure.
    if (age >= maxAgeMs * refreshFrom) fly(key).catch(() => {})
    return entry.value
  }

  return {
    fresh,
    async get(key) {
      const value = fresh(key)
      if (value !== undefined) return value
      const missedAt = missing.get(key)
      if (missedAt !== undefined && now() - missedAt < missingMs) return undefined
      return fly(key)
    },
    values: () => [...entries.items.values()].map(({ value: { value } }) => value),
    invalidate(key) {
      for (const each of key === undefined ? [...entries.keys()] : [key]) {
        const entry = entries.items.get(each)?.value
        if (entry) entry.stale = true
      }
      if (key === undefined) {
        flights.clear()
        missing.clear()
      } else {
        flights.delete(key)
        missing.delete(key)
      }
    },
  }
}

/** Part of its life after which a value that is asked for is loaded again, while it is still given out. */
const refreshFrom = 0.75

interface Entry<Value> {
  readonly value: Value
  /** When its loading began, so that it is never younger than what it tells. */
  readonly at: number
  stale: boolean
}
