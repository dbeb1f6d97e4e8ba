import type { SessionRecord } from '@gateway/domain'
import type { Owner } from '../changes/hub.ts'
import type { Caller } from '../exchange.ts'
import { askingMethods } from '../methods.ts'
import {
  type Failure,
  fail,
  isObject,
  isResponse,
  isRpcId,
  type Reply,
  type RpcRequest,
  rpcCodes,
} from '../rpc.ts'
import type { Server } from '../server.ts'
import type { ResponseStream } from '../streams/response-stream.ts'
import { sessionChange } from './initialize.ts'
import { answerLegacy } from './legacy.ts'
import { legacyExchange, ownerOf } from './legacy-exchange.ts'
import { replyOn } from './reply-on.ts'

/** What was sent in a session, or outside of any, with all that is known around it. */
export interface LegacyPost<Request extends Caller = Caller> {
  readonly server: Server
  readonly request: Request
  readonly session: SessionRecord | undefined
  readonly version: string
}

/** Takes notifications, and answers to questions of ours; nothing is answered. */
export const receive = async ({ server, session }: LegacyPost, message: unknown): Promise<void> => {
  if (!session || !isObject(message)) return
  if (isResponse(message)) await server.hub.deliver(ownerOf(session), message)
  if (message.method !== 'notifications/cancelled' || !isObject(message.params)) return
  const { requestId } = message.params
  if (isRpcId(requestId)) await server.hub.cancel(ownerOf(session), requestId)
}

/** Answers the methods of the session itself, which never stream; undefined for others. */
export const answerSession = async (
  { server, request, session }: LegacyPost,
  message: RpcRequest,
): Promise<Reply | undefined> => {
  if (message.method === 'ping') return { result: '{}' }
  if (message.method === 'initialize') return alreadyOpen
  const change = sessionChange(server, request.grant, message)
  if (!change) return undefined
  if (!session) return needsSession
  let refusal: Failure | undefined
  await server.sessions.update(session.tenantId, session.id, (current) => {
    const next = change(current)
    refusal = 'error' in next ? next : undefined
    return 'error' in next ? current : { ...next, id: current.id }
  })
  if (!refusal && message.method !== 'logging/setLevel') await server.hub.subscribed(ownerOf(session))
  return refusal ?? { result: '{}' }
}

/** Answers all other methods, with `stream` for what comes before the answer. */
export const answerOn = async (
  stream: ResponseStream,
  { server, request: caller, session, version }: LegacyPost,
  message: RpcRequest,
): Promise<Reply> => {
  const controller = new AbortController()
  const owner = session ? ownerOf(session) : nobody
  // Only work that takes time can be cancelled; a client that loses its connection cancels nothing.
  const done =
    session && askingMethods.has(message.method) && server.hub.working(owner, message.id, controller)
  try {
    return await replyOn(stream, caller.log, (open) => {
      const client = stream.silent ? undefined : session
      const { signal } = controller
      const { params } = message
      const exchange = legacyExchange({
        caller,
        client,
        claimed: session,
        version,
        params,
        stream: open,
        signal,
      })
      return answerLegacy(server, exchange, message, owner)
    })
  } finally {
    if (done) done()
  }
}

/** The refusal of a method of the session outside of any; answered with 400. */
export const needsSession = fail(rpcCodes.refused, 'Bad request: this method needs an Mcp-Session-Id.')

const alreadyOpen = fail(
  rpcCodes.invalidRequest,
  'Invalid request: initialize opens a session and stands alone.',
)

const nobody: Owner = { tenantId: '', name: '' }
