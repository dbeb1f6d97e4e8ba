import type { Grant, Log, SessionStore, ToolCall, ToolResult } from '@gateway/domain'
import type { Catalogue } from './catalogue.ts'

/** Whose words are spoken on the wire: `initialize` and sessions, or 2026-07-28. */
export type Era = 'legacy' | 'modern'

/** One request while it is answered. It is built from the caller's grant and dies with its response. */
export interface Exchange {
  readonly grant: Grant
  readonly era: Era
  readonly requestId: string
  readonly sourceIp?: string
  readonly signal: AbortSignal
  readonly log: Log
}

/** What the protocol needs of the rest of the gateway. */
export interface McpDependencies {
  readonly catalogue: Catalogue
  readonly sessions: SessionStore
  readonly serverInfo: { readonly name: string; readonly title: string; readonly version: string }
  callTool(call: ToolCall): Promise<ToolResult>
  /** Rejects when the caller opens sessions faster than it may make calls. */
  admitSession(grant: Grant): Promise<void>
  /** A random id of at least 128 bits in `[A-Za-z0-9_-]`. */
  newSessionId(): string
}

/** The exchange of one request; nothing else of the request goes on. */
export const exchangeOf = (request: Omit<Exchange, 'era'>, era: Era): Exchange => {
  const { grant, requestId, sourceIp, signal, log } = request
  return { grant, era, requestId, ...(sourceIp !== undefined && { sourceIp }), signal, log }
}
