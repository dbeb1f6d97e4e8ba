/** Severities of MCP log messages (RFC 5424), least first. */
export const logLevels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const
/** A severity of log messages (RFC 5424), as MCP has it. */
export type LogLevel = (typeof logLevels)[number]

/** What a client said it can do (MCP `ClientCapabilities`), as it said it. */
export type ClientCapabilities = Readonly<Record<string, unknown>>

/** One thing asked of the client in the middle of a call, in MCP's own words; the same in both eras. */
export interface InputRequest {
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list'
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * What a handler returns instead of an answer when it must ask the client first. It is then run again from its start,
 * with the answers under the same keys and `state` as it gave it. On the 2026-07-28 wire the state travels through
 * the client: signed and single-use, but readable, so it holds no secret. Without a state, answers are taken from
 * anybody who may call at all.
 */
export interface InputNeeded {
  readonly needs: Readonly<Record<string, InputRequest>>
  readonly state?: unknown
}

/** Asks the client; `state` is JSON that the next run of the handler gets back. */
export const needInput = (needs: InputNeeded['needs'], state?: unknown): InputNeeded => ({
  needs,
  ...(state !== undefined && { state }),
})

/** Whether a handler asks instead of answering. */
export const isInputNeeded = (answer: object): answer is InputNeeded => 'needs' in answer

/** What a handler may know of the client that waits for it, and tell it before the end. */
export interface Interaction {
  readonly capabilities: ClientCapabilities
  /** What the client answered, by the keys of `needInput`; of the client's making, so to be checked. */
  readonly answers: Readonly<Record<string, unknown>>
  /** The state given to `needInput`; undefined in the first run. */
  readonly state: unknown
  /** Progress so far, of `total` where known; dropped where nobody asked for it. */
  progress(progress: number, total?: number, message?: string): void
  /** A log message for the client, dropped below the level it asked for. */
  log(level: LogLevel, data: unknown): void
  /** Lets go of the connection; the client comes back for what follows, where its revision can. */
  closeStream(): void
}

/** The interaction with a client that can be told and asked nothing. */
export const noInteraction: Interaction = {
  capabilities: {},
  answers: {},
  state: undefined,
  progress() {},
  log() {},
  closeStream() {},
}

/**
 * The capabilities that `requests` take and the client did not declare (MCP `ClientCapabilities`); undefined if it
 * has all. `elicitation: {}` has meant forms since before there were others.
 */
export const missingCapabilities = (
  requests: Readonly<Record<string, InputRequest>>,
  declared: ClientCapabilities,
): Record<string, object> | undefined => {
  const missing: Record<string, object> = {}
  for (const { method, params } of Object.values(requests)) {
    if (method === 'roots/list' && !isObject(declared.roots)) missing.roots = {}
    if (method === 'sampling/createMessage' && !isObject(declared.sampling)) missing.sampling = {}
    if (method !== 'elicitation/create') continue
    const { elicitation } = declared
    const byUrl = params.mode === 'url'
    const able =
      isObject(elicitation) &&
      (byUrl ? 'url' in elicitation : 'form' in elicitation || !('url' in elicitation))
    if (able) continue
    const mode = byUrl ? { url: {} } : isObject(elicitation) ? { form: {} } : {}
    missing.elicitation = { ...missing.elicitation, ...mode }
  }
  return Object.keys(missing).length > 0 ? missing : undefined
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
