import { GatewayError, type Grant, grantOf, type Log, type RecordKey, type Tenant } from '@gateway/domain'
import type { Caller } from '../exchange.ts'
import { isObject } from '../rpc.ts'
import type { Server } from '../server.ts'
import { eventFrame } from '../streams/event-frames.ts'
import type { EventSink, OpenSink } from '../streams/event-sink.ts'
import { eventStreamHeaders } from '../streams/response-stream.ts'
import { enterStream } from '../streams/stream-limits.ts'
import { type Connection, createConnection } from './connection.ts'
import { forwarded, forwardKind, readForwarded } from './sse-forward.ts'

/** HTTP+SSE of 2024-11-05: each session has one stream, on one replica, and messages are posted to any replica. */
export interface SseSessions {
  /**
   * Opens the stream of a new session, whose first event says where to post. Rejects with `too_many_requests` where there
   * are as many as may be, and where the store cannot be reached.
   */
  open(caller: Caller, openStream: OpenSink): Promise<void>
  /**
   * Brings a message to the replica that holds the session's stream, on which it is answered. False where the caller has
   * no such session: one of somebody else, one that is over and one that never was look the same.
   */
  post(caller: Caller, sessionId: unknown, message: unknown): Promise<boolean>
  /** How many streams this process holds. */
  count(): number
  /** Renews no session any more. */
  close(): void
}

/** What the sessions of one process need beside the server. */
export interface SseSessionsOptions {
  /** The log for a request, by its id, that another replica took. */
  logOf(requestId: string): Log
  /** The tenant as it is in force, where only ids of its roles are others since; else the one that is given. */
  renewed?(tenant: Tenant): Tenant
  /** Seconds that a record outlives its replica; it is renewed three times as often. */
  readonly ttlSeconds?: number
}

/** Most sessions of a tenant on all replicas together. */
const sessionLimit = 10_000

/** A session whose stream this process holds. */
interface Held {
  readonly grant: Grant
  readonly key: RecordKey
  readonly record: string
  readonly connection: Connection
  readonly sink: EventSink
}

/** The sessions of one process, which finds those of the others by their records. */
export const createSseSessions = (
  server: Server,
  { logOf, renewed = (tenant) => tenant, ttlSeconds = 60 }: SseSessionsOptions,
): SseSessions => {
  const { hub, records, bus } = server
  const held = new Map<string, Held>()
  const bounds = { ttlSeconds, maxPerTenant: sessionLimit }

  const renew = async ({ key, record }: Held): Promise<void> => {
    // A store that lost the record is told again.
    if (!(await records.replace(key, record, record, ttlSeconds)) && held.has(key.id)) {
      await records.create(key, record, bounds)
    }
  }
  const renewAll = (): void => {
    // Where the store is away now, the next time comes before the record ends.
    for (const session of held.values()) renew(session).catch(() => undefined)
  }
  const timer = setInterval(renewAll, (ttlSeconds * 1000) / 3).unref()

  const takeHere = (sessionId: string, caller: Caller, message: unknown): boolean => {
    const session = held.get(sessionId)
    if (!session || !isSame(session.grant, caller.grant)) return false
    // Who comes with a fresh token may go on listening.
    session.sink.liveUntil(caller.grant.principal.tokenExpires)
    void session.connection.receive(message, caller)
    return true
  }

  hub.on(forwardKind, (received) => {
    const found = readForwarded(received)
    const session = found && held.get(found.sessionId)
    if (!session) return
    const { sessionId, principal, message, ...asked } = found
    const grant = grantOf(principal, renewed(session.grant.tenant))
    const log = logOf(asked.requestId)
    // The replica that took the message has looked whose session it is; the one that acts on it looks again.
    takeHere(sessionId, { ...asked, grant, log }, message)
  })

  const create = async (grant: Grant): Promise<Omit<Held, 'connection' | 'sink'>> => {
    const key: RecordKey = { tenantId: grant.tenant.id, kind: 'stream', id: server.newId() }
    const record = JSON.stringify({ replica: hub.replica, principalId: grant.principal.id })
    if ((await records.create(key, record, bounds)) === 'created') return { grant, key, record }
    throw new GatewayError('too_many_requests', 'Your company has too many sessions.', {
      details: { retryAfterSeconds: 10 },
    })
  }

  return {
    async open({ grant }, openStream) {
      const leave = enterStream(server.streams, grant)
      const session = await create(grant).catch((thrown: unknown) => {
        leave()
        throw thrown
      })
      const { id } = session.key
      const sink = openStream(eventStreamHeaders)
      const connection = createConnection(server, {
        grant,
        send: (message) => sink.write(eventFrame(message)),
      })
      held.set(id, { ...session, connection, sink })
      sink.liveUntil(grant.principal.tokenExpires)
      sink.onStop(() => void connection.drain().then(() => sink.end()))
      sink.onClose(() => {
        held.delete(id)
        connection.close()
        leave()
        records.remove(session.key).catch(() => undefined)
      })
      sink.write(`event: endpoint\ndata: /messages?sessionId=${id}\n\n`)
    },
    async post(caller, sessionId, message) {
      if (typeof sessionId !== 'string') return false
      if (held.has(sessionId)) return takeHere(sessionId, caller, message)
      const { tenant, principal } = caller.grant
      const record = await records.get({ tenantId: tenant.id, kind: 'stream', id: sessionId })
      const { replica, principalId } = record === undefined ? nobody : fieldsOf(record)
      if (typeof replica !== 'string' || principalId !== principal.id) return false
      // Nobody hears it where that replica is gone; here the stream is closed already if it is this one.
      return replica !== hub.replica && bus.send(replica, forwarded(caller, sessionId, message))
    },
    count: () => held.size,
    close: () => clearInterval(timer),
  }
}

const isSame = (a: Grant, b: Grant): boolean =>
  a.tenant.id === b.tenant.id &&
  a.principal.id === b.principal.id &&
  a.principal.tenantId === b.principal.tenantId

const nobody: Readonly<Record<string, unknown>> = {}

const fieldsOf = (record: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(record)
  return isObject(value) ? value : nobody
}
