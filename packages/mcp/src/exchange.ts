import type {
  ClientCapabilities,
  CursorCodec,
  EventLog,
  Grant,
  InputNeeded,
  Log,
  LogLevel,
  Measured,
  Offer,
  PromptGet,
  PromptResult,
  RecordStore,
  ReplicaBus,
  ResourceRead,
  ResourceResult,
  SessionStore,
  Tenant,
  ToolCall,
  ToolResult,
} from '@gateway/domain'
import type { RpcError } from './rpc.ts'

/** Whose words are spoken on the wire: `initialize` and sessions, or 2026-07-28. */
export type Era = 'legacy' | 'modern'

/** Who asks, as the transport knows it. */
export interface Caller {
  readonly grant: Grant
  readonly requestId: string
  readonly sourceIp?: string
  /** As it was sent. */
  readonly userAgent?: string
  /** W3C Trace Context of the request, as it was sent or as the transport goes on with it. */
  readonly traceparent?: string
  readonly log: Log
}

/** Name and version of a client, in its own words. */
export interface ClientInfo {
  readonly name: string
  readonly version: string
}

/** One request while it is answered. It is built from the caller's grant and dies with its response. */
export interface Exchange extends Caller {
  readonly era: Era
  /** Revision that the client speaks. */
  readonly version: string
  /** What the client declared; `{}` where nothing is known of it. */
  readonly capabilities: ClientCapabilities
  /** What the client says of itself, as it was sent; undefined where it said nothing of that form. */
  readonly clientInfo: ClientInfo | undefined
  /** Least severe log message that the client wants; undefined means none. */
  readonly logLevel: LogLevel | undefined
  readonly signal: AbortSignal
  /** Set where a refusal can ask for more scopes by a challenge, because each request has an HTTP status of its own. */
  readonly challenges?: boolean
  /** Aborts when the client can answer no more questions; absent where it may come back. */
  readonly deaf?: AbortSignal
  /** Sends a message ahead of the response; `information` may be left out where too much is said at once. */
  send(message: string, importance?: 'information'): void
  /** Lets go of the connection; what follows waits for the client to come back, where it can. */
  closeStream(): void
}

/** What the client said to a question in the middle of a call (`needInput`), and what the handler wanted kept. */
export interface Answered {
  readonly answers: Readonly<Record<string, unknown>>
  readonly state: unknown
}

/** What the protocol needs of the rest of the gateway. */
export interface McpDependencies {
  offerOf(tenant: Tenant): Offer
  callTool(call: ToolCall): Promise<ToolResult | InputNeeded>
  readResource(read: ResourceRead): Promise<ResourceResult | InputNeeded>
  getPrompt(call: PromptGet): Promise<PromptResult | InputNeeded>
  /** Rejects when the caller opens sessions faster than it may make calls. */
  admitSession(grant: Grant): Promise<void>
  /** Writes the audit event of a refusal that no HTTP answer reports; never rejects. */
  refused(caller: Caller, error: RpcError): Promise<void>
  readonly sessions: SessionStore
  readonly events: EventLog
  readonly records: RecordStore
  readonly bus: ReplicaBus
  readonly cursors: CursorCodec
  /** Keys that sign `requestState`: the first signs, all verify; at least 32 bytes each, the same on every replica. */
  readonly stateKeys: readonly [Buffer, ...Buffer[]]
  /** Hears of streams that were one too many. */
  readonly measured?: Measured
  /** The log for what is done under an id that no transport gave. */
  logOf(requestId: string): Log
  /** The tenant as it is in force, where only ids of its roles are others since; else the one that is given. */
  renewed?(tenant: Tenant): Tenant
  readonly serverInfo: { readonly name: string; readonly title: string; readonly version: string }
  /** A random id of at least 128 bits in `[A-Za-z0-9_-]`. */
  newId(): string
  /** Milliseconds since the epoch. */
  now(): number
  /** Most entries of a page of a list; absent means 500. */
  readonly pageSize?: number
}
