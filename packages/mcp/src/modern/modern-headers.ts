import { fail, isObject, type RpcError, rpcCodes } from '../rpc.ts'

/** The headers of MCP 2026-07-28 that mirror the body. */
export interface MirrorHeaders {
  readonly protocolVersion?: string | undefined
  readonly method?: string | undefined
  readonly name?: string | undefined
}

/**
 * Checks that the mirror headers of a modern request are there and say what its body says (SEP-2243): a balancer
 * or firewall that decided by the headers must not have decided about another call.
 */
export const headerMismatch = (
  headers: MirrorHeaders,
  { method, params }: { method: string; params?: unknown },
): RpcError | undefined => {
  if (headers.protocolVersion === undefined) return mismatch('MCP-Protocol-Version is missing')
  if (headers.method === undefined) return mismatch('Mcp-Method is missing')
  if (headers.method.trim() !== method) return mismatch('Mcp-Method differs from the method in the body')
  const field = nameFields.get(method)
  const named = field !== undefined && isObject(params) ? params[field] : undefined
  if (typeof named !== 'string') return undefined
  if (headers.name === undefined) return mismatch('Mcp-Name is missing')
  const decoded = decodeHeader(headers.name.trim())
  if (decoded === undefined) return mismatch('Mcp-Name is not valid base64 between =?base64? and ?=')
  return decoded === named ? undefined : mismatch(`Mcp-Name differs from params.${field} in the body`)
}

const nameFields: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  // SEP-2663, "Streamable HTTP: Routing Headers".
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
])

/** The refusal of headers that say something else than the body. */
export const mismatch = (what: string): RpcError =>
  fail(rpcCodes.headerMismatch, `Header mismatch: ${what}.`).error

/** Header value, with the base64 form undone; undefined if what is inside of that form is broken. */
export const decodeHeader = (value: string): string | undefined => {
  if (!value.startsWith('=?base64?') || !value.endsWith('?=')) return value
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1]
  if (encoded === undefined) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.toString('base64') === encoded ? bytes.toString('utf8') : undefined
}
