import type { Measured } from '@gateway/domain'
import { isStoreAway } from './store-away.ts'

/** How a limit of all replicas goes on in this process alone, while the store that they share is away. */
export interface WhileAwayOptions {
  /** Milliseconds since the epoch. */
  now(): number
  /** How many replicas there are, each of which lets through its share. */
  replicas(): number
  measured?: Measured | undefined
}

/** Milliseconds after which what was counted in this process is forgotten, once the store answers again. */
const forgottenMs = 60_000

/**
 * The twin in memory that counts while the store is away, made when it is first needed. It is dropped a minute after it was
 * needed last and not as soon as the store answers: where that only answers now and then, each drop would be another burst.
 */
export const localTwin = <Twin>(make: () => Twin, now: () => number) => {
  let twin: Twin | undefined
  let used = 0
  return {
    take(): Twin {
      used = now()
      twin ??= make()
      return twin
    },
    peek: (): Twin | undefined => twin,
    /** The store has answered. */
    answered(): void {
      if (twin !== undefined && now() - used > forgottenMs) twin = undefined
    },
  }
}

/** A share of a limit, of which there is always one at least. */
export const shareOf = (whole: number, replicas: number): number => Math.max(1, Math.floor(whole / replicas))

/** Throws on what is no outage, and counts what an outage has refused. */
export const demandLocal = (
  cause: unknown,
  local: boolean,
  { what, measured }: { readonly what: 'rate' | 'concurrency'; readonly measured: Measured | undefined },
): void => {
  if (!isStoreAway(cause)) throw cause
  measured?.({ of: 'store-away', what: local ? what : 'refused' })
  if (!local) throw cause
}
