import type { AuditRecord } from '@gateway/domain'

const columns: Readonly<Record<string, (record: AuditRecord) => unknown>> = {
  ts: ({ ts }) => ts,
  event: ({ event }) => event,
  outcome: ({ outcome }) => outcome,
  reason_code: ({ reason_code }) => reason_code,
  detail: ({ detail }) => detail,
  tenant_id: ({ tenant_id }) => tenant_id,
  user_id: ({ user }) => user?.id,
  user_issuer: ({ user }) => user?.issuer,
  user_subject: ({ user }) => user?.subject,
  client_id: ({ client }) => client?.id,
  source_ip: ({ source }) => source?.ip,
  method: ({ mcp }) => mcp?.method,
  name: ({ mcp }) => mcp?.tool ?? mcp?.resource ?? mcp?.prompt,
  policy_decision: ({ policy }) => policy?.decision,
  policy_rules: ({ policy }) => policy?.rule_ids.join(' '),
  approved_by: ({ policy }) => policy?.approval?.by,
  account_id: ({ aws }) => aws?.account_id,
  region: ({ aws }) => aws?.region,
  role_arn: ({ aws }) => aws?.role_arn,
  session_name: ({ aws }) => aws?.session_name,
  source_identity: ({ aws }) => aws?.source_identity,
  actions: ({ aws }) => aws?.actions.join(' '),
  aws_request_ids: ({ aws }) => aws?.request_ids.join(' '),
  aws_error: ({ aws }) => aws?.error_code,
  cost_estimate_usd: ({ aws }) => aws?.cost_estimate_usd,
  duration_ms: ({ duration_ms }) => duration_ms,
  request_id: ({ request_id }) => request_id,
  call_id: ({ call_id }) => call_id,
  instance: ({ gateway }) => gateway.instance,
  seq: ({ seq }) => seq,
  hash: ({ hash }) => hash,
}

/** The names of the columns, as a line of CSV (RFC 4180). */
export const csvHead = `${Object.keys(columns).join(',')}\r\n`

/** A record as a line of CSV; what a spreadsheet would take for a formula begins with an apostrophe. */
export const csvLine = (record: AuditRecord): string =>
  `${Object.values(columns)
    .map((of) => cell(of(record)))
    .join(',')}\r\n`

const cell = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = String(value)
  // Blanks and control characters before it are ignored by some; full-width signs count as signs.
  const safe = /^[\s\p{Cc}\p{Cf}]*[=+\-@|%＝＋－＠]/u.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
