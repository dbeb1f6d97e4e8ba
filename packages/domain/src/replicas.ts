/** A message from one replica of the gateway to another: plain JSON, checked by its receiver. */
export type ReplicaMessage = Readonly<Record<string, unknown>>

/**
 * Messages between replicas, delivered at most once. What is lost with a replica fails a call and is tried again by
 * the client; nothing that must not be lost goes this way.
 */
export interface ReplicaBus {
  /** Random id of this process. */
  readonly replica: string
  /** To one replica; false if it is known that nobody received it. */
  send(replica: string, message: ReplicaMessage): Promise<boolean>
  /** To every other replica. */
  broadcast(message: ReplicaMessage): Promise<void>
  /** Hears of every message to this replica; the returned function ends that. */
  listen(listener: (message: ReplicaMessage) => void): () => void
  /** False once a replica has not been heard of for some seconds. Rejects when the store cannot be reached. */
  isAlive(replica: string): Promise<boolean>
}

/** A replica's id, as it appears in ids that clients send back. */
export const isReplicaId = (text: string): boolean => /^[A-Za-z0-9_-]{8,32}$/.test(text)
