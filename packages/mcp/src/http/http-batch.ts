import { assumedVersion } from '../legacy/legacy.ts'
import { answerOn, answerSession, type LegacyPost, receive } from '../legacy/legacy-post.ts'
import { replyOn } from '../legacy/reply-on.ts'
import {
  fail,
  isObject,
  isRequest,
  isRpcId,
  type Reply,
  type RpcError,
  type RpcRequest,
  responseText,
  rpcCodes,
} from '../rpc.ts'
import { plainStream, type ResponseStream, silentStream } from '../streams/response-stream.ts'
import { acceptsStream } from './accepts-stream.ts'
import { httpAnswer, type McpHttpAnswer, refusalsOf } from './http-answer.ts'
import type { McpHttpRequest } from './http-request.ts'

/** Most messages of a batch (2025-03-26 and older), and most characters of all its answers. */
const batchLimit = 100
const batchAnswerLimit = 1_000_000

/** Answers a batch in its order, as one array or, where something is said before an answer, as one event stream. */
export const postBatch = async (
  post: LegacyPost<McpHttpRequest>,
  batch: readonly unknown[],
): Promise<McpHttpAnswer> => {
  const refuse = (what: string) =>
    httpAnswer.error(400, null, fail(rpcCodes.invalidRequest, `Invalid request: ${what}.`))
  if (post.version > assumedVersion) return refuse(`batches ended with ${assumedVersion}`)
  if (batch.length > batchLimit) return refuse(`a batch has at most ${batchLimit} messages`)
  if (batch.some((message) => isObject(message) && 'id' in message && !isRpcId(message.id)))
    return refuse('bad id')
  for (const message of batch) if (!isRequest(message)) await receive(post, message)

  const stream = acceptsStream(post.request.header('accept'))
    ? plainStream(post.request.openStream)
    : silentStream
  const messages: string[] = []
  const refusals: RpcError[] = []
  let length = 0
  for (const message of batch.filter(isRequest)) {
    const reply =
      length > batchAnswerLimit
        ? fail(rpcCodes.refused, 'The answers of this batch are too large; send fewer requests at once.')
        : await answerTo(stream, post, message)
    refusals.push(...refusalsOf(reply))
    const text = responseText(message.id, reply)
    length += text.length
    messages.push(text)
  }
  if (messages.length === 0) return httpAnswer.accepted()
  if (!stream.isUpgraded()) return httpAnswer.batch(messages, refusals)
  await stream.finish(messages)
  return httpAnswer.streamed(refusals)
}

/** Once the stream is open, a fault of one request is its own answer: those of the others still go out, and it ends. */
const answerTo = (stream: ResponseStream, post: LegacyPost, message: RpcRequest): Promise<Reply> =>
  replyOn(
    stream,
    post.request.log,
    async () => (await answerSession(post, message)) ?? (await answerOn(stream, post, message)),
  )
