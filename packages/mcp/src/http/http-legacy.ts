import type { Grant, SessionRecord } from '@gateway/domain'
import { agree, initializeResult } from '../legacy/initialize.ts'
import { assumedVersion, legacyVersions } from '../legacy/legacy.ts'
import { answerOn, answerSession, type LegacyPost, needsSession, receive } from '../legacy/legacy-post.ts'
import { fail, isObject, isRequest, isRpcId, type RpcRequest, responseText, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'
import { lazyStream, plainStream, silentStream } from '../streams/response-stream.ts'
import { runStream } from '../streams/runs.ts'
import { acceptsStream } from './accepts-stream.ts'
import { httpAnswer, type McpHttpAnswer, refusalsOf } from './http-answer.ts'
import { postBatch } from './http-batch.ts'
import type { McpHttpRequest } from './http-request.ts'

/** POST of the legacy leg; `reason` is what the classifier took the body for. */
export const postLegacy = async (
  server: Server,
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
  if (reason === 'initialize' && isRequest(body)) {
    if (sid === undefined) return openSession(server, request, body)
    const text = 'Invalid request: this session is initialized already.'
    return httpAnswer.error(400, id, fail(rpcCodes.invalidRequest, text))
  }
  // claude.ai has been seen to drop the session id; where a method needs none, its absence is no error.
  const session = sid === undefined ? undefined : await sessionOf(server, grant, sid)
  if (sid !== undefined && !session) return httpAnswer.sessionNotFound(id)
  const version = session?.protocolVersion ?? named ?? assumedVersion
  const post = { server, request, session, version }
  if (Array.isArray(body)) return postBatch(post, body)
  if (isRequest(body)) return postRequest(post, body)
  await receive(post, body)
  return httpAnswer.accepted()
}

/** The caller's own session, or undefined: an unknown id and a foreign one look the same. */
export const sessionOf = async (
  server: Server,
  grant: Grant,
  id: string,
): Promise<SessionRecord | undefined> => {
  const session = await server.sessions.find(grant.tenant.id, id)
  return session?.principalId === grant.principal.id && session.tenantId === grant.tenant.id
    ? session
    : undefined
}

const openSession = async (
  server: Server,
  { grant }: McpHttpRequest,
  { id, params }: RpcRequest,
): Promise<McpHttpAnswer> => {
  const agreement = agree(grant, params)
  if ('error' in agreement) return httpAnswer.reply(200, id, agreement)
  const session: SessionRecord = { ...agreement, id: server.newId() }
  await server.admitSession(grant)
  await server.sessions.create(session)
  const headers = { 'content-type': 'application/json', 'mcp-session-id': session.id }
  return httpAnswer.reply(200, id, { result: initializeResult(server, grant, agreement) }, headers)
}

const postRequest = async (post: LegacyPost<McpHttpRequest>, message: RpcRequest): Promise<McpHttpAnswer> => {
  const reply = await answerSession(post, message)
  if (reply) return httpAnswer.reply(reply === needsSession ? 400 : 200, message.id, reply)
  const { server, request, session, version } = post
  const stream = !acceptsStream(request.header('accept'))
    ? silentStream
    : session
      ? lazyStream(() => runStream(server, { session, run: { version, message }, open: request.openStream }))
      : plainStream(request.openStream)
  const answer = await answerOn(stream, post, message)
  if (!stream.isUpgraded()) {
    const plain = httpAnswer.reply(200, message.id, answer)
    return server.compressLists(request, plain, { era: 'legacy', id: message.id, reply: answer })
  }
  await stream.finish([responseText(message.id, answer)])
  return httpAnswer.streamed(refusalsOf(answer))
}
