import type { AuditEvent, AuditLog } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'

/** What of an audit event is known here. */
export interface Recorded {
  readonly event:
    | `oauth.${'consent' | 'sign_in' | 'registration' | 'token' | 'revocation' | 'deny'}`
    | `approval.${'view' | 'decide'}`
  readonly outcome: AuditEvent['outcome']
  readonly reason?: string | undefined
  /** For the operator; never a secret, and never a caller's text. */
  readonly detail?: string | undefined
  readonly tenantId?: string | undefined
  readonly user?: { readonly id: string; readonly issuer: string; readonly subject: string } | undefined
  readonly clientId?: string | undefined
  readonly status?: number | undefined
  /** Of a decision on the page: name of the approval in the audit log, and id of the principal who decided. */
  readonly approval?: { readonly id: string; readonly by: string; readonly approve: boolean } | undefined
}

/** Writes one audit event of a request. Rejects where it cannot be written: what it tells of must then not go on. */
export const record = async (
  { audit, now }: { readonly audit: AuditLog; now(): number },
  request: FastifyRequest,
  { event, outcome, reason, detail, tenantId, user, clientId, status, approval }: Recorded,
): Promise<void> => {
  await audit.append({
    schema_version: 1,
    ts: new Date(now()).toISOString(),
    event,
    outcome,
    ...(reason !== undefined && { reason_code: reasonCode(event, reason) }),
    ...(detail !== undefined && { detail }),
    request_id: request.id,
    ...(tenantId !== undefined && { tenant_id: tenantId }),
    ...(user && { user }),
    ...(clientId !== undefined && { client: { id: clientId.slice(0, 512), scopes: [] } }),
    source: { ip: request.ip },
    ...(approval && {
      policy: {
        decision: approval.approve ? ('allow' as const) : ('deny' as const),
        rule_ids: [],
        approval: { id: approval.id, by: approval.by },
      },
    }),
    ...(status !== undefined && {
      http: { method: request.method, route: request.routeOptions?.url ?? '(none)', status },
    }),
  })
}

const reasonCode = (event: Recorded['event'], reason: string) =>
  event.startsWith('approval.') ? (`approval:${reason}` as const) : (`oauth:${reason}` as const)
