import { classifyInboundRequest } from '@modelcontextprotocol/server'
import { exchangeOf, type McpDependencies } from './exchange.ts'
import { httpAnswer, type McpHttpAnswer } from './http-answer.ts'
import { postLegacy, sessionOf } from './http-legacy.ts'
import type { McpHttpRequest } from './http-request.ts'
import { answerModern, modernVersions } from './modern.ts'
import { headerMismatch } from './modern-headers.ts'
import { rejectionOf } from './rejection.ts'
import { fail, isObject, isRpcId, type RpcId, rpcCodes } from './rpc.ts'

/** Streamable HTTP over the dispatcher: POST in both eras, DELETE for legacy sessions. */
export interface McpHttp {
  post(request: McpHttpRequest): Promise<McpHttpAnswer>
  delete(request: Omit<McpHttpRequest, 'body'>): Promise<McpHttpAnswer>
}

/** Serves `/mcp`. Both methods reject only with faults of the infrastructure. */
export const createMcpHttp = (deps: McpDependencies): McpHttp => ({
  async post(request) {
    const { body } = request
    const id = idOf(body)
    if (id === 'invalid') {
      return httpAnswer.error(
        400,
        null,
        fail(
          rpcCodes.invalidRequest,
          'Invalid request: id must be a string of at most 256 characters or an integer.',
        ),
      )
    }
    const headers = {
      protocolVersion: request.header('mcp-protocol-version'),
      method: request.header('mcp-method'),
      name: request.header('mcp-name'),
    }
    const route = classifyInboundRequest({
      httpMethod: 'POST',
      body,
      ...(headers.protocolVersion !== undefined && { protocolVersionHeader: headers.protocolVersion }),
      ...(headers.method !== undefined && { mcpMethodHeader: headers.method }),
      ...(headers.name !== undefined && { mcpNameHeader: headers.name }),
    })
    if (route.kind === 'legacy') return postLegacy(deps, request, route.reason)
    if (route.kind === 'reject') {
      return httpAnswer.error(route.httpStatus, id, rejectionOf(route))
    }
    if (route.messageKind === 'notification') return httpAnswer.accepted()
    const requested = route.classification.revision
    if (!modernVersions.some((version) => version === requested)) {
      const data = { supported: modernVersions, requested }
      return httpAnswer.error(
        400,
        id,
        fail(rpcCodes.unsupportedVersion, 'Unsupported protocol version.', data),
      )
    }
    const mismatch = headerMismatch(headers, route.message)
    if (mismatch) return httpAnswer.error(400, id, { error: mismatch })
    const reply = await answerModern(deps, exchangeOf(request, 'modern'), route.message)
    // MCP 2026-07-28, Transports: an unknown method is 404, every other error of a method is 200.
    const unknown = 'error' in reply && reply.error.code === rpcCodes.methodNotFound
    return httpAnswer.reply(unknown ? 404 : 200, id, reply)
  },

  async delete(request) {
    const sid = request.header('mcp-session-id')
    if (sid === undefined) {
      return httpAnswer.error(
        405,
        null,
        fail(rpcCodes.refused, 'Method not allowed without Mcp-Session-Id.'),
        { allow: 'POST' },
      )
    }
    const session = await sessionOf(deps, request.grant, sid)
    if (!session) return httpAnswer.sessionNotFound(null)
    await deps.sessions.remove(session.tenantId, session.id)
    return { status: 204, headers: {}, body: '', refusals: [] }
  },
})

/** Id of a request; null for what has none; `invalid` for one that MCP does not allow. */
const idOf = (body: unknown): RpcId | null | 'invalid' => {
  if (!isObject(body) || !('id' in body)) return null
  return isRpcId(body.id) ? body.id : 'invalid'
}
