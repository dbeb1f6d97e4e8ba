import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { SocketMessage } from './web-socket.ts'

/** The client's end of a stream at `/sse`. */
export interface TestStream extends Disposable {
  readonly response: IncomingMessage
  /** Where messages are posted; resolves with the first event. */
  readonly endpoint: Promise<string>
  readonly messages: readonly SocketMessage[]
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>
  next(matches: (message: SocketMessage) => boolean): Promise<SocketMessage>
}

/** Opens `/sse` under the name `host`. */
export const openStream = async (
  origin: string,
  token: string,
  host = new URL(origin).host,
): Promise<TestStream> => {
  const { hostname, port } = new URL(origin)
  const headers = { host, authorization: `Bearer ${token}`, accept: 'text/event-stream' }
  const asked: ClientRequest = request({ hostname, port, path: '/sse', headers, agent: false })
  asked.on('error', () => undefined).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const { promise: endpoint, resolve } = Promise.withResolvers<string>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const messages: SocketMessage[] = []
  const changed = new EventTarget()
  let rest = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const frames = (rest + chunk).split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) {
      const [, event, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? []
      if (event === 'endpoint') resolve(data)
      if (event === 'message') messages.push(JSON.parse(data))
    }
    changed.dispatchEvent(new Event('change'))
  })
  response
    .on('error', () => undefined)
    .on('close', () => {
      end()
      changed.dispatchEvent(new Event('change'))
    })
  return {
    response,
    endpoint,
    messages,
    ended,
    async next(matches) {
      for (;;) {
        const found = messages.find(matches)
        if (found) return found
        if (response.closed) throw new Error('the stream ended')
        await once(changed, 'change')
      }
    },
    [Symbol.dispose]: () => asked.destroy(),
  }
}
