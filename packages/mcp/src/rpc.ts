/** JSON-RPC id as MCP allows it: a string or an integer, never null. */
export type RpcId = string | number

/** JSON-RPC codes that the gateway answers (MCP 2026-07-28, "Error handling"; -32000..-32019 are ours to define). */
export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  refused: -32000,
  sessionNotFound: -32001,
  /** Until 2025-11-25; 2026-07-28 made it invalidParams. */
  resourceNotFound: -32002,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const

/** The `error` of a JSON-RPC response. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** A request that a client sent. */
export interface RpcRequest {
  readonly id: RpcId
  readonly method: string
  readonly params?: unknown
}

/** What a method answers: a result that is the JSON of an object already, or an error. */
export type Reply = Success | Failure

/** `page` is there for a list: the same object, with the members of the result, whenever it is the same list. */
export interface Success {
  readonly result: string
  readonly page?: { readonly members: string }
}

/**
 * `audited` says that an audit event of this refusal is written already; `challenge` names the scopes to sign in for, which
 * the transport tells in its own way (RFC 6750 section 3.1, `insufficient_scope`).
 */
export interface Failure {
  readonly error: RpcError
  readonly audited?: boolean
  readonly challenge?: readonly string[]
}

/** An error reply. */
export const fail = (code: number, message: string, data?: unknown): { readonly error: RpcError } => ({
  error: data === undefined ? { code, message } : { code, message, data },
})

/** The JSON-RPC response message, as text. */
export const responseText = (id: RpcId | null, reply: Reply): string =>
  'result' in reply
    ? `{"jsonrpc":"2.0","id":${typeof id === 'number' ? id : JSON.stringify(id)},"result":${reply.result}}`
    : JSON.stringify({ jsonrpc: '2.0', id, error: reply.error })

/** A JSON-RPC notification, as text. */
export const notificationText = (method: string, params?: object): string =>
  JSON.stringify({ jsonrpc: '2.0', method, ...(params && { params }) })

/** The JSON of an object with more members, `members` being those of another object's JSON. */
export const withMembers = (object: string, members: string): string => {
  if (members === '') return object
  return object === '{}' ? `{${members}}` : `${object.slice(0, -1)},${members}}`
}

/** True for ids that MCP allows; `1e400` and objects are not among them. */
export const isRpcId = (id: unknown): id is RpcId =>
  (typeof id === 'string' && id.length <= 256) || (typeof id === 'number' && Number.isSafeInteger(id))

/** True for a plain JSON object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** True for a request; a message with an id of another shape is none. */
export const isRequest = (message: unknown): message is RpcRequest =>
  isObject(message) && typeof message.method === 'string' && isRpcId(message.id)

/** True for a client's answer to a request of ours. */
export const isResponse = (message: unknown): message is RpcResponse =>
  isObject(message) &&
  !('method' in message) &&
  isRpcId(message.id) &&
  ('result' in message || 'error' in message)

/** A client's answer to a request of ours. */
export interface RpcResponse {
  readonly id: RpcId
  readonly result?: unknown
  readonly error?: unknown
}
