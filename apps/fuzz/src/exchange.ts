import { connect } from 'node:net'
import { type Answer, answersIn, isComplete } from './answers.ts'
import type { Input } from './inputs/input.ts'

/** What came back over one connection. */
export interface Exchange {
  readonly answers: readonly Answer[]
  /** All bytes, as Latin-1; at most 4 MB. */
  readonly received: string
  /** How it ended: answered in full, ended by the server, or given up because nothing more came. */
  readonly end: 'answered' | 'closed' | 'open' | 'refused connection'
  /** Milliseconds from the last byte sent to that end. */
  readonly ms: number
}

/** Milliseconds. */
export interface Patience {
  /** For an answer, or for the end of the connection. */
  readonly answer: number
  /** For more behind a complete answer, and of what may stay open. */
  readonly more: number
  /** Between two parts. */
  readonly pause: number
}

export const patience: Patience = { answer: 2_000, more: 25, pause: 30 }

/**
 * Sends an input over a connection of its own. Where the end of the request is not to be seen, this side of the connection is
 * ended when nothing comes, as a client does that goes away; the server must then end the other.
 */
export const exchange = async (
  port: number,
  input: Input,
  { answer: answerMs, more, pause }: Patience = patience,
): Promise<Exchange> => {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  let ended = false
  let wake: () => void = () => undefined
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    if (received.length < mostReceived) received += chunk.toString('latin1')
    wake()
  })
  let isRefused = false
  // A server that ends with bytes unread resets; what it said before has arrived.
  socket.on('error', (error) => {
    isRefused ||= 'code' in error && error.code === 'ECONNREFUSED'
  })
  socket.on('close', () => {
    ended = true
    wake()
  })
  const changed = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  for (const [n, part] of input.parts.entries()) {
    if (n > 0) await changed(pause)
    if (!ended) socket.write(Buffer.from(part, 'latin1'))
  }
  const started = performance.now()
  const spent = () => performance.now() - started
  let isEnding = false
  for (;;) {
    if (ended) break
    const complete = isComplete(received)
    const enough = received.length >= mostReceived
    const streams = isOpenStream(received)
    const idleMs = complete || streams || input.upgrades ? more : answerMs
    const before = received.length
    await changed(input.unfinished && !complete && !streams ? Math.min(idleMs, 150) : idleMs)
    if (ended || enough) break
    if (received.length !== before && spent() < answerMs * 3) continue
    if (complete || streams) break
    if (input.unfinished && !isEnding) {
      isEnding = true
      socket.end()
      await changed(answerMs)
      continue
    }
    if (spent() >= answerMs) break
  }
  const ms = spent()
  socket.destroy()
  const end = isRefused ? 'refused connection' : isComplete(received) ? 'answered' : ended ? 'closed' : 'open'
  return { answers: answersIn(received), received, end, ms }
}

/** Nobody needs more to see whether an answer is good. */
const mostReceived = 4_000_000

/** An event stream, which the server leaves open. */
const isOpenStream = (received: string): boolean =>
  /^HTTP\/1\.1 200 /.test(received) &&
  received.slice(0, 2_000).toLowerCase().includes('\r\ncontent-type: text/event-stream')
