import type { ReplicaBus, ReplicaMessage } from '@gateway/domain'
import { type Listener, listenIn, tellAll } from './listeners.ts'
import { messageCodec, newReplicaId, type ReplicaBusOptions } from './replica-message.ts'

/** The bus of a process that is alone: only what it sends to itself is received. */
export const memoryReplicaBus = (options: ReplicaBusOptions): ReplicaBus => {
  const replica = newReplicaId()
  const listeners = new Set<Listener<ReplicaMessage>>()
  const codec = messageCodec(options)
  return {
    replica,
    async send(to, message) {
      const text = to === replica ? codec.encode(message) : undefined
      if (text === undefined) return false
      // Later and as a copy, as if it had been on its way.
      queueMicrotask(() => tellAll(listeners, JSON.parse(text), options.onError))
      return true
    },
    async broadcast(message) {
      codec.encode(message)
    },
    listen: (listener) => listenIn(listeners, listener),
    async isAlive(id) {
      return id === replica
    },
  }
}
