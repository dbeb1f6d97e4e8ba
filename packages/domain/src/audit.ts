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
  readonly call_id?: string
  readonly tenant_id?: string
  readonly user?: { readonly id: string; readonly issuer: string; readonly subject: string }
  readonly client?: { readonly id: string; readonly token_id?: string; readonly scopes: readonly string[] }
  readonly source?: { readonly ip: string }
  readonly http?: { readonly method: string; readonly route: string; readonly status: number }
  readonly mcp?: {
    readonly era: 'legacy' | 'modern'
    readonly method: string
    readonly tool?: string
    /** As the catalogue has it: a template, never the caller's text. */
    readonly resource?: string
    readonly prompt?: string
  }
  readonly policy?: {
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
  append(event: AuditEvent): Promise<void>
}
