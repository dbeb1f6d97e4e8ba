import type { ServerResponse } from 'node:http'
import type { Grant, Principal, Tenant } from '@gateway/domain'
import type { EventSink } from '@gateway/mcp'
import type { FastifyReply } from 'fastify'
import type { OpenBound, OpenBounds } from './open-bounds.ts'
import { grantOfRequest } from './request.ts'

/** All open event streams of the process. */
export interface EventStreams {
  /** Takes the response over as an event stream with status 200. */
  open(reply: FastifyReply, headers: Readonly<Record<string, string>>): EventSink
  /**
   * Ends those that only wait for something to happen, in good order, because the process stops; those of running calls
   * end with their calls. From then on none is left to wait.
   */
  drain(): void
  /** How many are open. */
  count(): number
}

/** Bounds of event streams, and their clock; tests make them small. */
export interface EventStreamBounds {
  /** Milliseconds between comments, which keep balancers from closing silent streams, and between looks at who may listen. */
  readonly keepAliveMs: number
  /** Milliseconds since the epoch. */
  now(): number
  /** Bytes that a client may leave unread before it is cut off; it can come back for what it missed. */
  readonly unreadBytes: number
}

const defaults: EventStreamBounds = {
  keepAliveMs: 15_000,
  unreadBytes: 1024 * 1024,
  now: Date.now,
}

/** Opens and keeps the event streams of one process; one timer serves all of them. */
export const createEventStreams = (
  { openBounds }: { readonly openBounds: OpenBounds },
  bounds: Partial<EventStreamBounds> = {},
): EventStreams => {
  const { keepAliveMs, unreadBytes, now } = { ...defaults, ...bounds }
  const streams = new Set<Stream>()
  let draining = false
  let timer: NodeJS.Timeout | undefined
  const keepAlive = (): void => {
    const seconds = now() / 1000
    for (const stream of streams) {
      if (stream.endIfExpired(seconds)) continue
      stream.write(': keep-alive\n\n')
    }
  }
  return {
    open(reply, headers) {
      const grant = grantOfRequest(reply.request)
      reply.hijack()
      // Fastify keeps the request as long as its response, which may be hours.
      reply.request.body = undefined
      const { raw } = reply
      // Told to the reply as well, which knows then at its end that it was a stream.
      reply.headers(headers)
      raw.writeHead(200, reply.getHeaders() as Record<string, string>)
      raw.flushHeaders()
      const stream = new Stream(raw, { grant, unreadBytes })
      streams.add(stream)
      timer ??= setInterval(keepAlive, keepAliveMs).unref()
      stream.onClose(() => {
        streams.delete(stream)
        openBounds.remove(stream)
        if (streams.size > 0) return
        clearInterval(timer)
        timer = undefined
      })
      if (draining) stream.drain()
      if (!raw.destroyed) openBounds.add(stream)
      return stream
    },
    drain() {
      draining = true
      for (const stream of streams) stream.drain()
    },
    count: () => streams.size,
  }
}

/** One stream; a class because there may be tens of thousands, and closures of each would cost memory. */
class Stream implements EventSink, OpenBound {
  readonly tenant: Tenant
  readonly principal: Principal
  readonly #raw: ServerResponse
  readonly #unreadBytes: number
  #closed: (() => void)[] = []
  #farewell: string | undefined
  #stop: (() => void) | undefined
  #draining = false
  /** Seconds since the epoch; 0 means that nobody has said. */
  #until = 0

  constructor(raw: ServerResponse, { grant, unreadBytes }: { grant: Grant; unreadBytes: number }) {
    this.tenant = grant.tenant
    this.principal = grant.principal
    this.#raw = raw
    this.#unreadBytes = unreadBytes
    raw.once('close', () => this.#close())
  }

  get open(): boolean {
    return !this.#raw.writableEnded && !this.#raw.destroyed
  }

  write(frame: string): void {
    if (!this.open) return
    // Looked at before it is written: a frame that is longer than the bound says nothing of its reader. Reset, not
    // closed: a closed connection keeps what is unread in the kernel.
    if (this.#raw.writableLength > this.#unreadBytes) this.#raw.socket?.resetAndDestroy()
    else this.#raw.write(frame)
  }

  drained(): Promise<void> {
    const raw = this.#raw
    if (!this.open || !raw.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        raw.off('drain', done)
        raw.off('close', done)
        resolve()
      }
      raw.once('drain', done)
      raw.once('close', done)
    })
  }

  end(): void {
    if (this.open) this.#raw.end()
  }

  onFarewell(frame: string): void {
    this.#farewell = frame
    if (this.#draining) this.drain()
  }

  liveUntil(seconds = Number.POSITIVE_INFINITY): void {
    if (seconds > this.#until) this.#until = seconds
  }

  onStop(stop: () => void): void {
    this.#stop = stop
    if (this.#draining) stop()
  }

  onClose(closed: () => void): void {
    if (this.#raw.destroyed) closed()
    else this.#closed.push(closed)
  }

  /** Only streams that wait for something to happen say farewell. */
  drain(): void {
    this.#draining = true
    this.#stop?.()
    if (this.#farewell === undefined) return
    if (this.#farewell !== '') this.write(this.#farewell)
    this.end()
  }

  /** Where the tenant or the caller is refused, what still runs on the stream has nobody to be answered to. */
  retire(why: 'changed' | 'refused' | 'revoked'): void {
    if (!this.#draining) this.drain()
    if (why !== 'changed' && this.open) this.#raw.destroy()
  }

  /** Ends a stream whose time is over, and says whether it has ended; one that runs calls goes on until they are answered. */
  endIfExpired(seconds: number): boolean {
    if (this.#until === 0 || seconds < this.#until) return false
    if (this.#farewell === undefined && !this.#stop) return false
    // Its client has had a round to read the end.
    if (!this.open) this.#raw.destroy()
    else if (!this.#draining) this.drain()
    return !this.open
  }

  #close(): void {
    const closed = this.#closed
    this.#closed = []
    for (const each of closed) each()
  }
}
