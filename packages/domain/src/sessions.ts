import type { LogLevel } from './interaction.ts'

/** An MCP session of a 2024-11-05 .. 2025-11-25 client: all there is to know of it, on any replica. */
export interface SessionRecord {
  readonly id: string
  readonly tenantId: string
  /** Owner; a session belongs to a principal, never to a token, which a refresh would replace. */
  readonly principalId: string
  readonly protocolVersion: string
  readonly clientName: string
  readonly clientVersion: string
  /** JSON of the capabilities that the client declared. */
  readonly clientCapabilities: string
  /** What the client asked to hear of log messages; absent until it asks. */
  readonly logLevel?: LogLevel
  /** URIs of the resources whose changes the client wants to hear of. */
  readonly subscriptions?: readonly string[]
}

/**
 * Sessions under their tenant: a foreign tenant's id is unknown by construction. Reading one renews its life.
 * Every method rejects when the store cannot be reached.
 */
export interface SessionStore {
  create(session: SessionRecord): Promise<void>
  find(tenantId: string, id: string): Promise<SessionRecord | undefined>
  /** Changes a session, never losing a change made elsewhere meanwhile; undefined if there is none. */
  update(
    tenantId: string,
    id: string,
    change: (session: SessionRecord) => SessionRecord,
  ): Promise<SessionRecord | undefined>
  /** True if there was one. */
  remove(tenantId: string, id: string): Promise<boolean>
}
