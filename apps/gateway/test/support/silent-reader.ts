import { once } from 'node:events'
import { connect } from 'node:net'

/** A client that stops to read its answer. */
export interface SilentReader {
  /** Reads what is left, to the end of the connection; how that ended, and all that came. */
  rest(): Promise<{ error: string | undefined; text: string }>
}

/** POSTs `body` on a raw connection, reads the first packet of the answer and then nothing, so that its window closes. */
export const readNothing = async (
  origin: string,
  { headers, body }: { headers: Readonly<Record<string, string>>; body: object },
): Promise<SilentReader> => {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const text = JSON.stringify(body)
  const all = {
    ...headers,
    'content-type': 'application/json',
    'content-length': `${Buffer.byteLength(text)}`,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`POST /mcp HTTP/1.1\r\n${head.join('')}\r\n${text}`)
  const chunks: Buffer[] = []
  let error: string | undefined
  socket.on('error', (thrown: NodeJS.ErrnoException) => {
    error = thrown.code
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'data')
  socket.pause()
  return {
    async rest() {
      socket.resume()
      await closed
      return { error, text: Buffer.concat(chunks).toString('utf8') }
    },
  }
}
