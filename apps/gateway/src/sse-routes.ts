import { GatewayError } from '@gateway/domain'
import type { SseSessions } from '@gateway/mcp'
import type { FastifyInstance } from 'fastify'
import type { EventStreams } from './event-streams.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { callerOf } from './request.ts'

/** What the endpoints of HTTP+SSE need. */
export interface SseRouteOptions {
  readonly sse: SseSessions
  readonly eventStreams: EventStreams
}

/** MCP over HTTP+SSE (2024-11-05), for clients that know nothing newer; registered inside the guarded scope. */
export const sseRoutes = (app: FastifyInstance, { sse, eventStreams }: SseRouteOptions): void => {
  app.get('/sse', async (request, reply) => {
    await sse.open(callerOf(request), (headers) => eventStreams.open(reply, headers))
    return reply
  })
  refuseOtherMethods(app, '/sse', { allowed: ['GET'], hint: 'Use GET for the stream of a session.' })

  app.post<{ Querystring: { sessionId?: unknown } }>('/messages', async (request, reply) => {
    const { body, query } = request
    if (body === undefined) throw new GatewayError('parse_error', 'The body is empty.')
    // One refusal for all, so that nobody learns which sessions there are.
    if (!(await sse.post(callerOf(request), query.sessionId, body))) {
      throw new GatewayError('not_found', 'Session not found. Open /sse again.')
    }
    return reply.code(202).header('cache-control', 'private, no-store').send()
  })
  refuseOtherMethods(app, '/messages', { allowed: ['POST'], hint: 'Use POST for the messages of a session.' })
}
