import { setTimeout as sleep } from 'node:timers/promises'

const limitMs = 30_000
const pauseMs = 25

/** Retries `attempt` until it succeeds, for at most 30 s or until `gone` says that waiting is pointless. */
export const waitUntilReady = async <T>(attempt: () => Promise<T>, gone: () => boolean): Promise<T> => {
  const deadline = Date.now() + limitMs
  for (;;) {
    if (gone()) throw new Error('it exited before it was ready')
    try {
      return await attempt()
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`it was not ready after ${limitMs / 1000} s`, { cause })
    }
    await sleep(pauseMs)
  }
}
