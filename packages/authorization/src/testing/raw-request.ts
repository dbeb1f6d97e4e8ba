import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends bytes as they are, which `fetch` would mend, and reads the answer until the server or its silence ends it. */
export const rawRequest = async (origin: string, lines: readonly string[], body = ''): Promise<Response> => {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [status = '', ...fields] = head.split('\r\n')
  const headers = new Headers(
    fields.map((field) => {
      const [name = '', ...value] = field.split(':')
      return [name, value.join(':').trim()]
    }),
  )
  return new Response(rest.join('\r\n\r\n') || null, { status: Number(status.split(' ')[1]), headers })
}
