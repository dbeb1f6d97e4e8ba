import type { Grant } from './grant.ts'
import type { Log } from './log.ts'

/** One `tools/call`, from whichever transport. */
export interface ToolCall {
  readonly grant: Grant
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  readonly era: 'legacy' | 'modern'
  readonly requestId: string
  readonly sourceIp?: string
  readonly signal: AbortSignal
  readonly log: Log
}
