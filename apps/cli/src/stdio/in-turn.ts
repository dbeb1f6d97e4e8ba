/** Runs work once there is room for it. Work whose signal aborts while it waits runs at once, and sees it aborted. */
export type InTurn = <Result>(signal: AbortSignal, work: () => Promise<Result>) => Promise<Result>

/** Lets `max` pieces of work run at once; others wait, first come, first served. */
export const inTurn = (max: number): InTurn => {
  let running = 0
  const waiting = new Set<() => void>()

  /** True with a place of its own, false without. */
  const place = (signal: AbortSignal): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const go = () => {
      signal.removeEventListener('abort', giveUp)
      resolve(true)
    }
    const giveUp = () => {
      waiting.delete(go)
      resolve(false)
    }
    if (signal.aborted) giveUp()
    else {
      waiting.add(go)
      signal.addEventListener('abort', giveUp, { once: true })
    }
    return promise
  }

  const leave = (): void => {
    const [next] = waiting
    if (!next) {
      running -= 1
      return
    }
    // The place goes to the next one without ever being free, so that nobody overtakes.
    waiting.delete(next)
    next()
  }

  return async (signal, work) => {
    const free = running < max
    if (free) running += 1
    const placed = free || (await place(signal))
    try {
      return await work()
    } finally {
      if (placed) leave()
    }
  }
}
