import type { AuditEvent } from './audit.ts'
import { type AwsCalls, type Operation, roleText } from './aws-calls.ts'
import type { Confirmed } from './confirmation/confirm.ts'
import type { ErrorCode, GatewayError } from './errors.ts'
import type { Decision } from './policy.ts'
import type { SpendingEvidence } from './spending.ts'
import type { Call } from './tool-call.ts'

/** All that is known of a call when it ends. */
export interface CallRecord {
  readonly call: Call
  readonly kind: CallKind
  readonly callId: string
  readonly started: number
  readonly ended: number
  /** Undefined where the caller named none that there is. */
  readonly operation: Operation | undefined
  /** Undefined where the call ended before the policy was asked. */
  readonly decision: Decision | undefined
  readonly aws: AwsCalls
  readonly error: GatewayError | undefined
  /** True where the handler asked the client instead of answering. */
  readonly asked: boolean
  readonly consent: Confirmed | undefined
  readonly spent: SpendingEvidence | undefined
}

/** The three kinds of call, by what they name. */
export type CallKind = keyof typeof kinds

const kinds = {
  tool: { event: 'tool.call', method: 'tools/call' },
  resource: { event: 'resource.read', method: 'resources/read' },
  prompt: { event: 'prompt.get', method: 'prompts/get' },
} as const

/** The audit event of one call, allowed or refused. */
export const auditEventOf = (record: CallRecord): AuditEvent => {
  const { call, kind, callId, started, ended, operation, decision, error, asked, consent, spent } = record
  const { principal, tenant } = call.grant
  return {
    schema_version: 1,
    ts: new Date(ended).toISOString(),
    event: kinds[kind].event,
    outcome: outcomeOf(call, error),
    ...(error && { reason_code: error.code }),
    ...(asked && { reason_code: 'input_required' as const }),
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
    mcp: { era: call.era, method: kinds[kind].method, ...(operation && { [kind]: operation.name }) },
    ...(decision && {
      policy: {
        decision: decision.effect,
        rule_ids: decision.ruleIds,
        ...(consent?.by && { consent: consent.by }),
        ...(consent?.approval && { approval: consent.approval }),
      },
    }),
    ...awsPart(record),
    ...boundaryPart(record),
    ...(spent?.leftMicroUsd !== undefined && { budget: { remaining_usd: spent.leftMicroUsd / 1_000_000 } }),
    duration_ms: ended - started,
  }
}

const awsPart = ({ aws, error, spent }: CallRecord): Pick<AuditEvent, 'aws'> => {
  const evidence = aws.evidence()
  if (!evidence) return {}
  const { target, regions, sessionName, actions, requestIds, attempts } = evidence
  return {
    aws: {
      account_id: target.account.accountId,
      region: regions.join(','),
      role_arn: roleText(target),
      session_name: sessionName,
      actions,
      request_ids: requestIds,
      attempts,
      ...(error?.details.aws && { error_code: error.details.aws.code }),
      ...(spent && { cost_estimate_usd: usdOf(spent.estimate) }),
    },
  }
}

const boundaryPart = ({ aws }: CallRecord): Pick<AuditEvent, 'boundary_reads'> => {
  const reads = aws.boundaryReads.evidence()
  if (reads.length === 0) return {}
  return {
    boundary_reads: reads.map(({ reader, sessionName, actions, requestIds, attempts, errorCode }) => ({
      account_id: reader.account.accountId,
      region: reader.region,
      role_arn: roleText(reader),
      session_name: sessionName,
      actions,
      request_ids: requestIds,
      attempts,
      ...(errorCode !== undefined && { error_code: errorCode }),
    })),
  }
}

const usdOf = (estimate: SpendingEvidence['estimate']): number | 'unpriced' =>
  estimate === 'unpriced' ? estimate : estimate / 1_000_000

const outcomeOf = (call: Call, error: GatewayError | undefined): AuditEvent['outcome'] => {
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
