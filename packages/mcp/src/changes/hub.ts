import { isReplicaId, type ReplicaBus, type ReplicaMessage } from '@gateway/domain'
import { isObject, isResponse, type RpcId, type RpcResponse } from '../rpc.ts'

/** A session or connection: what is asked of it and cancelled in it concerns nobody else. */
export interface Owner {
  readonly tenantId: string
  /** Id of the session, `task` for tasks. */
  readonly name: string
}

/** The stand-alone stream of a session, as others reach it. */
export interface StandAlone {
  /** Called when it is to end, because a newer one takes its place or the session is over. */
  close(): void
  /** Called when the session has subscribed to other resources than before. */
  subscribed(): void
}

/**
 * What this process works on, reachable from every replica: running requests by their session and id, questions that
 * wait for a client's answer, and the one stand-alone stream of a session. Messages from other replicas name the
 * owner, and nothing of another owner is touched.
 */
export interface Hub {
  readonly replica: string
  /** Registers work until the returned function is called; `cancel` aborts its controller. */
  working(owner: Owner, id: RpcId, controller: AbortController): () => void
  /** Cancels on whichever replica works on it. */
  cancel(owner: Owner, id: RpcId): Promise<void>
  /** Cancels all that runs for an owner, here and elsewhere, and closes its stand-alone stream. */
  end(owner: Owner): Promise<void>
  /** Cancels here all that runs for a tenant that is not served any more; every replica is told by itself. */
  endAll(tenantId: string): void
  /** The client's answer to the question `id`; rejects when `signal` aborts. */
  answerTo(owner: Owner, id: string, signal: AbortSignal): Promise<RpcResponse>
  /** Brings a client's answer to the replica that waits for it; an answer nobody waits for is dropped. */
  deliver(owner: Owner, response: RpcResponse): Promise<void>
  /** Makes this the owner's only stand-alone stream until the returned function is called, or a newer one takes its place. */
  standAlone(owner: Owner, stream: StandAlone): Promise<() => void>
  /** Tells the owner's stand-alone stream, on whichever replica, that the session subscribed to other resources. */
  subscribed(owner: Owner): Promise<void>
  /** Hears of messages of a kind that the hub itself does not know. */
  on(kind: string, heard: (message: ReplicaMessage) => void): void
  /** How many requests are worked on here. */
  running(): number
  close(): void
}

/** The hub of one process. */
export const createHub = (bus: ReplicaBus): Hub => {
  const work = new Map<string, AbortController>()
  const waiting = new Map<string, { owner: string; resolve(response: RpcResponse): void }>()
  const standAlones = new Map<string, StandAlone>()
  const others = new Map<string, (message: ReplicaMessage) => void>()

  const cancelHere = (key: string): void => work.get(key)?.abort(cancelled())

  const endHere = (owner: string): void => {
    for (const key of work.keys()) if (key.startsWith(`${owner} `)) cancelHere(key)
    standAlones.get(owner)?.close()
    standAlones.delete(owner)
  }

  const deliverHere = (owner: string, response: RpcResponse): void => {
    const asked = waiting.get(String(response.id))
    // The id is the client's word; only the owner of the question answers it.
    if (asked?.owner === owner) asked.resolve(response)
  }

  const replaceHere = (owner: string): void => {
    standAlones.get(owner)?.close()
    standAlones.delete(owner)
  }

  const receive = (message: ReplicaMessage): void => {
    const { kind, owner, key } = message
    if (kind === 'cancel' && typeof key === 'string') cancelHere(key)
    else if (kind === 'end' && typeof owner === 'string') endHere(owner)
    else if (kind === 'stand-alone' && typeof owner === 'string') replaceHere(owner)
    else if (kind === 'subscribed' && typeof owner === 'string') standAlones.get(owner)?.subscribed()
    else if (kind === 'answer' && typeof owner === 'string' && isResponse(message.response))
      deliverHere(owner, message.response)
    else if (typeof kind === 'string') others.get(kind)?.(message)
  }
  const stop = bus.listen(receive)

  return {
    replica: bus.replica,
    working(owner, id, controller) {
      const key = workKey(owner, id)
      work.set(key, controller)
      return () => {
        if (work.get(key) === controller) work.delete(key)
      }
    },
    async cancel(owner, id) {
      const key = workKey(owner, id)
      if (work.has(key)) cancelHere(key)
      else await bus.broadcast({ kind: 'cancel', key })
    },
    async end(owner) {
      endHere(nameOf(owner))
      await bus.broadcast({ kind: 'end', owner: nameOf(owner) })
    },
    endAll(tenantId) {
      for (const key of work.keys()) if (key.startsWith(`${tenantId} `)) cancelHere(key)
    },
    answerTo: (owner, id, signal) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          waiting.delete(id)
          signal.removeEventListener('abort', abort)
        }
        const abort = (): void => {
          settle()
          reject(signal.reason)
        }
        if (signal.aborted) return abort()
        signal.addEventListener('abort', abort, { once: true })
        waiting.set(id, {
          owner: nameOf(owner),
          resolve(response) {
            settle()
            resolve(response)
          },
        })
      }),
    async deliver(owner, response) {
      const replica = String(response.id).split(':')[0] ?? ''
      const answer = plain(response)
      if (replica === bus.replica) deliverHere(nameOf(owner), answer)
      else if (isReplicaId(replica)) {
        await bus.send(replica, { kind: 'answer', owner: nameOf(owner), response: answer })
      }
    },
    async standAlone(owner, stream) {
      const name = nameOf(owner)
      replaceHere(name)
      standAlones.set(name, stream)
      const forget = (): void => {
        if (standAlones.get(name) === stream) standAlones.delete(name)
      }
      try {
        await bus.broadcast({ kind: 'stand-alone', owner: name })
      } catch (thrown) {
        forget()
        throw thrown
      }
      return forget
    },
    async subscribed(owner) {
      const name = nameOf(owner)
      const here = standAlones.get(name)
      if (here) here.subscribed()
      else await bus.broadcast({ kind: 'subscribed', owner: name })
    },
    on(kind, heard) {
      others.set(kind, heard)
    },
    running: () => work.size,
    close: stop,
  }
}

const nameOf = ({ tenantId, name }: Owner): string => `${tenantId} ${name}`

/** `1` and `"1"` are two ids. */
const workKey = (owner: Owner, id: RpcId): string => `${nameOf(owner)} ${JSON.stringify(id)}`

/** A result that is an object, or an error of which nothing is kept. */
const plain = ({ id, result, error }: RpcResponse): RpcResponse =>
  error === undefined && isObject(result) ? { id, result } : { id, error: {} }

/** Why work is aborted that the client wants no more. */
export const cancelled = (): DOMException =>
  new DOMException('the client cancelled the request', 'AbortError')
