import { connect } from 'node:net'
import type { WireAnswer } from './wire.ts'

/** What came back for bytes that no HTTP client would send. */
export interface RawExchange {
  readonly answers: readonly WireAnswer[]
  /** Whether the server ended the connection. */
  readonly closed: boolean
  readonly ms: number
}

/**
 * Sends `parts` one after the other, each with its own `pauseMs` behind it, and never ends its side of the
 * connection. Reads until the server ends it, or until `patienceMs` after the last part.
 */
export const exchange = async (
  origin: string,
  parts: string | readonly string[],
  { pauseMs = 0, patienceMs = 3000 }: { pauseMs?: number; patienceMs?: number } = {},
): Promise<RawExchange> => {
  const { hostname, port } = new URL(origin)
  const { promise: ended, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
  })
  // A server that closes with bytes unread resets; what it said before has arrived.
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(true))
  const started = performance.now()
  for (const part of typeof parts === 'string' ? [parts] : parts) {
    socket.write(Buffer.from(part, 'latin1'))
    if (pauseMs > 0) await Promise.race([ended, sleep(pauseMs)])
  }
  const timer = setTimeout(() => resolve(false), patienceMs)
  const closed = await ended
  const ms = performance.now() - started
  clearTimeout(timer)
  socket.destroy()
  return { answers: answersIn(received), closed, ms }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const answersIn = (text: string): WireAnswer[] => {
  const answers: WireAnswer[] = []
  let rest = text
  while (rest !== '') {
    const [head = '', ...others] = rest.split('\r\n\r\n')
    const [line = '', ...lines] = head.split('\r\n')
    const headers = Object.fromEntries(
      lines.map((each) => [
        each.slice(0, each.indexOf(':')).toLowerCase(),
        each.slice(each.indexOf(':') + 2),
      ]),
    )
    const after = others.join('\r\n\r\n')
    const length = Number(headers['content-length'] ?? 0)
    answers.push({ status: Number(line.split(' ')[1]), headers, body: after.slice(0, length) })
    rest = after.slice(length)
  }
  return answers
}
