import { type AuditLog, GatewayError } from '@gateway/domain'
import type { McpHttp, McpHttpAnswer, McpHttpRequest } from '@gateway/mcp'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { scopeChallenge } from './challenge.ts'
import type { EventStreams } from './event-streams.ts'
import { recordRefusal } from './failures.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { grantOfRequest, saidBy } from './request.ts'

/** What the MCP endpoint needs. */
export interface McpRouteOptions {
  readonly publicUrl: string
  readonly mcp: McpHttp
  readonly eventStreams: EventStreams
  readonly audit: AuditLog
  now(): number
}

/** The MCP endpoint; registered inside the guarded scope. */
export const mcpRoutes = (app: FastifyInstance, options: McpRouteOptions): void => {
  const { mcp, eventStreams } = options
  const send = async (
    request: FastifyRequest,
    reply: FastifyReply,
    answer: McpHttpAnswer,
  ): Promise<FastifyReply> => {
    for (const { code } of answer.refusals) {
      await recordRefusal(options, request, { code: `rpc:${code}`, status: answer.status })
    }
    if (answer.streamed) return reply
    if (answer.challenge)
      reply.header('www-authenticate', scopeChallenge(options.publicUrl, answer.challenge))
    reply
      .code(answer.status)
      .header('cache-control', 'private, no-store')
      .header('vary', 'Authorization, Origin')
    for (const name in answer.headers) reply.header(name, answer.headers[name])
    return reply.send(answer.body)
  }
  for (const url of ['/mcp', '/mcp/']) {
    app.post(url, async (request, reply) => {
      if (request.body === undefined) throw new GatewayError('parse_error', 'The body is empty.')
      return send(request, reply, await mcp.post(new RoutedRequest(request, reply, eventStreams)))
    })
    app.get(url, async (request, reply) =>
      send(request, reply, await mcp.get(new RoutedRequest(request, reply, eventStreams))),
    )
    app.delete(url, async (request, reply) =>
      send(request, reply, await mcp.delete(new RoutedRequest(request, reply, eventStreams))),
    )
    const hint = 'Use POST; GET for the stream of a session, DELETE to end it.'
    refuseOtherMethods(app, url, { allowed: ['POST', 'GET', 'DELETE'], hint })
  }
}

/** A request of Fastify as the protocol sees it; a class because one is made for every call. */
class RoutedRequest implements McpHttpRequest {
  readonly grant
  readonly requestId
  readonly sourceIp
  readonly userAgent?: string
  readonly traceparent?: string
  readonly log
  readonly body: unknown
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  readonly #eventStreams: EventStreams

  constructor(request: FastifyRequest, reply: FastifyReply, eventStreams: EventStreams) {
    this.grant = grantOfRequest(request)
    this.requestId = request.id
    this.sourceIp = request.ip
    const { userAgent, traceparent } = saidBy(request)
    if (userAgent !== undefined) this.userAgent = userAgent
    if (traceparent !== undefined) this.traceparent = traceparent
    this.log = request.log
    this.body = request.body
    this.#request = request
    this.#reply = reply
    this.#eventStreams = eventStreams
  }

  readonly header = (name: string): string | undefined => {
    const value = this.#request.headers[name]
    return typeof value === 'string' ? value : undefined
  }

  readonly openStream: McpHttpRequest['openStream'] = (headers) =>
    this.#eventStreams.open(this.#reply, headers)

  onGone(gone: () => void): void {
    const { raw } = this.#reply
    raw.once('close', () => {
      if (!raw.writableFinished) gone()
    })
  }
}
