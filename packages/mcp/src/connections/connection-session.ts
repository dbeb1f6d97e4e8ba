import type { Change } from '@gateway/domain'
import type { Owner } from '../changes/hub.ts'
import type { Caller } from '../exchange.ts'
import { type Agreement, agree, initializeResult, sessionChange } from '../legacy/initialize.ts'
import { answerLegacy } from '../legacy/legacy.ts'
import { legacyExchange } from '../legacy/legacy-exchange.ts'
import { fail, notificationText, type Reply, type RpcRequest, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'

/** The legacy session of one connection, which `initialize` opens. */
export interface ConnectionSession {
  readonly initialized: boolean
  /** Rejects with what the stores and the line throw. */
  answer(request: RpcRequest, caller: Caller, signal: AbortSignal): Promise<Reply>
  close(): void
}

/** Makes the session of a connection; `deaf` aborts when the client can answer no more questions. */
export const createConnectionSession = (
  server: Server,
  { owner, send, deaf }: { owner: Owner; send(message: string): void; deaf: AbortSignal },
): ConnectionSession => {
  let opening: Promise<Reply> | undefined
  let session: Agreement | undefined
  let stopFeed: (() => void) | undefined
  let closed = false

  const tell = (change: Change): void => {
    if (change.kind !== 'resource') send(notificationText(`notifications/${change.kind}/list_changed`))
    else if (session?.subscriptions?.includes(change.uri))
      send(notificationText('notifications/resources/updated', { uri: change.uri }))
  }

  const watching = server.watches.join({ era: 'legacy', heard: (uri) => tell({ kind: 'resource', uri }) })

  const open = async ({ params }: RpcRequest, { grant }: Caller): Promise<Reply> => {
    const agreement = agree(grant, params)
    if ('error' in agreement) return agreement
    await server.admitSession(grant)
    const { stop } = await server.changes.listen(owner.tenantId, ({ change }) => tell(change))
    if (closed) stop()
    else stopFeed = stop
    session = agreement
    return { result: initializeResult(server, grant, agreement) }
  }

  const openOnce = async (request: RpcRequest, caller: Caller): Promise<Reply> => {
    // Two at once would both listen, and one of them for ever.
    if (session || opening) return alreadyOpen
    opening = open(request, caller)
    try {
      return await opening
    } finally {
      opening = undefined
    }
  }

  return {
    get initialized() {
      return session !== undefined
    },
    async answer(request, caller, signal) {
      if (request.method === 'ping') return { result: '{}' }
      if (request.method === 'initialize') return openOnce(request, caller)
      // A script that sends all it has to say at once has sent initialize first all the same.
      if (!session && opening) await opening.catch(() => undefined)
      if (!session) return fail(rpcCodes.refused, 'Send initialize first.')
      const change = sessionChange(server, caller.grant, request)
      if (change) {
        const changed = change(session)
        if ('error' in changed) return changed
        session = changed
      }
      // With the rights of who asks now: a token may have been renewed.
      watching.set(caller.grant, session.subscriptions ?? noUris)
      if (change) return { result: '{}' }
      const exchange = legacyExchange({
        caller,
        client: session,
        claimed: session,
        version: session.protocolVersion,
        params: request.params,
        stream: { send, detach: () => undefined },
        signal,
      })
      return answerLegacy(server, { ...exchange, deaf }, request, owner)
    },
    close() {
      closed = true
      watching.stop()
      stopFeed?.()
    },
  }
}

const noUris: readonly string[] = []

const alreadyOpen = fail(rpcCodes.invalidRequest, 'Invalid request: this connection is initialized already.')
