import { fail, isObject, type RpcError } from './rpc.ts'

/** What `classifyInboundRequest` says of a request that neither era serves. */
interface Rejection {
  readonly rung: string
  readonly code: number
  readonly data?: unknown
}

/** The classifier's verdict in our words: its own sentences quote the request. */
export const rejectionOf = ({ rung, code, data }: Rejection): { readonly error: RpcError } =>
  rung === 'envelope' ? envelopeRejection(code, data) : fail(code, sentences[rung] ?? 'Invalid request.')

const sentences: Readonly<Record<string, string>> = {
  'jsonrpc-shape': 'Invalid request: the body is not a JSON-RPC message that this revision of MCP allows.',
  'era-classification': 'Header mismatch: the protocol headers and the body of the request disagree.',
  'standard-header-validation': 'Header mismatch: the protocol headers and the body of the request disagree.',
}

/** Names the members of `_meta` that are missing or wrong. */
const envelopeRejection = (code: number, data: unknown) => {
  const envelope = isObject(data) && isObject(data.envelope) ? data.envelope : {}
  const named = [envelope.key, ...(Array.isArray(envelope.missing) ? envelope.missing : [])]
  const members = named.filter((name) => typeof name === 'string')
  const text = `Invalid params: a 2026-07-28 request needs in its _meta, and in the right shape: ${members.join(', ')}.`
  return fail(code, text, { members })
}
