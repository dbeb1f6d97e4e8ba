import type { RecordKey, SessionRecord } from '@gateway/domain'
import type { Caller } from '../exchange.ts'
import { faultReply } from '../fault-reply.ts'
import { answerOn } from '../legacy/legacy-post.ts'
import { fail, type Reply, type RpcRequest, responseText, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'
import type { OpenSink } from './event-sink.ts'
import { keptStream, type ResponseStream } from './response-stream.ts'
import { isSafeToRepeat } from './safe-to-repeat.ts'

/** What must be known of a streaming call to go on with it elsewhere. */
export interface Run {
  readonly version: string
  readonly message: RpcRequest
}

/** Characters of a request that are kept; one with more arguments is not run again. */
const maxRequestLength = 65_536

/** Seconds that is kept: longer than a call and all the questions it may ask can take. */
const runTtlSeconds = 3_600
const maxRuns = 10_000

/** The kept stream of a call in a session. The call is on record while it runs, so that another replica can take over. */
export const runStream = (
  { records, events, newId, hub }: Server,
  of: { session: SessionRecord; run: Run; open?: OpenSink; id?: string },
): ResponseStream => {
  const { session, run, open, id = newId().slice(0, 12) } = of
  return keptStream(
    { events },
    {
      id,
      key: logKey(session, id),
      ...(open && { open }),
      primed: session.protocolVersion >= '2025-11-25',
      async begin() {
        const record = recordOf(run, hub.replica)
        const bounds = { ttlSeconds: runTtlSeconds, maxPerTenant: maxRuns }
        const made = await records.create(runKey(session, id), record, bounds)
        // Served all the same, but nobody is told that the stream can be come back to.
        if (made === 'full') throw new Error('too many streaming calls of one tenant are on record')
      },
      async end() {
        await records.remove(runKey(session, id))
      },
    },
  )
}

/** Without its params a request is none that is safe to repeat. */
const recordOf = ({ version, message }: Run, replica: string): string => {
  const whole = JSON.stringify({ version, message, replica })
  if (whole.length <= maxRequestLength) return whole
  const { params: _, ...rest } = message
  return JSON.stringify({ version, message: { ...rest, method: 'tools/call' }, replica })
}

/** The log of a stream. */
export const logKey = ({ tenantId, id }: SessionRecord, stream: string) => ({
  tenantId,
  name: `${id}:${stream}`,
})

/**
 * Looks after the call behind a stream that a client came back to: `running` somewhere, or `ended`. A call whose replica
 * is gone is taken over: what only reads is run again, and of all else the client is told that nobody knows how it
 * ended.
 */
export const lookAfter = async (
  server: Server,
  { caller, session, stream }: { caller: Caller; session: SessionRecord; stream: string },
): Promise<'running' | 'ended'> => {
  const { records, bus, hub } = server
  const key = runKey(session, stream)
  const record = await records.get(key)
  if (record === undefined) return 'ended'
  const { replica, version, message } = JSON.parse(record) as Run & { replica: string }
  if (replica === hub.replica || (await bus.isAlive(replica))) return 'running'
  const mine = JSON.stringify({ version, message, replica: hub.replica })
  // Of several replicas that find this out at once, one goes on.
  if (await records.replace(key, record, mine, runTtlSeconds)) {
    goOn(server, { caller, session, stream, run: { version, message } }).catch((err: unknown) =>
      caller.log.error({ err }, 'call not taken over'),
    )
  }
  return 'running'
}

const goOn = async (
  server: Server,
  of: { caller: Caller; session: SessionRecord; stream: string; run: Run },
): Promise<void> => {
  const { caller, session, run } = of
  const { version, message } = run
  const stream = runStream(server, { session, run, id: of.stream })
  const post = { server, request: caller, session, version }
  const reply: Reply = isSafeToRepeat(server, caller.grant, message)
    ? await answerOn(stream, post, message).catch((thrown: unknown) => faultReply(thrown, caller.log))
    : unknownEnd
  if ('error' in reply && !reply.audited) await server.refused(caller, reply.error)
  await stream.finish([responseText(message.id, reply)])
}

const runKey = ({ tenantId, id }: SessionRecord, stream: string): RecordKey => ({
  tenantId,
  kind: 'run',
  id: `${id}~${stream}`,
})

const unknownEnd = fail(
  rpcCodes.internalError,
  'The replica that ran this call is gone, and the call may have been carried out. Check before you call again.',
)
