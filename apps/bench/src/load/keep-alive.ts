import { once } from 'node:events'
import { connect } from 'node:net'
import { commonHeaders, type Shape } from './requests.ts'

/** One HTTP/1.1 connection that sends the same request again and again. */
export interface Connection {
  /** Sends the request; resolves when its answer has come, rejects if it is not the wanted one. */
  send(): Promise<void>
  close(): void
}

/**
 * Opens a connection for one request. It reads no more of HTTP than status and Content-Length, so that its own cost
 * does not blur what it times.
 */
export const openConnection = async (url: string, token: string, shape: Shape): Promise<Connection> => {
  const { hostname, port, host } = new URL(url)
  const bytes = requestBytes('POST', url, host, token, shape)
  const socket = connect(Number(port), hostname).setNoDelay(true)
  let waiting: { resolve(): void; reject(error: Error): void } | undefined
  let received = ''
  const settle = (error?: Error): void => {
    const { resolve, reject } = waiting ?? {}
    waiting = undefined
    received = ''
    if (error) reject?.(error)
    else resolve?.()
  }
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    received += String(chunk)
    const body = completeBody(received)
    if (body === undefined) return
    const wanted = body !== null && received.startsWith('HTTP/1.1 200') && shape.answers(body)
    settle(wanted ? undefined : new Error(`${url} answered ${received.slice(0, 300)}`))
  })
  socket.on('error', settle)
  socket.on('close', () => settle(new Error(`${url} closed a connection under load`)))
  await once(socket, 'connect')
  return {
    send: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(bytes)
      }),
    close: () => {
      socket.removeAllListeners('close').destroy()
    },
  }
}

/** A request as it goes over the wire. */
export const requestBytes = (
  method: 'GET' | 'POST',
  url: string,
  host: string,
  token: string,
  { headers, body }: Pick<Shape, 'headers' | 'body'>,
): string => {
  const all: Record<string, string> = { host, ...commonHeaders(token), ...headers }
  if (method === 'GET') delete all['content-type']
  else all['content-length'] = String(Buffer.byteLength(body))
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${new URL(url).pathname} HTTP/1.1`, ...lines, '', body].join('\r\n')
}

/** The body once all of it is here; undefined until then, null for an answer that does not say its length. */
export const completeBody = (received: string): string | null | undefined => {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, end + 2))?.[1]
  if (length === undefined) return null
  const body = received.slice(end + 4)
  return body.length >= Number(length) ? body : undefined
}
