/** What a client asks for: `write` changes AWS, `read` asks it, `plain` is answered by the gateway alone. */
export type Kind = 'write' | 'read' | 'plain'

/**
 * How an attempt ended. `good`: as on a day without faults. `refused`: by an answer that says why. `broken`: the connection ended
 * before an answer. `silent`: nothing came for as long as a client waits.
 */
export type Outcome = 'good' | 'refused' | 'broken' | 'silent'

/** One HTTP request of a client and what came back; times are milliseconds of one clock. */
export interface Attempt {
  /** Number of the call; a call that is tried again is several attempts. */
  readonly call: number
  readonly kind: Kind
  readonly tool: string
  readonly subject: string
  readonly began: number
  readonly ended: number
  readonly outcome: Outcome
  /** Of a refusal. */
  readonly code?: string
  /** Seconds after which its client is told that it may try again. */
  readonly retryAfter?: number
  /** Of the gateway's record of the call. */
  readonly decisionId?: string
  /** Of a request that was refused before it was a call. */
  readonly requestId?: string
  /** Set where the call itself was not sent, because what had to come first failed. */
  readonly unsent?: true
  /** Set where a refusal says that it may have been done all the same. */
  readonly mayBeDone?: true
  /** Names what a write changes; no two calls have the same. */
  readonly key?: string
}

/** A write that AWS carried out. */
export interface Carried {
  readonly key: string
  readonly at: number
  /** As AWS answered it, and as CloudTrail would have it. */
  readonly requestId: string
  /** Of the session that made it: the call that it was opened for. */
  readonly callId?: string
}

/** What the judge reads of an audit record. */
export interface Recorded {
  readonly event: string
  readonly request_id: string
  readonly call_id?: string
  readonly aws?: { readonly request_ids?: readonly string[] }
}
