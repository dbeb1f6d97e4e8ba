import { PassThrough, type Readable, type Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** The two ends of one client, and what else may end the service. */
export interface ClientStreams {
  readonly input: Readable
  readonly output: Writable
  /** Aborts when somebody wants the process to end. */
  readonly stop: AbortSignal
}

/** How long to wait, in milliseconds. */
export interface Patience {
  /** For running calls after the end of the input. */
  readonly grace: number
  /** For what was cancelled; after that it is left behind. */
  readonly last: number
}

// Together less than the two seconds after which the official clients kill.
const usual: Patience = { grace: 1_000, last: 700 }

/**
 * Serves one client until its input ends, its output breaks, or `stop`. Then `ending` aborts, which is for the running
 * calls, and with the answers written this resolves. A client that ends its input may still read answers for a moment.
 */
export const serveUntilEnd = async (
  { input, output, stop }: ClientStreams,
  ending: AbortController,
  serve: (input: Readable) => Promise<void>,
  { grace, last }: Patience = usual,
): Promise<void> => {
  // A stream of our own, because standard input can be ended by its other side only.
  const wire = new PassThrough()
  const end = () => {
    input.unpipe(wire)
    wire.end()
    ending.abort(new DOMException('the client went away', 'AbortError'))
  }
  let soon: NodeJS.Timeout | undefined
  input.once('end', () => {
    soon = setTimeout(end, grace)
  })
  input.once('error', end)
  output.on('error', end)
  stop.addEventListener('abort', end, { once: true })
  if (stop.aborted) end()
  else input.pipe(wire)
  const { promise: over, resolve } = Promise.withResolvers<void>()
  ending.signal.addEventListener('abort', () => void delay(last, undefined, { ref: false }).then(resolve))
  try {
    await Promise.race([serve(wire).then(() => flushed(output)), over])
  } finally {
    clearTimeout(soon)
    stop.removeEventListener('abort', end)
  }
}

/** Resolves when all that was written is out, or cannot be. */
const flushed = (output: Writable): Promise<void> =>
  new Promise((resolve) => {
    output.write('', () => resolve())
  })
