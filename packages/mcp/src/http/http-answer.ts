import { fail, type Reply, type RpcError, type RpcId, responseText, rpcCodes } from '../rpc.ts'

/** An answer to one HTTP request. */
export interface McpHttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text, or bytes where it is encoded as `content-encoding` says. */
  readonly body: string | Buffer
  /** What the protocol refused and nobody has audited yet; several in a batch. */
  readonly refusals: readonly RpcError[]
  /** Scopes that the caller is asked to sign in for; the answer's status is 403. */
  readonly challenge?: readonly string[]
  /** True where the response became an event stream: it is sent already, only its refusals are left. */
  readonly streamed?: boolean
}

/** Builds answers; bodies are JSON-RPC. */
export const httpAnswer = {
  reply(
    status: number,
    id: RpcId | null,
    reply: Reply,
    headers: Readonly<Record<string, string>> = json,
  ): McpHttpAnswer {
    const challenge = 'error' in reply ? reply.challenge : undefined
    const body = responseText(id, reply)
    return { status, headers, body, refusals: refusalsOf(reply), ...(challenge && { challenge }) }
  },
  error(status: number, id: RpcId | null, reply: { error: RpcError }, headers: Record<string, string> = {}) {
    return httpAnswer.reply(status, id, reply, { ...json, ...headers })
  },
  /** A foreign session answers exactly like an unknown one. */
  sessionNotFound(id: RpcId | null): McpHttpAnswer {
    return httpAnswer.reply(
      404,
      id,
      fail(rpcCodes.sessionNotFound, 'Session not found. Send initialize again.'),
    )
  },
  /** Messages that are JSON-RPC responses already, as one array. */
  batch(messages: readonly string[], refusals: readonly RpcError[]): McpHttpAnswer {
    return { status: 200, headers: json, body: `[${messages.join(',')}]`, refusals }
  },
  streamed: (refusals: readonly RpcError[] = none): McpHttpAnswer => ({
    status: 200,
    headers: {},
    body: '',
    refusals,
    streamed: true,
  }),
  accepted: (): McpHttpAnswer => ({ status: 202, headers: {}, body: '', refusals: none }),
} as const

/** What nobody has audited yet of a reply. */
export const refusalsOf = (reply: Reply): readonly RpcError[] =>
  'error' in reply && !reply.audited ? [reply.error] : none

const json = { 'content-type': 'application/json' }

const none: readonly RpcError[] = []
