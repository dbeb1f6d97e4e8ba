import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to whoever asks for any (from 32768 on Linux, 49152 elsewhere): between choosing and
 * using one, no `listen(0)` and no outgoing connection can take it.
 */
const range = [20_000, 32_768] as const

/** A loopback port that nobody listens on. */
export const freePort = async (): Promise<number> => {
  for (let tries = 1; ; tries++) {
    try {
      return await probePort(randomInt(...range))
    } catch (cause) {
      if (tries === 20) throw new Error('no free port on 127.0.0.1', { cause })
    }
  }
}

/** Takes the wanted port for a moment, so that an occupied one fails here and not as a stranger's answer. */
export const probePort = async (wanted: number): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const probe = createServer()
  probe.once('error', reject)
  probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)))
  return promise
}
