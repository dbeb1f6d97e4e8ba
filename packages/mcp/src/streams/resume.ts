import { httpAnswer, type McpHttpAnswer } from '../http/http-answer.ts'
import type { Opening } from '../opening.ts'
import { fail, rpcCodes } from '../rpc.ts'
import { eventFrame, eventId } from './event-frames.ts'
import { eventStreamHeaders, marks } from './response-stream.ts'
import { logKey, lookAfter } from './runs.ts'

/** Milliseconds between looks at the call behind a stream, whose replica may have ended. */
const lookMs = 1_000

/** Events that are read at once. */
const pageSize = 100

/** Sends what a client missed of a stream since `entry`, and follows it to its end. */
export const resume = async (
  { server, request, session, leave }: Opening,
  { stream, entry }: { stream: string; entry: string },
): Promise<McpHttpAnswer> => {
  const key = logKey(session, stream)
  const of = { caller: request, session, stream }
  let position = entry
  let page = await server.events.readAfter(key, position, pageSize)
  const state = await lookAfter(server, of)
  if (page.length === 0 && state === 'ended') page = await server.events.readAfter(key, position, pageSize)
  if (page.length === 0 && state === 'ended') {
    leave()
    return httpAnswer.error(400, null, fail(rpcCodes.refused, 'Bad request: that stream has ended.'))
  }

  const sink = request.openStream(eventStreamHeaders)
  // Another replica can follow as well as this one.
  sink.onFarewell('')
  sink.liveUntil(request.grant.principal.tokenExpires)
  let last = false
  const write = async (): Promise<void> => {
    for (const { entry, text } of page) {
      if (last || !sink.open) return
      position = entry
      sink.write(eventFrame(text.slice(1), eventId(stream, entry)))
      last = text.startsWith(marks.last)
      // No faster than the client reads: more is kept than it may leave unread.
      await sink.drained()
    }
  }
  await write()
  let reading: Promise<void> | undefined
  let again = false
  const readOn = async (): Promise<void> => {
    try {
      while ((again || page.length === pageSize) && !last && sink.open) {
        again = false
        page = await server.events.readAfter(key, position, pageSize)
        await write()
      }
      if (last) sink.end()
    } catch {
      // The store is away; the next look, or a wake-up, reads on.
    }
    reading = undefined
  }
  const read = (): Promise<void> => {
    again = true
    reading ??= readOn()
    return reading
  }
  const look = async (): Promise<void> => {
    const before = await lookAfter(server, of).catch(() => 'running' as const)
    await read()
    // Nothing more will come; a client that still misses the answer has to call again.
    if (before === 'ended') sink.end()
    else if (sink.open) timer = setTimeout(() => void look(), lookMs).unref()
  }
  let timer = setTimeout(() => void look(), lookMs).unref()
  // Without wake-ups the looks do, only slower.
  const stop = await server.events.follow(key, () => void read()).catch(() => () => undefined)
  sink.onClose(() => {
    clearTimeout(timer)
    stop()
    leave()
  })
  await read()
  return httpAnswer.streamed()
}
