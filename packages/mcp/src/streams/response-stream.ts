import type { EventLogKey } from '@gateway/domain'
import type { McpDependencies } from '../exchange.ts'
import { eventFrame, eventId, primingFrame } from './event-frames.ts'
import type { EventSink, OpenSink } from './event-sink.ts'

/** The response of one request while it may still become an event stream. */
export interface ResponseStream {
  /**
   * True once something was sent ahead of the answer. A method: an accessor in an object literal makes a hidden class of
   * its own for each object, which keeps all that it closes over until the next major collection.
   */
  isUpgraded(): boolean
  /** True where nothing but the answer can be sent: questions reach nobody, and all else is dropped. */
  readonly silent?: true
  /**
   * Sends a message ahead of the answer; the first one opens the stream. One that is only told for information may be
   * left out where more is said than can be kept.
   */
  send(message: string, importance?: 'information'): void
  /** Lets go of the client's connection; where the stream is kept, what follows waits for the client. */
  detach(): void
  /** Sends the last messages and ends the stream; resolves when they are on their way. */
  finish(messages: readonly string[]): Promise<void>
}

/** What stands for a stream where the client takes none. */
export const silentStream: ResponseStream = {
  isUpgraded: () => false,
  silent: true,
  send: () => undefined,
  detach: () => undefined,
  finish: async () => undefined,
}

/** A stream that lives and dies with its connection. */
export const plainStream = (open: OpenSink, onClose: () => void = () => undefined): ResponseStream => {
  let sink: EventSink | undefined
  const opened = (): EventSink => {
    if (!sink) {
      sink = open(eventStreamHeaders)
      sink.onClose(onClose)
    }
    return sink
  }
  return {
    isUpgraded: () => sink !== undefined,
    send: (message) => opened().write(eventFrame(message)),
    detach: () => undefined,
    async finish(messages) {
      for (const message of messages) opened().write(eventFrame(message))
      opened().end()
    },
  }
}

/** A stream that is made when something is first sent on it: most answers are JSON, and need none. */
export const lazyStream = (make: () => ResponseStream): ResponseStream => {
  let stream: ResponseStream | undefined
  const made = (): ResponseStream => {
    stream ??= make()
    return stream
  }
  return {
    isUpgraded: () => stream?.isUpgraded() ?? false,
    send: (message, importance) => made().send(message, importance),
    detach: () => made().detach(),
    finish: (messages) => made().finish(messages),
  }
}

/** A kept stream, by the log of its messages. */
export interface KeptStream {
  /** Id of the stream in its session. */
  readonly id: string
  readonly key: EventLogKey
  /** Absent where nobody is connected: the client comes back for what is kept. */
  readonly open?: OpenSink
  /** Whether the revision starts streams with an event that has an id and no data (2025-11-25). */
  readonly primed: boolean
  /** Called when the stream opens, before anything is sent on it, and when all is sent. */
  begin(): Promise<void>
  end(): Promise<void>
}

/**
 * A stream whose messages are kept in the event log, so that a client that lost its connection gets them from any
 * replica. Where the log cannot be written the connected client is served all the same, without event ids.
 */
export const keptStream = (deps: Pick<McpDependencies, 'events'>, stream: KeptStream): ResponseStream => {
  let sink: EventSink | undefined
  let canComeBack = false
  // Messages are written in the order they were sent, whenever their entries are known.
  let tail: Promise<unknown> | undefined
  const begun = (): Promise<unknown> => {
    if (!tail) {
      sink = stream.open?.(eventStreamHeaders)
      tail = stream.begin().then(
        () => {
          canComeBack = stream.primed
          if (stream.primed) sink?.write(primingFrame(eventId(stream.id, '0-0')))
        },
        () => undefined,
      )
    }
    return tail
  }
  let waiting = 0
  const send = (message: string, mark: string): void => {
    const before = begun()
    waiting += message.length
    const kept = deps.events.append(stream.key, `${mark}${message}`).catch(() => undefined)
    tail = Promise.all([before, kept]).then(([, entry]) => {
      waiting -= message.length
      sink?.write(eventFrame(message, entry === undefined ? undefined : eventId(stream.id, entry)))
    })
  }
  return {
    isUpgraded: () => tail !== undefined,
    send(message, importance) {
      if (importance !== 'information' || waiting < mostWaiting) send(message, marks.more)
    },
    detach() {
      // Not before the event is written by whose id the client finds back, and not without one.
      tail = begun().then(() => {
        if (canComeBack) sink?.end()
      })
    },
    async finish(messages) {
      for (const [n, message] of messages.entries())
        send(message, n === messages.length - 1 ? marks.last : marks.more)
      await begun()
      sink?.end()
      await stream.end().catch(() => undefined)
    },
  }
}

/** Characters of one stream that may wait for the log; a handler can say more than any store takes in that time. */
const mostWaiting = 1024 * 1024

/** First character of a kept message: whether the stream ends with it. */
export const marks = { more: '+', last: '=' } as const

/** Headers of every event stream; proxies must not hold back what is in it. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'private, no-store',
  vary: 'Authorization, Origin',
  'x-accel-buffering': 'no',
} as const
