import { classifyInboundRequest } from '@modelcontextprotocol/server'
import { rejectionOf } from './rejection.ts'
import { type Failure, fail, isObject, isRpcId, type RpcId, rpcCodes } from './rpc.ts'

/** Where a message of a connection goes: `revision` for the modern leg, undefined for the legacy one. */
export type MessageRoute = { readonly revision: unknown } | (Failure & { readonly id: RpcId | null })

/**
 * Tells the era of a message that came without HTTP headers. In a session that was initialized everything is legacy; a
 * malformed claim of 2026-07-28 is refused, never taken for something older.
 */
export const routeMessage = (message: unknown, initialized: boolean): MessageRoute => {
  const id = isObject(message) && isRpcId(message.id) ? message.id : null
  if (!isObject(message) || message.jsonrpc !== '2.0' || ('id' in message && id === null)) {
    return {
      id,
      ...fail(rpcCodes.invalidRequest, 'Invalid request: not a JSON-RPC message that MCP allows.'),
    }
  }
  if (initialized || id === null) return { revision: undefined }
  const route = classifyInboundRequest({ httpMethod: 'POST', body: message })
  if (route.kind === 'legacy') return { revision: undefined }
  if (route.kind === 'reject') return { id, ...rejectionOf(route) }
  return { revision: route.classification.revision }
}
