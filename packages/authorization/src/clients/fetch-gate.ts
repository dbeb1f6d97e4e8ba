import { BoundedMap } from './bounded-map.ts'

/** Whose turn it is to be fetched. */
export interface FetchTurn {
  /** Fetches of one lane wait for one another. */
  readonly lane: string
  /** Not counted among those that may run at once. */
  readonly known: boolean
  readonly signal: AbortSignal
}

/** Lets one fetch of a lane run at a time, and none for a while after one failed. */
export interface FetchGate {
  run<Result>(turn: FetchTurn, fetch: () => Promise<Result>): Promise<Result>
}

const pauseMs = 60_000
const mostPauses = 10_000
const mostWaiting = 16
const mostRunning = 16

/** A gate with nobody in it. `now` in milliseconds. */
export const createFetchGate = (now: () => number): FetchGate => {
  const pauses = new BoundedMap<number>(mostPauses)
  const lanes = new Map<string, { tail: Promise<unknown>; waiting: number }>()
  let running = 0

  const checkPause = (lane: string) => {
    const until = pauses.get(lane)
    if (until !== undefined && until > now())
      throw new Error('a fetch from this host failed less than a minute ago')
    pauses.delete(lane)
  }
  const take = async <Result>({ lane, known, signal }: FetchTurn, fetch: () => Promise<Result>) => {
    signal.throwIfAborted()
    checkPause(lane)
    if (!known && running >= mostRunning) throw new Error('too many hosts are fetched from at once')
    if (!known) running += 1
    const start = now()
    try {
      return await fetch()
    } catch (cause) {
      pauses.set(lane, start + pauseMs)
      throw cause
    } finally {
      if (!known) running -= 1
    }
  }
  return {
    async run(turn, fetch) {
      checkPause(turn.lane)
      const lane = lanes.get(turn.lane) ?? { tail: Promise.resolve(), waiting: 0 }
      if (lane.waiting >= mostWaiting) throw new Error('too many fetches wait for this host')
      lanes.set(turn.lane, lane)
      lane.waiting += 1
      const mine = lane.tail
        .then(() => take(turn, fetch))
        .finally(() => {
          lane.waiting -= 1
          if (lane.waiting === 0) lanes.delete(turn.lane)
        })
      lane.tail = mine.catch(() => undefined)
      return await within(turn.signal, mine)
    },
  }
}

/** What a promise settles to, unless the signal comes first. */
export const within = async <Result>(signal: AbortSignal, promise: Promise<Result>): Promise<Result> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
