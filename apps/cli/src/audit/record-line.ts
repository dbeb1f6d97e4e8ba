import type { AuditEvent } from '@gateway/domain'
import { oneLine } from '../tenant/printable.ts'

/** A record on one line for people; nothing of it can move the cursor or begin another line. */
export const recordLine = (record: AuditEvent): string => {
  const { ts, event, outcome, reason_code, tenant_id, user, client, mcp, aws, http, admin, detail } = record
  const what = mcp?.tool ?? mcp?.resource ?? mcp?.prompt ?? mcp?.method ?? http?.route ?? admin?.account
  const cells = [
    ts,
    outcome.padEnd(9),
    event,
    tenant_id ?? '-',
    user?.subject ?? admin?.operator?.subject ?? client?.id ?? '-',
    what,
    aws && `${aws.account_id}/${aws.region}`,
    aws && aws.actions.length > 0 ? aws.actions.join(',') : undefined,
    reason_code && `(${reason_code})`,
    detail && `[${detail}]`,
    record.duration_ms === undefined ? undefined : `${record.duration_ms} ms`,
    `request ${record.request_id}`,
  ]
  return cells.flatMap((cell) => (cell === undefined || cell === '' ? [] : [shown(cell)])).join('  ')
}

/** Padding stays; a cell is never longer than a line of a terminal or two. */
const shown = (text: string): string => {
  const clean = oneLine(text)
  const short = clean.length > 200 ? `${clean.slice(0, 199)}…` : clean
  return short.padEnd(Math.min(text.length, 9))
}
