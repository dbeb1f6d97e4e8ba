import type { Grant } from '@gateway/domain'
import type { LoggedChange } from '../changes/change-feed.ts'
import type { Watching } from '../changes/watches.ts'
import { ownerOf } from '../legacy/legacy-exchange.ts'
import type { Opening } from '../opening.ts'
import { fail, notificationText, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'
import { eventFrame, eventId, parseEventId, primingFrame, standAloneStream } from '../streams/event-frames.ts'
import type { EventSink } from '../streams/event-sink.ts'
import { eventStreamHeaders } from '../streams/response-stream.ts'
import { resume } from '../streams/resume.ts'
import { enterStream } from '../streams/stream-limits.ts'
import { httpAnswer, type McpHttpAnswer } from './http-answer.ts'
import { sessionOf } from './http-legacy.ts'
import type { McpHttpRequest } from './http-request.ts'

/** GET: the stand-alone stream of a session, or the rest of one that broke off (`Last-Event-ID`). */
export const getLegacy = async (
  server: Server,
  request: Omit<McpHttpRequest, 'body'>,
): Promise<McpHttpAnswer> => {
  const sid = request.header('mcp-session-id')
  if (sid === undefined) {
    const refusal = fail(rpcCodes.refused, 'Method not allowed without Mcp-Session-Id.')
    return httpAnswer.error(405, null, refusal, { allow: 'POST' })
  }
  const session = await sessionOf(server, request.grant, sid)
  if (!session) return httpAnswer.sessionNotFound(null)
  const last = request.header('last-event-id')
  const position = last === undefined ? undefined : parseEventId(last)
  if (last !== undefined && !position) {
    return httpAnswer.error(400, null, fail(rpcCodes.refused, 'Bad request: unknown Last-Event-ID.'))
  }
  const leave = enterStream(server.streams, request.grant)
  try {
    const open = { server, request, session, leave }
    if (position && position.stream !== standAloneStream) return await resume(open, position)
    return await standAlone(open, position?.entry)
  } catch (thrown) {
    leave()
    throw thrown
  }
}

const standAlone = async (opening: Opening, after: string | undefined): Promise<McpHttpAnswer> => {
  const { server, request, session, leave } = opening
  // The functions below live as long as the stream, and of all that came with the request they keep only this.
  const listener: Listener = { server, grant: request.grant, tenantId: session.tenantId, sid: session.id }
  const early: Told[] = []
  let tell = (change: Told): void => void early.push(change)
  const watching = server.watches.join({
    era: 'legacy',
    heard: (uri) => tell({ change: { kind: 'resource', uri } }),
  })
  const { from, stop } = await server.changes.listen(session.tenantId, (change) => tell(change), after)
  let sink: EventSink | undefined
  let replaced = false
  const close = (): void => {
    replaced = true
    sink?.end()
  }
  // One after the other: the last one knows best what the session subscribed to.
  let looked = Promise.resolve()
  const subscribed = (): void => {
    looked = looked.then(() => watchSubscribed(listener, watching))
  }
  // Before the stream opens, while a fault still has a status.
  const forget = await server.hub
    .standAlone(ownerOf(session), { close, subscribed })
    .catch((thrown: unknown) => {
      watching.stop()
      stop()
      throw thrown
    })
  const opened = request.openStream(eventStreamHeaders)
  sink = opened
  opened.onFarewell('')
  opened.liveUntil(request.grant.principal.tokenExpires)
  opened.onClose(() => {
    watching.stop()
    stop()
    forget()
    leave()
  })
  if (replaced) opened.end()
  if (session.protocolVersion >= '2025-11-25' && after === undefined) {
    opened.write(primingFrame(eventId(standAloneStream, from)))
  }
  // One after the other: a client that comes back asks for what follows the last entry that it got.
  let written = Promise.resolve()
  tell = (change) => {
    written = written.then(() => write(listener, change, opened))
  }
  for (const change of early) tell(change)
  // Not what the request found: the session may have subscribed to more since.
  subscribed()
  return httpAnswer.streamed()
}

/** Whose stream it is. */
interface Listener {
  readonly server: Server
  readonly grant: Grant
  readonly tenantId: string
  readonly sid: string
}

/** A change, with its place in the log where it was published; one that only this process has seen has none. */
type Told = Pick<LoggedChange, 'change'> & Partial<LoggedChange>

/** Watches what the session is subscribed to now; never rejects. */
const watchSubscribed = async (
  { server, grant, tenantId, sid }: Listener,
  watching: Watching,
): Promise<void> => {
  // Where the store is away, what was watched before is watched still.
  const current = await server.sessions.find(tenantId, sid).catch(() => undefined)
  if (current) watching.set(grant, current.subscriptions ?? [])
}

const write = async (
  { server, grant, tenantId, sid }: Listener,
  { entry, change }: Told,
  sink: EventSink,
): Promise<void> => {
  if (!sink.open) return
  const id = entry === undefined ? undefined : eventId(standAloneStream, entry)
  if (change.kind !== 'resource') {
    sink.write(eventFrame(notificationText(`notifications/${change.kind}/list_changed`), id))
    return
  }
  // What the session subscribed to may have changed on any replica since this stream opened.
  const current = await server.sessions.find(tenantId, sid).catch(() => undefined)
  if (!current?.subscriptions?.includes(change.uri) || !server.mayRead(grant, change.uri)) return
  sink.write(eventFrame(notificationText('notifications/resources/updated', { uri: change.uri }), id))
}
