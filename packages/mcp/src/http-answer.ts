import { fail, type Reply, type RpcError, type RpcId, responseText, rpcCodes } from './rpc.ts'

/** An answer to one HTTP request, ready to send. */
export interface McpHttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What the protocol refused and nobody has audited yet; several in a batch. */
  readonly refusals: readonly RpcError[]
}

/** Builds answers; bodies are JSON-RPC. */
export const httpAnswer = {
  reply(status: number, id: RpcId | null, reply: Reply, headers: Record<string, string> = {}): McpHttpAnswer {
    const answer = { status, headers: { ...json, ...headers }, body: responseText(id, reply) }
    return { ...answer, refusals: 'error' in reply && !reply.audited ? [reply.error] : [] }
  },
  error(status: number, id: RpcId | null, reply: { error: RpcError }, headers: Record<string, string> = {}) {
    return httpAnswer.reply(status, id, reply, headers)
  },
  /** A foreign session answers exactly like an unknown one. */
  sessionNotFound(id: RpcId | null): McpHttpAnswer {
    return httpAnswer.reply(
      404,
      id,
      fail(rpcCodes.sessionNotFound, 'Session not found. Send initialize again.'),
    )
  },
  /** Answers of a batch as one array. */
  batch(answers: readonly McpHttpAnswer[]): McpHttpAnswer {
    const refusals = answers.flatMap((answer) => answer.refusals)
    const body = `[${answers.map((answer) => answer.body).join(',')}]`
    return { status: 200, headers: json, body, refusals }
  },
  accepted: (): McpHttpAnswer => ({ status: 202, headers: {}, body: '', refusals: [] }),
} as const

const json = { 'content-type': 'application/json' }
