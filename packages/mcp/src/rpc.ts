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
  headerMismatch: -32020,
  unsupportedVersion: -32022,
} as const

export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** What a method answers: a result that is JSON already, or an error. */
export type Reply =
  | { readonly result: string }
  /** `audited` says that an audit event of this refusal is written already. */
  | { readonly error: RpcError; readonly audited?: boolean }

/** An error reply. */
export const fail = (code: number, message: string, data?: unknown): { readonly error: RpcError } => ({
  error: data === undefined ? { code, message } : { code, message, data },
})

/** The JSON-RPC response message, as text. */
export const responseText = (id: RpcId | null, reply: Reply): string =>
  'result' in reply
    ? `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${reply.result}}`
    : JSON.stringify({ jsonrpc: '2.0', id, error: reply.error })

/** True for ids that MCP allows; `1e400` and objects are not among them. */
export const isRpcId = (id: unknown): id is RpcId =>
  (typeof id === 'string' && id.length <= 256) || (typeof id === 'number' && Number.isSafeInteger(id))

/** True for a plain JSON object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
