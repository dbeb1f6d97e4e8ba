import type { ReplicaBus, ReplicaMessage } from '@gateway/domain'

/** Buses of replicas that hear each other, as Redis would connect them, until one is killed. */
export const fakeBuses = (replicas: readonly string[]) => {
  const alive = new Map(replicas.map((replica) => [replica, new Set<(message: ReplicaMessage) => void>()]))
  const deliver = (to: string, message: ReplicaMessage): boolean => {
    const listeners = alive.get(to)
    if (!listeners) return false
    const text = JSON.stringify(message)
    queueMicrotask(() => {
      for (const listener of listeners) listener(JSON.parse(text))
    })
    return true
  }
  const buses = replicas.map(
    (replica): ReplicaBus => ({
      replica,
      send: async (to, message) => deliver(to, message),
      async broadcast(message) {
        for (const other of alive.keys()) if (other !== replica) deliver(other, message)
      },
      listen(listener) {
        alive.get(replica)?.add(listener)
        return () => alive.get(replica)?.delete(listener)
      },
      isAlive: async (id) => alive.has(id),
    }),
  )
  return { buses, kill: (replica: string) => void alive.delete(replica) }
}
