import { randomUUID } from 'node:crypto'
import { type Grant, grantOf, type Log, type RateLimiter, type TenantDirectory } from '@gateway/domain'
import { type Caller, createConnection, rpcCodes, type Server } from '@gateway/mcp'
import { parseJson } from './body.ts'
import { drainMs } from './drain-time.ts'
import { floodLimit } from './limit.ts'
import type { OpenBound, OpenBounds } from './open-bounds.ts'
import type { Revocations } from './revocations.ts'
import { renewedBy } from './same-rules.ts'
import { badFrame, codes, type Ending, endingOf, endings, notJson } from './web-socket-endings.ts'

/** The part of a WebSocket of `ws` that is used. */
export interface Socket {
  readonly readyState: number
  /** Bytes that are sent and not yet taken by the system. */
  readonly bufferedAmount: number
  send(text: string): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', heard: (data: Buffer, isBinary: boolean) => void): unknown
  on(event: 'ping' | 'pong' | 'close', heard: () => void): unknown
  on(event: 'error', heard: (error: Error & { code?: string }) => void): unknown
}

/** Whose WebSocket it is. */
export interface Peer extends Pick<Caller, 'sourceIp' | 'userAgent'> {
  readonly grant: Grant
  /** The log for one message, by its request id. */
  logOf(requestId: string): Log
  /** Ends the connection of a client that does not read, and what the system keeps for it. */
  reset(): void
}

/** All WebSockets of the process. */
export interface WebSockets {
  /** True once no more are to be opened. */
  readonly draining: boolean
  /** Speaks MCP on an open WebSocket until either side ends it. */
  serve(socket: Socket, peer: Peer): void
  /** Ends each with 1001 once its running calls are answered, because the process stops. */
  drain(): void
  /** How many are open. */
  count(): number
}

/** Bounds of WebSockets; tests make them small. */
export interface WebSocketBounds {
  /** Milliseconds between pings; a client that has not answered the last one is cut off. */
  readonly pingMs: number
  /** Bytes that a client may leave unread before it is cut off. */
  readonly unreadBytes: number
  /** Milliseconds for running calls to end where the connection must. */
  readonly drainMs: number
}

const defaults: WebSocketBounds = { pingMs: 30_000, unreadBytes: 1024 * 1024, drainMs }

const isOpen = ({ readyState }: Socket): boolean => readyState === 1

/** Serves the WebSockets of one process; one timer pings all of them. */
export const createWebSockets = (
  deps: {
    readonly server: Server
    readonly flood: RateLimiter
    readonly openBounds: OpenBounds
    readonly revocations: Pick<Revocations, 'check'>
    readonly directory: Pick<TenantDirectory, 'known'>
    now(): number
  },
  bounds: Partial<WebSocketBounds> = {},
): WebSockets => {
  const { server, flood, openBounds, revocations, directory, now } = deps
  const renewed = renewedBy(directory)
  const { pingMs, unreadBytes, drainMs } = { ...defaults, ...bounds }
  const open = new Map<Socket, { answering: boolean; retire(ending: Ending): void }>()
  let draining = false
  let timer: NodeJS.Timeout | undefined

  const pingAll = (): void => {
    for (const [socket, state] of open) {
      if (!state.answering) socket.terminate()
      state.answering = false
      if (isOpen(socket)) socket.ping()
    }
  }

  const serve = (socket: Socket, { grant, logOf, reset, ...from }: Peer): void => {
    const connection = createConnection(server, {
      grant,
      send(message) {
        if (!isOpen(socket)) return
        socket.send(message)
        if (socket.bufferedAmount > unreadBytes) reset()
      },
    })
    let current = grant
    const caller = (): Caller => {
      const requestId = randomUUID()
      const tenant = renewed(current.tenant)
      if (tenant !== current.tenant) current = grantOf(grant.principal, tenant)
      return { ...from, grant: current, requestId, log: logOf(requestId) }
    }
    const end = (ending: Ending): void => {
      connection.close()
      socket.close(...ending)
    }
    const refuse = (ending: Ending): void => {
      void connection.refuse({ code: rpcCodes.refused, message: ending[1] }, caller())
      end(ending)
    }
    const admit = async (): Promise<boolean> => {
      const verdict = await flood.take([floodLimit(grant)])
      const ending = verdict.allowed ? await endingOf(revocations, grant.principal) : endings.flooded
      if (!isOpen(socket)) return false
      if (ending) refuse(ending)
      return !ending
    }
    const take = async (data: Buffer, isBinary: boolean): Promise<void> => {
      if (!(await admit())) return
      if (isBinary) return refuse([codes.unsupportedData, 'Send text.'])
      let message: unknown
      try {
        message = parseJson(data)
      } catch {
        return connection.refuse(notJson, caller())
      }
      await connection.receive(message, caller())
    }
    const failed = (err: unknown): void => {
      caller().log.error({ err }, 'the WebSocket failed')
      socket.terminate()
    }
    const retire = (ending: Ending): void => {
      const late = setTimeout(() => end(ending), drainMs)
      void connection.drain().then(() => {
        clearTimeout(late)
        end(ending)
      })
    }

    const state = { answering: true, retire }
    const bound: OpenBound = {
      tenant: grant.tenant,
      principal: grant.principal,
      retire(why) {
        if (why === 'changed') retire(endings.changed)
        else end(endings[why])
      },
    }
    open.set(socket, state)
    openBounds.add(bound)
    timer ??= setInterval(pingAll, pingMs).unref()
    socket.on('message', (data, isBinary) => void take(data, isBinary).catch(failed))
    // They cost as much as messages.
    socket.on('ping', () => void admit().catch(failed))
    socket.on('pong', () => {
      state.answering = true
      admit().catch(failed)
    })
    const { tokenExpires = Number.POSITIVE_INFINITY } = grant.principal
    // Timers know 32 bits; nobody holds a connection for 24 days.
    const life = Math.min(tokenExpires * 1000 - now(), 2 ** 31 - 1)
    const expiry = setTimeout(() => retire(endings.expired), life)
    socket.on('error', ({ code = '' }) => {
      // A frame that is too large or none at all; the library closes with the code for it.
      if (!code.startsWith('WS_ERR_')) return
      void connection.refuse(badFrame, caller())
      connection.close()
    })
    socket.on('close', () => {
      clearTimeout(expiry)
      connection.close()
      open.delete(socket)
      openBounds.remove(bound)
      if (open.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
    if (draining) retire(endings.stopping)
  }

  return {
    get draining() {
      return draining
    },
    serve,
    drain() {
      draining = true
      for (const { retire } of open.values()) retire(endings.stopping)
    },
    count: () => open.size,
  }
}
