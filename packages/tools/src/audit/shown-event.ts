import type { AuditEvent } from '@gateway/domain'

/** An audit event as the people of its tenant see it; arguments, addresses, tokens and what is for operators are left out. */
export const shownEvent = ({
  ts,
  event,
  outcome,
  reason_code,
  call_id,
  user,
  client,
  trace,
  mcp,
  policy,
  aws,
  duration_ms,
}: AuditEvent) => ({
  time: ts,
  event,
  outcome,
  reason: reason_code,
  decisionId: call_id,
  user: user?.subject,
  client: client?.id,
  what: mcp?.tool ?? mcp?.resource ?? mcp?.prompt ?? mcp?.method,
  consent: policy?.consent,
  approvedBy: policy?.approval?.by,
  account: aws?.account_id,
  region: aws?.region,
  session: aws?.session_name,
  actions: aws?.actions,
  awsRequests: aws?.request_ids,
  awsError: aws?.error_code,
  traceId: traceIdOf(trace?.traceparent),
  milliseconds: duration_ms,
})

/** Trace id of a `traceparent` (W3C Trace Context section 3.2), as tools that show traces want it. */
const traceIdOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-', 2)[1]
