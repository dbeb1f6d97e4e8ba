import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** What a gateway process holds after a garbage collection, in bytes. */
export interface Measured {
  /** What JavaScript holds, buffers included. */
  readonly heap: number
  readonly rss: number
}

/** Asks the probe in a gateway; rejects after 10 s. */
export const measureOf = async (gateway: ChildProcess): Promise<Measured> => {
  const signal = AbortSignal.timeout(10_000)
  gateway.send(measure)
  for (;;) {
    const [message]: unknown[] = await once(gateway, 'message', { signal })
    const measured = measuredIn(message)
    if (measured) return measured
  }
}

/** Whether an IPC message asks for it. */
export const isMeasure = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'measure' in message

const measure = { measure: true } as const

const measuredIn = (message: unknown): Measured | undefined =>
  typeof message === 'object' && message !== null && 'measured' in message
    ? (message.measured as Measured)
    : undefined
