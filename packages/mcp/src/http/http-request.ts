import type { Caller } from '../exchange.ts'
import type { EventSink } from '../streams/event-sink.ts'

/** One HTTP request to `/mcp`, authenticated, with its body parsed. */
export interface McpHttpRequest extends Caller {
  readonly body: unknown
  /** Header by lower-case name. */
  header(name: string): string | undefined
  /** Answers with status 200, these headers and an event stream instead of the answer that is returned. */
  openStream(headers: Readonly<Record<string, string>>): EventSink
  /** Called once if the client goes away before it was answered. */
  onGone(gone: () => void): void
}
