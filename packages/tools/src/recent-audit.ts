import { type AuditEvent, defineResource } from '@gateway/domain'

/** Events in one answer. */
const shown = 50

/** Who did what lately, as the audit log has it; asks AWS nothing. */
export const recentAudit = defineResource({
  uri: 'aws://audit/recent',
  name: 'recent-audit',
  title: 'Recent calls',
  description:
    'The newest audit events, newest first: your own calls, allowed and refused; for administrators (aws:admin) those of everybody of the tenant.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: [],
  async read({ grant, recentEvents }, { uri }) {
    const events = await recentEvents(shown)
    const of = grant.principal.scopes.includes('aws:admin') ? 'tenant' : 'user'
    const text = JSON.stringify({ of, events: events.map(lineOf) })
    return [{ uri, mimeType: 'application/json', text }]
  },
})

const lineOf = ({
  ts,
  event,
  outcome,
  reason_code,
  call_id,
  user,
  client,
  mcp,
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
  account: aws?.account_id,
  region: aws?.region,
  actions: aws?.actions,
  awsRequests: aws?.request_ids,
  awsError: aws?.error_code,
  milliseconds: duration_ms,
})
