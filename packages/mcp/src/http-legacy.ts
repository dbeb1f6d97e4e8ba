import type { Grant, SessionRecord } from '@gateway/domain'
import { type Exchange, exchangeOf, type McpDependencies } from './exchange.ts'
import { httpAnswer, type McpHttpAnswer } from './http-answer.ts'
import type { McpHttpRequest } from './http-request.ts'
import { answerLegacy, assumedVersion, initialize, legacyVersions } from './legacy.ts'
import { fail, isObject, isRpcId, type RpcId, rpcCodes } from './rpc.ts'

/** Most messages of a batch (2025-03-26 and older), and most characters of all its answers. */
const batchLimit = 100
const batchAnswerLimit = 1_000_000

/** POST of the legacy leg; `reason` is what the classifier took the body for. */
export const postLegacy = async (
  deps: McpDependencies,
  request: McpHttpRequest,
  reason: string,
): Promise<McpHttpAnswer> => {
  const { body, grant } = request
  const id = isObject(body) && isRpcId(body.id) ? body.id : null
  const named = request.header('mcp-protocol-version')
  if (named !== undefined && !legacyVersions.some((version) => version === named)) {
    const text = `Bad request: unsupported MCP-Protocol-Version; supported: ${legacyVersions.join(', ')}.`
    return httpAnswer.error(400, id, fail(rpcCodes.refused, text))
  }
  const sid = request.header('mcp-session-id')
  if (reason === 'initialize' && isObject(body)) {
    if (sid !== undefined) {
      return httpAnswer.error(
        400,
        id,
        fail(rpcCodes.invalidRequest, 'Invalid request: this session is initialized already.'),
      )
    }
    const { reply, session } = await initialize(deps, grant, body.params)
    return httpAnswer.reply(200, id, reply, session ? { 'mcp-session-id': session.id } : {})
  }

  // claude.ai has been seen to drop the session id; no method here needs one, so its absence is no error.
  const session = sid === undefined ? undefined : await sessionOf(deps, grant, sid)
  if (sid !== undefined && !session) return httpAnswer.sessionNotFound(id)
  const exchange = exchangeOf(request, 'legacy')
  if (Array.isArray(body)) {
    return postBatch(deps, exchange, body, session?.protocolVersion ?? named ?? assumedVersion)
  }
  if (!isRequest(body)) return httpAnswer.accepted()
  return httpAnswer.reply(200, body.id, await answerLegacy(deps, exchange, body))
}

/** The caller's own session, or undefined: an unknown id and a foreign one look the same. */
export const sessionOf = async (
  deps: McpDependencies,
  grant: Grant,
  id: string,
): Promise<SessionRecord | undefined> => {
  const session = await deps.sessions.find(grant.tenant.id, id)
  return session?.principalId === grant.principal.id && session.tenantId === grant.tenant.id
    ? session
    : undefined
}

const postBatch = async (
  deps: McpDependencies,
  exchange: Exchange,
  batch: readonly unknown[],
  version: string,
): Promise<McpHttpAnswer> => {
  const refuse = (text: string) =>
    httpAnswer.error(400, null, fail(rpcCodes.invalidRequest, `Invalid request: ${text}.`))
  if (version > assumedVersion) return refuse(`batches ended with ${assumedVersion}`)
  if (batch.length > batchLimit) return refuse(`a batch has at most ${batchLimit} messages`)
  const requests = batch.filter(isRequest)
  if (batch.some((message) => isObject(message) && 'id' in message && !isRpcId(message.id)))
    return refuse('bad id')
  const answers: McpHttpAnswer[] = []
  let length = 0
  for (const each of requests) {
    if (length > batchAnswerLimit) {
      const text = 'The answers of this batch are too large; send fewer requests at once.'
      answers.push(httpAnswer.reply(200, each.id, fail(rpcCodes.refused, text)))
      continue
    }
    const answer = httpAnswer.reply(200, each.id, await answerLegacy(deps, exchange, each))
    length += answer.body.length
    answers.push(answer)
  }
  return answers.length === 0 ? httpAnswer.accepted() : httpAnswer.batch(answers)
}

const isRequest = (message: unknown): message is { id: RpcId; method: string; params?: unknown } =>
  isObject(message) && typeof message.method === 'string' && isRpcId(message.id)
