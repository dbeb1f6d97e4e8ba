import type { SessionRecord } from '@gateway/domain'
import type { McpHttpRequest } from './http/http-request.ts'
import type { Server } from './server.ts'

/** A stream that is about to open. */
export interface Opening {
  readonly server: Server
  readonly request: Omit<McpHttpRequest, 'body'>
  readonly session: SessionRecord
  /** Ends its count among the caller's streams. */
  leave(): void
}
