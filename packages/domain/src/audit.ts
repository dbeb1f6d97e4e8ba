import type { ErrorCode } from './errors.ts'
import type { Revocation } from './revocations.ts'

/**
 * One decision, allowed or refused, as it is written: names follow the audit record of the operations guide.
 * Arguments and results never enter it.
 */
export interface AuditEvent {
  readonly schema_version: 1
  /** UTC, ISO 8601 with milliseconds. */
  readonly ts: string
  readonly event:
    | 'tool.call'
    /** Written before the first request of a call that changes something; its `tool.call` follows unless the process dies. */
    | 'tool.begin'
    | 'resource.read'
    | 'prompt.get'
    | 'mcp.deny'
    | 'auth.deny'
    | 'http.deny'
    | 'role.verify'
    | 'approval.view'
    | 'approval.decide'
    | `oauth.${string}`
    | `admin.${string}`
  readonly outcome: 'allow' | 'deny' | 'error' | 'cancelled'
  /** `input_required`: allowed so far, and the client was asked for more. */
  readonly reason_code?:
    | ErrorCode
    | 'input_required'
    | `rpc:${number}`
    | `oauth:${string}`
    | `approval:${string}`
  /** Why, for the operator; never sent to the caller. */
  readonly detail?: string
  readonly request_id: string
  /** Set in a record that stands for `count` refusals of strangers, the first of them at `first_ts` with this `request_id`. */
  readonly folded?: { readonly count: number; readonly first_ts: string }
  readonly call_id?: string
  readonly tenant_id?: string
  readonly user?: { readonly id: string; readonly issuer: string; readonly subject: string }
  readonly client?: {
    readonly id: string
    readonly token_id?: string
    readonly grant_id?: string
    readonly scopes: readonly string[]
    /** What the client says of itself, which proves nothing. */
    readonly name_claimed?: string
    readonly version_claimed?: string
  }
  readonly source?: { readonly ip: string; readonly user_agent?: string }
  /** W3C Trace Context of the span of the call. */
  readonly trace?: { readonly traceparent: string }
  readonly http?: { readonly method: string; readonly route: string; readonly status: number }
  readonly mcp?: {
    readonly era: 'legacy' | 'modern'
    readonly method: string
    readonly tool?: string
    /** As the catalogue has it: a template, never the caller's text. */
    readonly resource?: string
    readonly prompt?: string
    /** HMAC-SHA-256 (base64url) of the canonical JSON of the arguments: equal arguments of a tenant are seen to be equal. */
    readonly args_digest?: string
    /** Names, types and lengths of the arguments; values only of those that the tool calls safe. */
    readonly args_redacted?: unknown
    /** The same of the answer as it was sent, with its length in bytes and what it counts. */
    readonly result_digest?: string
    readonly result_bytes?: number
    readonly result_summary?: Readonly<Record<string, number>>
  }
  readonly policy?: {
    /** Start of a digest of the tenant's rules as they were in force. */
    readonly version?: string
    readonly decision: 'allow' | 'confirm' | 'deny'
    readonly rule_ids: readonly string[]
    /** How a person agreed, where one was asked. */
    readonly consent?: 'elicitation' | 'second-call' | 'approval'
    /** Of a call that was approved on the page: `id` is the start of a digest of its ticket, `by` the principal who agreed. */
    readonly approval?: { readonly id: string; readonly by: string }
  }
  readonly aws?: {
    readonly account_id: string
    /** Comma-separated where a call asked several. */
    readonly region: string
    readonly role_arn?: string
    readonly session_name: string
    /** As CloudTrail has them of the session, where a role was assumed. */
    readonly source_identity?: string
    readonly session_tags?: Readonly<Record<string, string>>
    /** Digest of the session policy that AWS was given. */
    readonly policy_hash?: string
    readonly actions: readonly string[]
    readonly request_ids: readonly string[]
    readonly attempts: number
    readonly error_code?: string
    /** Upper estimate of what the call commits its tenant to; `unpriced` where nobody knows. */
    readonly cost_estimate_usd?: number | 'unpriced'
  }
  /** What was read to know the permission boundary of the call, with a session that may do nothing else; none if it was known. */
  readonly boundary_reads?: readonly {
    readonly account_id: string
    readonly region: string
    readonly role_arn: string
    readonly session_name: string
    readonly actions: readonly string[]
    readonly request_ids: readonly string[]
    readonly attempts: number
    readonly error_code?: string
  }[]
  /** USD of the tenant's day that are left after the call. */
  readonly budget?: { readonly remaining_usd: number }
  /** What an operator did, or the daily verification: to which tenant, and to what of it. */
  readonly admin?: {
    readonly operator?: { readonly issuer: string; readonly subject: string }
    readonly account?: string
    readonly role_arn?: string
    readonly version?: number
    /** Whose access was ended: `id` is of the principal, the client, the grant or the token, and none of a tenant. */
    readonly revoked?: { readonly kind: Revocation['kind']; readonly id?: string }
    /** What was stopped or goes on again (see `stopId`), and the operator's words for it. */
    readonly stop?: { readonly id: string; readonly reason?: string }
    /** Of a verification. */
    readonly status?: 'accepted' | 'rejected' | 'unknown'
    readonly probes?: readonly string[]
  }
  readonly duration_ms?: number
}

/** Where audit events go. A rejected promise means the event is not written, and what it tells of must not go on. */
export interface AuditLog {
  /**
   * Resolves when the event is written. While a sink fails, events are kept in memory up to a bound and written later: then it
   * resolves at once, and rejects only over the bound. With `written` it rejects instead of keeping: for what must not begin
   * unless it is on record.
   */
  append(event: AuditEvent, how?: { readonly written: true }): Promise<void>
}
