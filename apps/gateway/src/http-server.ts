import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  type EarlyRefusal,
  earlyAnswer,
  earlyRefusal,
  methodNotAllowed,
  overloaded,
  parserRefusal,
} from './early-refusal.ts'
import { isHealthPath } from './health-paths.ts'
import type { Overload } from './overload.ts'
import { asksForWebSocket } from './web-socket-request.ts'

/** Milliseconds; tests make them small. */
export interface HttpTimeouts {
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly keepAliveTimeout: number
  readonly connectionsCheckingInterval: number
}

/** What the server does with requests, good and bad. */
export interface HttpServerOptions {
  handler(request: IncomingMessage, response: ServerResponse): void
  /** Hears of every refusal, once it is answered. */
  refused(refusal: EarlyRefusal, requestId: string, remoteAddress: string | undefined): void
  readonly timeouts?: Partial<HttpTimeouts> | undefined
  /** Absent means that everything is taken on. */
  readonly overload?: Overload | undefined
}

const defaultTimeouts: HttpTimeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the idle time of load balancers, or they answer 502 (an AWS ALB idles for 60 s).
  keepAliveTimeout: 72_000,
  connectionsCheckingInterval: 5_000,
}

/** The HTTP server with explicit limits, and a gate for what no framework should see. */
export const createHttpServer = ({ handler, refused, timeouts, overload }: HttpServerOptions): Server => {
  // Node goes on to parse what came in one packet with a refused request; it must not be executed.
  const closing = new WeakSet<Duplex>()
  // A request that was answered before its body had come; how it goes on is not refused a second time.
  const answered = new WeakSet<Duplex>()
  // Answers of a connection leave in order, so that the newest one says whether any is still to come.
  const newest = new WeakMap<Duplex, ServerResponse>()

  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    if (closing.has(socket)) return
    answered.delete(socket)
    newest.set(socket, response)
    const refusal = earlyRefusal(request) ?? tooMuch(request, response)
    if (!refusal) {
      response.once('finish', () => {
        if (!request.complete) answered.add(socket)
      })
      handler(request, response)
      return
    }
    closing.add(socket)
    const { requestId, headers, body } = earlyAnswer(refusal)
    response.writeHead(refusal.status, headers).end(body)
    refused(refusal, requestId, socket.remoteAddress)
  }

  /** Whoever looks after the process learns how it is, whatever it has to do. */
  const tooMuch = (request: IncomingMessage, response: ServerResponse): EarlyRefusal | undefined => {
    if (!overload || isHealthPath(request.url)) return undefined
    const reason = overload.take(response)
    return reason === undefined ? undefined : overloaded(reason)
  }

  const refuseOnSocket = (refusal: EarlyRefusal, socket: Duplex): void => {
    if (socket.destroyed || closing.has(socket)) return
    closing.add(socket)
    const { requestId, headers, body } = earlyAnswer(refusal)
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const line = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n`
    const remoteAddress = 'remoteAddress' in socket ? String(socket.remoteAddress) : undefined
    if (socket.writable) socket.write(`${line}${head.join('')}\r\n${body}`)
    socket.destroy()
    refused(refusal, requestId, remoteAddress)
  }

  const server: Server = createServer(
    {
      maxHeaderSize: 16_384,
      // Answered by the gate, with a body.
      requireHostHeader: false,
      // Needs Node 24.9. What is not taken here is an ordinary request, and passes by the gate as such.
      shouldUpgradeCallback: (request) =>
        asksForWebSocket(request) &&
        server.listenerCount('upgrade') > 0 &&
        !closing.has(request.socket) &&
        newest.get(request.socket)?.writableFinished !== false &&
        overload?.now() === undefined &&
        earlyRefusal(request) === undefined,
      ...defaultTimeouts,
      ...timeouts,
    },
    receive,
  )
  // Node drops headers over this count silently; they are counted by the gate instead.
  server.maxHeadersCount = 0
  // Most of them may be event streams, which must leave room for calls.
  server.maxConnections = 20_000
  server.maxRequestsPerSocket = 10_000
  server.on('checkExpectation', receive)
  server.on('connect', (_, socket) => refuseOnSocket(methodNotAllowed, socket))
  server.on('clientError', (error, socket) => {
    const code = 'code' in error ? error.code : undefined
    // Bytes behind a request that ends its connection (RFC 9112 section 9.6): nobody reads them.
    if (code === 'HPE_CLOSED_CONNECTION') return
    const refusal = parserRefusal(code)
    // A connection on which nothing was ever asked is not refused, only closed.
    const silent = 'bytesRead' in socket && socket.bytesRead === 0
    if (refusal && !silent && !answered.has(socket)) refuseOnSocket(refusal, socket)
    else socket.destroy()
  })
  closeUnusedWhenIdle(server)
  return server
}

/** Node takes connections on which nothing was ever asked for busy ones, and would wait for them when it stops. */
const closeUnusedWhenIdle = (server: Server): void => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => {
    closeIdle()
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }
}
