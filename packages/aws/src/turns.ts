/** Places for requests that are on their way at the same time, so many for each key. */
export interface Turns {
  /**
   * Resolves once there is a place for one more of `key`, with what gives that back; first come, first served. Rejects
   * with the signal's reason where that aborts before.
   */
  take(key: string, signal: AbortSignal): Promise<() => void>
}

/** Makes `max` places for each key; a key that nobody uses takes no memory. */
export const createTurns = (max: number): Turns => {
  const lines = new Map<string, Line>()
  return {
    async take(key, signal) {
      signal.throwIfAborted()
      const line = lines.get(key) ?? { taken: 0, waiting: new Set() }
      lines.set(key, line)
      if (line.taken < max) line.taken += 1
      else await placeIn(line, signal)
      let left = false
      return () => {
        if (left) return
        left = true
        const [next] = line.waiting
        // The place goes to the next one without ever being free, so that nobody overtakes.
        if (next) next()
        else line.taken -= 1
        if (line.taken === 0) lines.delete(key)
      }
    },
  }
}

interface Line {
  taken: number
  readonly waiting: Set<() => void>
}

const placeIn = ({ waiting }: Line, signal: AbortSignal): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const leave = () => {
    waiting.delete(go)
    signal.removeEventListener('abort', giveUp)
  }
  const go = () => {
    leave()
    resolve()
  }
  const giveUp = () => {
    leave()
    reject(signal.reason)
  }
  waiting.add(go)
  signal.addEventListener('abort', giveUp, { once: true })
  return promise
}
