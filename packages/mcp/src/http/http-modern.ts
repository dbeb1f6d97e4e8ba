import { listen } from '../changes/listen.ts'
import { replyOn } from '../legacy/reply-on.ts'
import { answerModern } from '../modern/modern.ts'
import { modernExchange } from '../modern/modern-exchange.ts'
import { headerMismatch, mismatch } from '../modern/modern-headers.ts'
import { isObject, type Reply, type RpcRequest, responseText, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'
import { eventFrame } from '../streams/event-frames.ts'
import type { EventSink, OpenSink } from '../streams/event-sink.ts'
import { eventStreamHeaders, plainStream, silentStream } from '../streams/response-stream.ts'
import { acceptsStream } from './accepts-stream.ts'
import { httpAnswer, type McpHttpAnswer, refusalsOf } from './http-answer.ts'
import type { McpHttpRequest } from './http-request.ts'

/** POST of the modern leg; the envelope of `message` is checked already, and names a `version` that is served. */
export const postModern = async (
  server: Server,
  request: McpHttpRequest,
  message: RpcRequest,
  version: string,
): Promise<McpHttpAnswer> => {
  const { id, method } = message
  const params = isObject(message.params) ? message.params : {}
  const refusal = headersRefused(server, request, message)
  if (refusal) return httpAnswer.error(400, id, { error: refusal })
  if (method === 'subscriptions/listen') return postListen(server, request, message)

  const controller = new AbortController()
  // A client that closes the connection has cancelled the request (MCP 2026-07-28, Transports, "Cancellation").
  const gone = (): void => controller.abort(new DOMException('the client went away', 'AbortError'))
  request.onGone(gone)
  const stream = acceptsStream(request.header('accept'))
    ? plainStream(request.openStream, gone)
    : silentStream
  const reply = await replyOn(stream, request.log, ({ send }) => {
    const { signal } = controller
    const exchange = modernExchange({ caller: request, version, params, signal, challenges: true, send })
    return answerModern(server, exchange, message)
  })
  if (!stream.isUpgraded()) {
    return server.compressLists(request, httpAnswer.reply(statusOf(reply), id, reply), {
      era: 'modern',
      id,
      reply,
    })
  }
  await stream.finish([responseText(id, reply)])
  return httpAnswer.streamed(refusalsOf(reply))
}

/** Why a request is refused for what its headers say. */
const headersRefused = (server: Server, request: McpHttpRequest, message: RpcRequest) => {
  const { method } = message
  const headers = {
    protocolVersion: request.header('mcp-protocol-version'),
    method: request.header('mcp-method'),
    name: request.header('mcp-name'),
  }
  const refusal = headerMismatch(headers, message)
  if (refusal || method !== 'tools/call' || !isObject(message.params)) return refusal
  const { name, arguments: args } = message.params
  const tool = typeof name === 'string' ? server.offerOf(request.grant.tenant).tools.get(name) : undefined
  const param = server.paramHeaders(tool, args, request.header)
  return param === undefined
    ? undefined
    : mismatch(`Mcp-Param header of ${param} is not what the argument says`)
}

/** Status of a reply that is not a stream. */
const statusOf = (reply: Reply): number => {
  if (!('error' in reply)) return 200
  if (reply.challenge) return 403
  if (reply.error.code === rpcCodes.methodNotFound) return 404
  return reply.error.code === rpcCodes.missingCapability ? 400 : 200
}

const postListen = async (
  server: Server,
  request: McpHttpRequest,
  { id, params }: RpcRequest,
): Promise<McpHttpAnswer> => {
  let sink: EventSink | undefined
  // Lives as long as the stream, and must not keep all that came with the request.
  let open: OpenSink | undefined = request.openStream
  const send = (message: string): void => {
    sink ??= open?.(eventStreamHeaders)
    open = undefined
    sink?.write(eventFrame(message))
  }
  const subscription = await listen(server, { grant: request.grant, id, params }, send)
  if ('error' in subscription) return httpAnswer.reply(200, id, subscription)
  sink?.onFarewell(eventFrame(subscription.farewell))
  sink?.liveUntil(request.grant.principal.tokenExpires)
  sink?.onClose(subscription.stop)
  return httpAnswer.streamed()
}
