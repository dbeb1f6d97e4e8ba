import { type OpenAnswer, openAnswer } from './open-answer.ts'
import { openStream, type TestStream } from './sse-stream.ts'
import { initialize, openSocket, type TestSocket } from './web-socket.ts'

/** All that one caller can hold open on a replica. */
export interface HeldOpen extends Disposable {
  readonly socket: TestSocket
  /** The stand-alone stream of a session, and the session's id. */
  readonly standAlone: OpenAnswer
  readonly session: string
  /** A stream of `subscriptions/listen`. */
  readonly subscription: OpenAnswer
  /** Absent where HTTP+SSE is not served. */
  readonly sse: TestStream | undefined
  /** Whether each is open still, by name. */
  stillOpen(): Readonly<Record<string, boolean>>
}

/** Opens them for the bearer of `token` at `origin`. */
export const holdOpen = async (
  origin: string,
  token: string,
  { sse = false }: { sse?: boolean } = {},
): Promise<HeldOpen> => {
  const usual = {
    authorization: `Bearer ${token}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
  }
  const post = (body: object, headers = {}) =>
    openAnswer(origin, { method: 'POST', headers: { ...usual, ...headers }, body })
  const opened = await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize() })
  const session = String(opened.headers['mcp-session-id'])
  const standAlone = await openAnswer(origin, {
    method: 'GET',
    headers: { ...usual, 'mcp-session-id': session },
  })
  const revision = '2026-07-28'
  const meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test client', version: '1.0.0' },
  }
  const params = { notifications: { toolsListChanged: true }, _meta: meta }
  const subscription = await post(
    { jsonrpc: '2.0', id: 2, method: 'subscriptions/listen', params },
    { 'mcp-protocol-version': revision, 'mcp-method': 'subscriptions/listen' },
  )
  await subscription.message(({ method }) => method === 'notifications/subscriptions/acknowledged')
  const socket = await openSocket(origin, token)
  await socket.ask(1, 'initialize', initialize())
  const stream = sse ? await openStream(origin, token) : undefined
  const over: Record<string, boolean> = {}
  const watch = (name: string, ended: Promise<unknown>): void => {
    over[name] = false
    void ended.then(() => {
      over[name] = true
    })
  }
  watch('socket', socket.closed)
  watch('stand-alone stream', standAlone.ended)
  watch('subscription', subscription.ended)
  if (stream) watch('SSE stream', stream.ended)
  return {
    socket,
    standAlone,
    session,
    subscription,
    sse: stream,
    stillOpen: () => Object.fromEntries(Object.entries(over).map(([name, ended]) => [name, !ended])),
    [Symbol.dispose]() {
      socket[Symbol.dispose]()
      standAlone.close()
      subscription.close()
      stream?.[Symbol.dispose]()
    },
  }
}
