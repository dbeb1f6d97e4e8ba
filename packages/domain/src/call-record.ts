import type { AuditEvent } from './audit.ts'
import type { AuditDigests } from './audit-digests.ts'
import { auditedArguments } from './audited-arguments.ts'
import { awsPart, boundaryPart } from './audited-aws.ts'
import type { AwsCalls, NextRequest, Operation } from './aws-calls.ts'
import type { Confirmed } from './confirmation/confirm.ts'
import { canonicalJson } from './cursor.ts'
import type { ErrorCode, GatewayError } from './errors.ts'
import type { Decision } from './policy.ts'
import type { SpendingEvidence } from './spending.ts'
import type { AnyTool } from './tool.ts'
import type { Call } from './tool-call.ts'

/** All that is known of a call when it ends. */
export interface CallRecord {
  readonly call: Call
  readonly kind: CallKind
  readonly asks: Asks
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
  /** What was answered; undefined where nothing was. */
  readonly answer: AuditedAnswer | undefined
  /** Absent means that arguments and answers are not told of. */
  readonly digests?: AuditDigests | undefined
  /** Of the span of the call. */
  readonly traceparent?: string | undefined
}

/** What a call asks for: its arguments, and what knows their names. */
export interface Asks {
  readonly args: Readonly<Record<string, unknown>>
  readonly input?: AnyTool['input'] | undefined
}

/** An answer as the audit log tells of it. */
export interface AuditedAnswer {
  /** As it was sent. */
  readonly text: string
  readonly counts: Readonly<Record<string, number>>
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
  const { call, kind, started, ended, error, asked, spent } = record
  return {
    ...frameOf(record, ended),
    event: kinds[kind].event,
    outcome: outcomeOf(call, error),
    ...(error && { reason_code: error.code }),
    ...(asked && { reason_code: 'input_required' as const }),
    mcp: { ...askedPart(record), ...answeredPart(record) },
    ...policyPart(record),
    ...awsPart(record),
    ...boundaryPart(record),
    ...(spent?.leftMicroUsd !== undefined && { budget: { remaining_usd: spent.leftMicroUsd / 1_000_000 } }),
    duration_ms: ended - started,
  }
}

/** The event of a call that is about to change something. */
export const beginEventOf = (
  record: Omit<CallRecord, 'answer' | 'asked' | 'ended' | 'error'> & {
    readonly now: number
    /** What it sends first. */
    readonly next: NextRequest
  },
): AuditEvent => {
  return {
    ...frameOf(record, record.now),
    event: 'tool.begin',
    outcome: 'allow',
    mcp: askedPart(record),
    ...policyPart(record),
    ...awsPart({ ...record, error: undefined }),
  }
}

/** What was decided, and who agreed. */
const policyPart = ({
  call,
  decision,
  consent,
  digests,
}: Pick<CallRecord, 'call' | 'decision' | 'consent' | 'digests'>) =>
  decision && {
    policy: {
      ...(digests && { version: digests.rulesOf(call.grant.tenant) }),
      decision: decision.effect,
      rule_ids: decision.ruleIds,
      ...(consent?.by && { consent: consent.by }),
      ...(consent?.approval && { approval: consent.approval }),
    },
  }

type Frame = Pick<CallRecord, 'asks' | 'call' | 'callId' | 'digests' | 'kind' | 'operation' | 'traceparent'>

/** When, who and from where. */
const frameOf = ({ call, callId, traceparent }: Frame, at: number) => {
  const { principal, tenant } = call.grant
  const { userAgent, sourceIp, clientInfo } = call
  return {
    schema_version: 1 as const,
    ts: new Date(at).toISOString(),
    request_id: call.requestId,
    call_id: callId,
    tenant_id: tenant.id,
    user: { id: principal.id, issuer: principal.issuer, subject: principal.subject },
    client: {
      id: principal.client,
      scopes: principal.scopes,
      ...(principal.tokenId !== undefined && { token_id: principal.tokenId }),
      ...(principal.grantId !== undefined && { grant_id: principal.grantId }),
      ...(clientInfo && { name_claimed: clientInfo.name, version_claimed: clientInfo.version }),
    },
    ...(sourceIp !== undefined && {
      source: { ip: sourceIp, ...(userAgent !== undefined && { user_agent: userAgent }) },
    }),
    ...(traceparent !== undefined && { trace: { traceparent } }),
  }
}

const askedPart = ({ call, kind, operation, asks, digests }: Frame) => ({
  era: call.era,
  method: kinds[kind].method,
  // A name that no tool has is the caller's text; it stays out.
  ...(operation && { [kind]: operation.name }),
  ...(digests && {
    args_digest: digests.of(call.grant.tenant.id, canonicalJson(asks.args)),
    args_redacted: auditedArguments(asks.args, asks.input),
  }),
})

const answeredPart = ({ call, answer, digests }: CallRecord) =>
  digests &&
  answer && {
    result_digest: digests.of(call.grant.tenant.id, answer.text),
    result_bytes: Buffer.byteLength(answer.text),
    result_summary: answer.counts,
  }

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
