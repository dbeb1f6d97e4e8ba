import websocket from '@fastify/websocket'
import { GatewayError } from '@gateway/domain'
import { enterStream, type Server } from '@gateway/mcp'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bodyLimit } from './body.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { callerOf, grantOfRequest } from './request.ts'
import { asksForWebSocket, handshakeFault, subprotocol, webSocketPath } from './web-socket-request.ts'
import type { Socket, WebSockets } from './web-sockets.ts'

/** What the WebSocket endpoint needs. */
export interface WebSocketRouteOptions {
  readonly server: Server
  readonly webSockets: WebSockets
}

/** Milliseconds that a client may take to answer a close frame. */
const closeTimeout = 2_000

/**
 * MCP over WebSocket, at `/ws`. The upgrade is a request like any other: what the steps before refuse is answered
 * before there is a WebSocket. Registered in a scope of its own inside the guarded one, because the plugin takes over
 * every route beside it.
 */
export const webSocketRoutes = async (
  app: FastifyInstance,
  { server, webSockets }: WebSocketRouteOptions,
): Promise<void> => {
  await app.register(websocket, {
    options: {
      maxPayload: bodyLimit,
      handleProtocols: () => subprotocol,
      clientTracking: false,
      closeTimeout,
    },
    preClose: async () => webSockets.drain(),
    errorHandler: (error, socket: Socket, request) => {
      // Faults of the connection are the client's, and told by the connection itself.
      if ('code' in error) return
      request.log.error({ err: error }, 'the WebSocket failed')
      socket.terminate()
    },
  })
  // Nothing reads on from the connection of a refused upgrade; the plugin ends only those that the steps before let pass.
  app.addHook('onSend', async ({ raw }, reply) => {
    if (asksForWebSocket(raw)) reply.header('connection', 'close')
  })
  app.addHook('onResponse', async ({ raw }) => {
    if (asksForWebSocket(raw)) raw.socket.destroy()
  })
  const admit = async (request: FastifyRequest): Promise<void> => {
    const fault = request.ws ? handshakeFault(request.raw.headers) : 'Open a WebSocket here.'
    if (fault !== undefined) throw new GatewayError('bad_request', fault)
    if (webSockets.draining) {
      const details = { retryAfterSeconds: 2 }
      throw new GatewayError('unavailable', 'This replica is stopping. Connect again.', { details })
    }
    const leave = enterStream(server.streams, grantOfRequest(request))
    const { socket } = request.raw
    // A client that went away while it was asked who it is must not keep its place.
    if (socket.destroyed) leave()
    else socket.once('close', leave)
  }
  app.get(webSocketPath, { websocket: true, onRequest: admit }, (socket: Socket, request) => {
    const { raw, server: fastify } = request
    // The trace of the upgrade ends with it; messages bring their own.
    const { log, traceparent, requestId: connection, ...caller } = callerOf(request)
    webSockets.serve(socket, {
      ...caller,
      logOf: (requestId) => fastify.log.child({ reqId: requestId, connection }),
      reset: () => raw.socket.resetAndDestroy(),
    })
  })
  refuseOtherMethods(app, webSocketPath, { allowed: ['GET'], hint: 'Open a WebSocket here.' })
}
