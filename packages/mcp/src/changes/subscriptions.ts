import type { Grant } from '@gateway/domain'
import type { Failure, RpcId, RpcRequest } from '../rpc.ts'
import type { Server } from '../server.ts'
import { listen, type Subscription } from './listen.ts'

/** The `subscriptions/listen` requests of one connection, which stay open under their ids until they are ended. */
export interface Subscriptions {
  has(id: RpcId): boolean
  /** Undefined where it opened; what it hears is sent. */
  open(request: RpcRequest, grant: Grant, signal: AbortSignal): Promise<Failure | undefined>
  /** Ends one with its farewell; others are none of the client's. */
  end(id: RpcId): void
  /** Ends all, and whatever is still to open. */
  endAll(): void
}

/** The subscriptions of a connection, whose messages go through `send`. */
export const createSubscriptions = (server: Server, send: (message: string) => void): Subscriptions => {
  const subscriptions = new Map<RpcId, Subscription>()
  let ended = false
  const end = (id: RpcId): void => {
    const subscription = subscriptions.get(id)
    if (!subscription) return
    subscriptions.delete(id)
    subscription.stop()
    send(subscription.farewell)
  }
  return {
    has: (id) => subscriptions.has(id),
    async open({ id, params }, grant, signal) {
      const opened = await listen(server, { grant, id, params }, send)
      if ('error' in opened) return opened
      subscriptions.set(id, opened)
      // The client may have cancelled it, or have gone away, before it was open.
      if (ended || signal.aborted) end(id)
      return undefined
    },
    end,
    endAll() {
      ended = true
      for (const id of subscriptions.keys()) end(id)
    },
  }
}
