import type { AuditEvent } from './audit.ts'
import type { Call } from './tool-call.ts'

/** The audit event of a message that was refused before it was any call; `code` is that of JSON-RPC, `now` in ms. */
export const refusalEvent = (
  { grant: { principal }, requestId, sourceIp }: Pick<Call, 'grant' | 'requestId' | 'sourceIp'>,
  code: number,
  now: number,
): AuditEvent => ({
  schema_version: 1,
  ts: new Date(now).toISOString(),
  event: 'mcp.deny',
  outcome: 'deny',
  reason_code: `rpc:${code}`,
  request_id: requestId,
  tenant_id: principal.tenantId,
  user: { id: principal.id, issuer: principal.issuer, subject: principal.subject },
  ...(sourceIp !== undefined && { source: { ip: sourceIp } }),
})
