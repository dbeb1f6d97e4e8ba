import { type AuditLog, GatewayError } from '@gateway/domain'
import type { McpHttp, McpHttpAnswer, McpHttpRequest } from '@gateway/mcp'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { recordRefusal } from './failures.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { grantOfRequest } from './request.ts'

/** The MCP endpoint; registered inside the guarded scope. */
export const mcpRoutes = (
  app: FastifyInstance,
  options: { mcp: McpHttp; audit: AuditLog; now(): number },
): void => {
  const { mcp } = options
  const send = async (
    request: FastifyRequest,
    reply: FastifyReply,
    answer: McpHttpAnswer,
  ): Promise<FastifyReply> => {
    for (const { code } of answer.refusals) {
      await recordRefusal(options, request, { code: `rpc:${code}`, status: answer.status })
    }
    return reply
      .code(answer.status)
      .headers({ 'cache-control': 'private, no-store', vary: 'Authorization', ...answer.headers })
      .send(answer.body)
  }
  for (const url of ['/mcp', '/mcp/']) {
    app.post(url, async (request, reply) => {
      if (request.body === undefined) throw new GatewayError('parse_error', 'The body is empty.')
      return send(request, reply, await mcp.post({ ...mcpRequest(request, reply), body: request.body }))
    })
    app.delete(url, async (request, reply) =>
      send(request, reply, await mcp.delete(mcpRequest(request, reply))),
    )
    const hint = 'Use POST (or DELETE to end a session).'
    refuseOtherMethods(app, url, { allowed: ['POST', 'DELETE'], hint })
  }
}

const mcpRequest = (request: FastifyRequest, reply: FastifyReply): Omit<McpHttpRequest, 'body'> => {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new DOMException('the client went away', 'AbortError'))
  })
  return {
    grant: grantOfRequest(request),
    header(name) {
      const value = request.headers[name]
      return typeof value === 'string' ? value : undefined
    },
    requestId: request.id,
    sourceIp: request.ip,
    signal: controller.signal,
    log: request.log,
  }
}
