import { once } from 'node:events'
import { createServer as createProxy, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { selfSigned } from './self-signed.ts'

/** What a test host saw. */
export interface SeenRequest {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly servername: string | false | null | undefined
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/**
 * A host of the internet for tests: it answers for all `names` over TLS on loopback, and a proxy brings every connection to
 * it, wherever it was to go.
 */
export const startClientHost = async (
  names: readonly string[],
  options: { proxyStatus?: number; proxyDoes?: (socket: Duplex) => void } = {},
) => {
  const { cert, key } = selfSigned(names)
  const seen: SeenRequest[] = []
  const asked: string[] = []
  const credentials: (string | undefined)[] = []
  const sockets = new Set<Duplex>()
  const answers: Record<string, Answer> = {}
  const counts = { connections: 0 }
  const host = createServer({ cert, key }, (request, response) => {
    const { method, url, headers } = request
    seen.push({ method, url, headers, servername: (request.socket as TLSSocket).servername })
    const answer = answers[`${headers.host}${url}`]
    if (answer) answer(request, response)
    else response.writeHead(404).end()
  })
  host.on('connection', (socket) => {
    counts.connections += 1
    keep(socket)
  })
  host.on('tlsClientError', () => undefined)
  const proxy = createProxy()
  proxy.on('connection', (socket) => keep(socket))
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    credentials.push(request.headers['proxy-authorization'])
    if (options.proxyDoes) return options.proxyDoes(socket)
    if (options.proxyStatus !== undefined) return socket.end(`HTTP/1.1 ${options.proxyStatus} No\r\n\r\n`)
    const onward = connect(portOf(host), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    keep(onward)
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
    return undefined
  })
  const keep = (socket: Duplex) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  for (const server of [host, proxy]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const json =
    (value: unknown, headers: Record<string, string> = {}): Answer =>
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers })
      response.end(typeof value === 'string' ? value : JSON.stringify(value))
    }
  return {
    ca: cert,
    port: portOf(host),
    proxyUrl: `http://127.0.0.1:${portOf(proxy)}`,
    /** Targets that the proxy was asked for. */
    asked,
    credentials,
    seen,
    counts,
    json,
    /** `client.example/a` answers with this. */
    answer: (place: string, answer: Answer) => {
      answers[place] = answer
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([host, proxy].map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port
