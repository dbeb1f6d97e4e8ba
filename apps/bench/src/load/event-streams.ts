import { connect, type Socket } from 'node:net'
import { requestBytes } from './keep-alive.ts'
import { patiently } from './patiently.ts'
import type { Shape } from './requests.ts'

/** A request whose answer is an event stream that stays open. */
export interface StreamRequest {
  readonly method: 'GET' | 'POST'
  readonly token: string
  readonly shape: Pick<Shape, 'headers' | 'body'>
}

/** Open event streams; closing resets them, so that no port waits. */
export interface EventStreams {
  /** How many the server has closed. */
  lost(): number
  close(): void
}

/** Opens one stream per request, 25 at a time; each counts as open once its first bytes after the headers are here. */
export const openEventStreams = async (
  url: string,
  requests: readonly StreamRequest[],
): Promise<EventStreams> => {
  const sockets: Socket[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      sockets.push(await patiently(() => openOne(url, request)))
    }
  }
  await Promise.all(Array.from({ length: 25 }, worker))
  return {
    lost: () => sockets.filter((socket) => socket.destroyed).length,
    close: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
  }
}

const openOne = (url: string, { method, token, shape }: StreamRequest): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(url)
    const socket = connect(Number(port), hostname)
    let received = ''
    const refuse = (text: string) => {
      socket.destroy()
      reject(new Error(`${url} opened no event stream: ${text.slice(0, 300)}`))
    }
    const patience = setTimeout(() => refuse(received || 'no answer in 10 s'), 10_000)
    const hear = (chunk: unknown): void => {
      received += String(chunk)
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = received.slice(0, end)
      if (!/^HTTP\/1\.1 200/.test(head) || !/text\/event-stream/i.test(head)) refuse(received)
      else if (method === 'GET' || received.length > end + 4) open()
    }
    const open = (): void => {
      clearTimeout(patience)
      socket.off('data', hear).off('error', fail)
      // Later bytes are comments; they are read and dropped, but for the chunk that ends an answer.
      socket
        .on('error', () => undefined)
        .on('data', (chunk) => {
          if (String(chunk).endsWith('0\r\n\r\n')) socket.destroy()
        })
      resolve(socket)
    }
    const fail = (error: Error): void => {
      clearTimeout(patience)
      reject(error)
    }
    socket.setEncoding('latin1').on('data', hear).once('error', fail)
    socket.write(requestBytes(method, url, host, token, shape))
  })
