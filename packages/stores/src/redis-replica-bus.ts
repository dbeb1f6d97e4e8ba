import { isReplicaId, type ReplicaBus, type ReplicaMessage } from '@gateway/domain'
import { type Listener, listenIn, tellAll } from './listeners.ts'
import type { RedisConnection } from './open-redis.ts'
import { messageCodec, newReplicaId, type ReplicaBusOptions } from './replica-message.ts'

/** A replica that the others hear, until it is closed. */
export interface OpenReplicaBus extends ReplicaBus, AsyncDisposable {
  /** Makes this replica unknown to the others; never rejects. Closes before its connection does. */
  close(): Promise<void>
}

/** Milliseconds that a replica counts as alive without being heard of, and between two signs of life. */
const aliveMs = 3000
const refreshMs = 1000

/** Everybody's channel. What is sent there begins with the sender's id. */
const allReplicas = 'replicas'

/**
 * Joins the replicas that share a Redis; rejects when it cannot be reached. Keys and channels do not start with a
 * tenant: a replica serves all of them, and the receiver of a message checks the tenant that it names.
 */
export const redisReplicaBus = async (
  { client, subscriber }: RedisConnection,
  options: ReplicaBusOptions,
): Promise<OpenReplicaBus> => {
  const { onError } = options
  const replica = newReplicaId()
  const listeners = new Set<Listener<ReplicaMessage>>()
  const codec = messageCodec(options)

  const receive = (text: string): void => {
    const message = codec.decode(text)
    if (message) tellAll(listeners, message, onError)
  }
  const refresh = () => client.set(keyOf(replica), '1', 'PX', aliveMs)

  await refresh()
  const leave = await Promise.all([
    subscriber.listen(keyOf(replica), (text) => {
      if (text !== undefined) receive(text)
    }),
    subscriber.listen(allReplicas, (text) => {
      if (text !== undefined && !text.startsWith(replica)) receive(text.slice(replica.length))
    }),
  ])
  const timer = setInterval(() => refresh().catch(onError), refreshMs).unref()

  const close = async (): Promise<void> => {
    clearInterval(timer)
    for (const each of leave) each()
    await client.del(keyOf(replica)).catch(onError)
  }
  return {
    replica,
    async send(to, message) {
      const text = isReplicaId(to) ? codec.encode(message) : undefined
      return text !== undefined && (await client.publish(keyOf(to), text)) > 0
    },
    async broadcast(message) {
      const text = codec.encode(message)
      if (text !== undefined) await client.publish(allReplicas, replica + text)
    },
    listen: (listener) => listenIn(listeners, listener),
    isAlive: async (id) => isReplicaId(id) && (await client.exists(keyOf(id))) === 1,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Of a replica: the key that says it is alive, and the channel of what is sent to it. */
const keyOf = (replica: string): string => `replica:${replica}`
