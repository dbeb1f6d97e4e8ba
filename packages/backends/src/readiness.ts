import { setTimeout as sleep } from 'node:timers/promises'

const LIMIT_MS = 30_000
const PAUSE_MS = 25

/** Retries `attempt` until it succeeds, for at most 30 s or until `gone` says that waiting is pointless. */
export async function waitUntilReady<T>(attempt: () => Promise<T>, gone: () => boolean): Promise<T> {
  const deadline = Date.now() + LIMIT_MS
  for (;;) {
    if (gone()) throw new Error('it exited before it was ready')
    try {
      return await attempt()
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`it was not ready after ${LIMIT_MS / 1000} s`, { cause })
    }
    await sleep(PAUSE_MS)
  }
}
