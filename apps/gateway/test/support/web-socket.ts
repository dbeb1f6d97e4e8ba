import { once } from 'node:events'

/** Any JSON-RPC message. */
export interface SocketMessage {
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** The client's end of a WebSocket to `/ws`. */
export interface TestSocket extends Disposable {
  readonly raw: WebSocket
  readonly messages: readonly SocketMessage[]
  /** Close code and reason, once it is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  send(message: string | Uint8Array<ArrayBuffer> | object): void
  /** The first message that `matches`, past ones included; rejects if the connection closes before. */
  next(matches: (message: SocketMessage) => boolean): Promise<SocketMessage>
  /** Sends a request and waits for its answer. */
  ask(id: number, method: string, params?: object): Promise<SocketMessage>
}

/** Node's own WebSocket with a bearer token, which browsers cannot send. */
export const bearerWebSocket = (token: string) =>
  class extends WebSocket {
    constructor(url: string | URL, protocols: string | string[] = 'mcp') {
      super(url, { protocols, headers: { authorization: `Bearer ${token}` } } as never)
    }
  }

/** Opens one; rejects if the upgrade is refused. */
export const openSocket = async (origin: string, token: string): Promise<TestSocket> => {
  const raw = new (bearerWebSocket(token))(`${origin.replace('http', 'ws')}/ws`)
  const messages: SocketMessage[] = []
  const changed = new EventTarget()
  raw.addEventListener('message', ({ data }) => {
    messages.push(JSON.parse(String(data)))
    changed.dispatchEvent(new Event('change'))
  })
  const closed = once(raw, 'close').then(([{ code, reason }]) => ({ code, reason }))
  void closed.then(() => changed.dispatchEvent(new Event('change')))
  await Promise.race([
    once(raw, 'open'),
    once(raw, 'error').then(() => Promise.reject(new Error('the upgrade was refused'))),
  ])
  const send: TestSocket['send'] = (message) =>
    raw.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message))
  const next: TestSocket['next'] = async (matches) => {
    for (;;) {
      const found = messages.find(matches)
      if (found) return found
      if (raw.readyState === WebSocket.CLOSED) throw new Error('the connection closed')
      await once(changed, 'change')
    }
  }
  return {
    raw,
    messages,
    closed,
    send,
    next,
    ask(id, method, params = {}) {
      send({ jsonrpc: '2.0', id, method, params })
      return next((message) => message.id === id && message.method === undefined)
    },
    [Symbol.dispose]: () => raw.close(),
  }
}

/** Headers of an upgrade, for a request whose refusal is of interest. */
export const upgradeHeaders = (token: string, changes: Readonly<Record<string, string>> = {}) =>
  Object.entries({
    authorization: `Bearer ${token}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'c2l4dGVlbiBieXRlcy4uLg==',
    'sec-websocket-protocol': 'mcp',
    ...changes,
  }).filter(([, value]) => value !== '')

/** The bytes of an upgrade. */
export const upgradeText = (
  origin: string,
  token: string,
  changes: Readonly<Record<string, string>> = {},
): string => {
  const headers = upgradeHeaders(token, { host: new URL(origin).host, ...changes })
  return `GET /ws HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** Params of `initialize`. */
export const initialize = (capabilities: object = {}) => ({
  protocolVersion: '2025-11-25',
  capabilities,
  clientInfo: { name: 'test client', version: '1.0.0' },
})
