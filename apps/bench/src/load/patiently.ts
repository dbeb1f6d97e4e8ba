import { setTimeout as wait } from 'node:timers/promises'

/**
 * Does something up to three times, as a client does that is told to come back later: neither setting up nor one round of
 * minutes of measuring must fail because the machine stood still for a moment.
 */
export const patiently = async <T>(work: () => Promise<T>, pauseMs = 500): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === 3) throw error
      await wait(pauseMs)
    }
  }
}
