import type { ReplicaBus, ReplicaMessage } from '@gateway/domain'
import { isObject } from '../rpc.ts'
import { isMacOf, macOf } from '../signature.ts'

/** Milliseconds that a message may be under way, by the clocks of two replicas. */
const freshMs = 60_000

/**
 * A bus on which only what a replica sent is heard: who can write to the store under it is nobody's principal by that,
 * and answers no question that was put to a user. `keys` are those of all replicas: the first signs, all verify.
 */
export const signedBus = (
  bus: ReplicaBus,
  { keys, now }: { readonly keys: readonly [Buffer, ...Buffer[]]; now(): number },
): ReplicaBus => {
  const signed = (to: string, message: ReplicaMessage): ReplicaMessage => {
    const text = JSON.stringify({ to, sent: now(), message })
    return { text, mac: macOf(keys[0], purpose, text) }
  }
  const open = ({ text, mac }: ReplicaMessage): ReplicaMessage | undefined => {
    if (typeof text !== 'string' || typeof mac !== 'string') return undefined
    if (!isMacOf(keys, purpose, { text, mac })) return undefined
    const { to, sent, message } = JSON.parse(text) as { to: string; sent: number; message: unknown }
    const fresh = Math.abs(now() - sent) < freshMs
    return fresh && (to === bus.replica || to === everybody) && isObject(message) ? message : undefined
  }
  return {
    replica: bus.replica,
    send: (replica, message) => bus.send(replica, signed(replica, message)),
    broadcast: (message) => bus.broadcast(signed(everybody, message)),
    listen: (listener) =>
      bus.listen((received) => {
        const message = open(received)
        if (message) listener(message)
      }),
    isAlive: (replica) => bus.isAlive(replica),
  }
}

const purpose = 'message between replicas 1'

/** No id of a replica. */
const everybody = '*'
