import { asGatewayError, type Grant } from '@gateway/domain'
import { cancelled, type Owner } from '../changes/hub.ts'
import { createSubscriptions } from '../changes/subscriptions.ts'
import type { Caller } from '../exchange.ts'
import { answerModern } from '../modern/modern.ts'
import { modernExchange, unsupportedVersion } from '../modern/modern-exchange.ts'
import { modernVersions } from '../modern/modern-versions.ts'
import { routeMessage } from '../route-message.ts'
import {
  type Failure,
  fail,
  isObject,
  isRequest,
  isResponse,
  isRpcId,
  type Reply,
  type RpcError,
  type RpcRequest,
  responseText,
  rpcCodes,
} from '../rpc.ts'
import type { Server } from '../server.ts'
import { createConnectionSession } from './connection-session.ts'

/** A client on a connection of its own (WebSocket, stdio, HTTP+SSE): all its messages come and go over that. */
export interface Connection {
  /**
   * Takes one message, parsed, from a caller whom the transport has found to be the one who opened the connection; never
   * rejects. What is no message of MCP is answered or dropped.
   */
  receive(message: unknown, caller: Caller): Promise<void>
  /** Answers what could not be read as a message at all, and audits that; never rejects. */
  refuse(error: RpcError, caller: Caller): Promise<void>
  /** Says that nothing more will come of the client: its answers to questions are not waited for. */
  inputEnded(): void
  /** Refuses further requests and ends subscriptions in good order; resolves when nothing runs any more. */
  drain(): Promise<void>
  /** Ends what runs; its answers have nowhere to go. */
  close(): void
}

/** What a connection needs of its transport. */
export interface ConnectionOptions {
  /** Who opened it. */
  readonly grant: Grant
  send(message: string): void
}

/** Most requests of one connection that run at once. */
const runningLimit = 64

/**
 * The protocol on one connection. Its era follows from how the client opens: `initialize` makes it a legacy session,
 * which lives here and nowhere else; requests that bring their own envelope are of 2026-07-28.
 */
export const createConnection = (server: Server, { grant, send }: ConnectionOptions): Connection => {
  const owner: Owner = { tenantId: grant.tenant.id, name: server.newId() }
  const running = new Map<string, { readonly controller: AbortController; readonly done: Promise<void> }>()
  const deaf = new AbortController()
  let draining = false
  let closed = false
  const say = (message: string): void => {
    if (!closed) send(message)
  }
  const session = createConnectionSession(server, { owner, send: say, deaf: deaf.signal })
  const subscriptions = createSubscriptions(server, say)

  const refuse = async (id: RpcRequest['id'] | null, failure: Failure, caller: Caller): Promise<void> => {
    say(responseText(id, failure))
    if (!failure.audited) await server.refused(caller, failure.error)
  }

  const modern = async (
    request: RpcRequest,
    { revision, caller, signal }: { revision: unknown; caller: Caller; signal: AbortSignal },
  ): Promise<Reply | undefined> => {
    const version = modernVersions.find((each) => each === revision)
    if (version === undefined) return unsupportedVersion(modernVersions, revision)
    if (request.method === 'subscriptions/listen') return subscriptions.open(request, caller.grant, signal)
    const params = isObject(request.params) ? request.params : {}
    return answerModern(server, modernExchange({ caller, version, params, signal, send: say }), request)
  }

  const run = async (
    request: RpcRequest,
    of: { revision: unknown; caller: Caller; signal: AbortSignal },
  ): Promise<void> => {
    const { revision, caller, signal } = of
    const reply = await (revision === undefined
      ? session.answer(request, caller, signal)
      : modern(request, of)
    ).catch((thrown) => failureOf(thrown, caller))
    if (!reply) return
    // Nobody waits for the answer to a request that was cancelled (MCP 2025-11-25, "Cancellation").
    if (!signal.aborted) say(responseText(request.id, reply))
    if ('error' in reply && !reply.audited) await server.refused(caller, reply.error)
  }

  const cancel = (params: unknown): void => {
    const id = isObject(params) ? params.requestId : undefined
    if (!isRpcId(id)) return
    running.get(keyOf(id))?.controller.abort(cancelled())
    subscriptions.end(id)
  }

  const take = async (message: RpcRequest, revision: unknown, caller: Caller): Promise<void> => {
    const { id } = message
    const key = keyOf(id)
    if (running.has(key) || subscriptions.has(id)) return refuse(id, idInUse, caller)
    if (running.size >= runningLimit) return refuse(id, tooMany, caller)
    if (draining) return refuse(id, ending, caller)
    const controller = new AbortController()
    const done = run(message, { revision, caller, signal: controller.signal }).finally(() =>
      running.delete(key),
    )
    running.set(key, { controller, done })
    await done
  }

  return {
    async receive(message, caller) {
      if (closed) return
      const route = routeMessage(message, session.initialized)
      if ('error' in route) return refuse(route.id, route, caller)
      if (isRequest(message)) return take(message, route.revision, caller)
      if (isResponse(message)) {
        // All questions on this connection were asked here; other replicas are not to be bothered.
        const ours = String(message.id).startsWith(`${server.hub.replica}:`)
        return ours ? server.hub.deliver(owner, message) : undefined
      }
      if (isObject(message) && message.method === 'notifications/cancelled') cancel(message.params)
    },
    refuse: (error, caller) => refuse(null, { error }, caller),
    inputEnded: () => deaf.abort(new DOMException('the client sends nothing more', 'AbortError')),
    async drain() {
      draining = true
      subscriptions.endAll()
      while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done))
    },
    close() {
      if (closed) return
      closed = true
      session.close()
      subscriptions.endAll()
      for (const { controller } of running.values()) controller.abort(cancelled())
    },
  }
}

/** `1` and `"1"` are two ids. */
const keyOf = (id: RpcRequest['id']): string => JSON.stringify(id)

/** What was thrown, in our words; what is no refusal of ours is for the log alone. */
const failureOf = (thrown: unknown, { log, requestId }: Caller): Failure => {
  const { code, status, message, cause, audited, details } = asGatewayError(thrown)
  if (status >= 500) log.error({ code, err: cause }, 'request failed')
  const wait = details.retryAfterSeconds
  const data = { code, requestId, ...(wait !== undefined && { retry_after_s: wait }) }
  return { ...fail(status >= 500 ? rpcCodes.internalError : rpcCodes.refused, message, data), audited }
}

const idInUse = fail(rpcCodes.invalidRequest, 'Invalid request: that id is in use.')

const tooMany = fail(rpcCodes.refused, 'Too many requests at once on this connection.')

const ending = fail(rpcCodes.refused, 'This connection is ending. Connect again.')
