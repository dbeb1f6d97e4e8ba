import { classifyInboundRequest } from '@modelcontextprotocol/server'
import { ownerOf } from '../legacy/legacy-exchange.ts'
import { unsupportedVersion } from '../modern/modern-exchange.ts'
import { modernVersions } from '../modern/modern-versions.ts'
import { rejectionOf } from '../rejection.ts'
import { fail, isObject, isRpcId, type RpcId, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'
import { httpAnswer, type McpHttpAnswer } from './http-answer.ts'
import { getLegacy } from './http-get.ts'
import { postLegacy, sessionOf } from './http-legacy.ts'
import { postModern } from './http-modern.ts'
import type { McpHttpRequest } from './http-request.ts'
import { plainRoute } from './plain-route.ts'

/** Streamable HTTP over the dispatcher: POST in both eras, GET and DELETE for legacy sessions. */
export interface McpHttp {
  post(request: McpHttpRequest): Promise<McpHttpAnswer>
  get(request: Omit<McpHttpRequest, 'body'>): Promise<McpHttpAnswer>
  delete(request: Omit<McpHttpRequest, 'body'>): Promise<McpHttpAnswer>
}

/** Serves `/mcp`. All methods reject only with `GatewayError`s of the line and faults of the infrastructure. */
export const createMcpHttp = (server: Server): McpHttp => ({
  async post(request) {
    const { body } = request
    const protocolVersion = request.header('mcp-protocol-version')
    const method = request.header('mcp-method')
    const plain = plainRoute(body, { version: protocolVersion, method })
    if (plain?.era === 'legacy') return postLegacy(server, request, 'request')
    if (plain) return postModern(server, request, plain.message, plain.version)
    const id = idOf(body)
    if (id === 'invalid') return httpAnswer.error(400, null, invalidId)
    const name = request.header('mcp-name')
    const route = classifyInboundRequest({
      httpMethod: 'POST',
      body,
      ...(protocolVersion !== undefined && { protocolVersionHeader: protocolVersion }),
      ...(method !== undefined && { mcpMethodHeader: method }),
      ...(name !== undefined && { mcpNameHeader: name }),
    })
    if (route.kind === 'legacy') return postLegacy(server, request, route.reason)
    if (route.kind === 'reject') return httpAnswer.error(route.httpStatus, id, rejectionOf(route))
    if (route.messageKind === 'notification' || id === null) return httpAnswer.accepted()
    const requested = route.classification.revision
    const version = modernVersions.find((each) => each === requested)
    if (version === undefined) {
      return httpAnswer.error(400, id, unsupportedVersion(modernVersions, requested))
    }
    return postModern(server, request, { ...route.message, id }, version)
  },

  get: (request) => getLegacy(server, request),

  async delete(request) {
    const sid = request.header('mcp-session-id')
    if (sid === undefined) {
      const refusal = fail(rpcCodes.refused, 'Method not allowed without Mcp-Session-Id.')
      return httpAnswer.error(405, null, refusal, { allow: 'POST' })
    }
    const session = await sessionOf(server, request.grant, sid)
    if (!session) return httpAnswer.sessionNotFound(null)
    await server.sessions.remove(session.tenantId, session.id)
    await server.hub.end(ownerOf(session))
    return { status: 204, headers: {}, body: '', refusals: [] }
  },
})

/** Id of a request; null for what has none; `invalid` for one that MCP does not allow. */
const idOf = (body: unknown): RpcId | null | 'invalid' => {
  if (!isObject(body) || !('id' in body)) return null
  return isRpcId(body.id) ? body.id : 'invalid'
}

const invalidId = fail(
  rpcCodes.invalidRequest,
  'Invalid request: id must be a string of at most 256 characters or an integer.',
)
