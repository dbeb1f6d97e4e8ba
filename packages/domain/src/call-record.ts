import type { AuditEvent } from './audit.ts'
import { type AwsCalls, roleText } from './aws-calls.ts'
import type { ErrorCode, GatewayError } from './errors.ts'
import type { Decision } from './policy.ts'
import type { AnyTool } from './tool.ts'
import type { ToolCall } from './tool-call.ts'

/** All that is known of a call when it ends. */
export interface CallRecord {
  readonly call: ToolCall
  readonly callId: string
  readonly started: number
  readonly ended: number
  readonly tool: AnyTool | undefined
  /** Undefined where the call ended before the policy was asked. */
  readonly decision: Decision | undefined
  readonly aws: AwsCalls
  readonly error: GatewayError | undefined
}

/** The audit event of one tool call, allowed or refused. */
export const auditEventOf = (record: CallRecord): AuditEvent => {
  const { call, callId, started, ended, tool, decision, error } = record
  const { principal, tenant } = call.grant
  return {
    schema_version: 1,
    ts: new Date(ended).toISOString(),
    event: 'tool.call',
    outcome: outcomeOf(call, error),
    ...(error && { reason_code: error.code }),
    request_id: call.requestId,
    call_id: callId,
    tenant_id: tenant.id,
    user: { id: principal.id, issuer: principal.issuer, subject: principal.subject },
    client: {
      id: principal.client,
      scopes: principal.scopes,
      ...(principal.tokenId !== undefined && { token_id: principal.tokenId }),
    },
    ...(call.sourceIp !== undefined && { source: { ip: call.sourceIp } }),
    // A name that no tool has is the caller's text; it stays out.
    mcp: { era: call.era, method: 'tools/call', ...(tool && { tool: tool.name }) },
    ...(decision && { policy: { decision: decision.effect, rule_ids: decision.ruleIds } }),
    ...awsPart(record),
    duration_ms: ended - started,
  }
}

const awsPart = ({ aws, error }: CallRecord): Pick<AuditEvent, 'aws'> => {
  const evidence = aws.evidence()
  if (!evidence) return {}
  const { target, sessionName, actions, requestIds, attempts } = evidence
  return {
    aws: {
      account_id: target.account.accountId,
      region: target.region,
      role_arn: roleText(target),
      session_name: sessionName,
      actions,
      request_ids: requestIds,
      attempts,
      ...(error?.details.aws && { error_code: error.details.aws.code }),
    },
  }
}

const outcomeOf = (call: ToolCall, error: GatewayError | undefined): AuditEvent['outcome'] => {
  if (!error) return 'allow'
  // Only what the caller itself stopped; a refusal stays one, even if the caller hangs up first.
  if (error.code === 'timeout' && call.signal.aborted) return 'cancelled'
  return failures.has(error.code) ? 'error' : 'deny'
}

const failures: ReadonlySet<ErrorCode> = new Set([
  'aws_error',
  'aws_unreachable',
  'credentials_refused',
  'internal',
  'timeout',
  'unavailable',
])
