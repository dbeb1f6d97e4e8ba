import type { Grant } from './grant.ts'
import type { Interaction } from './interaction.ts'
import type { Log } from './log.ts'

/** What every call brings along, from whichever transport. */
export interface Call {
  readonly grant: Grant
  readonly era: 'legacy' | 'modern'
  readonly requestId: string
  readonly sourceIp?: string
  readonly userAgent?: string
  /** What the client says of itself (`clientInfo`); it proves nothing. */
  readonly clientInfo?: { readonly name: string; readonly version: string }
  /** W3C Trace Context of the caller, as it was sent: whoever uses it checks it. */
  readonly traceparent?: string
  readonly signal: AbortSignal
  readonly log: Log
  readonly interaction: Interaction
}

/** One `tools/call`. */
export interface ToolCall extends Call {
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  /** Milliseconds that it may take, where that is not the tenant's limit for a call that somebody waits for. */
  readonly timeout?: number
  /** Called when nothing stands against the call any more, before it is carried out; what it throws refuses the call. */
  begin?(): Promise<void>
}

/** One `resources/read`. */
export interface ResourceRead extends Call {
  readonly uri: string
}

/** One `prompts/get`. */
export interface PromptGet extends Call {
  readonly prompt: string
  readonly args: Readonly<Record<string, string>>
}
