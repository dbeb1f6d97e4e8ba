import type { AuditEvent, AuditLog } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'

/** What of an audit event is known here. */
export interface Recorded {
  readonly event: `oauth.${'consent' | 'sign_in' | 'registration' | 'token' | 'revocation' | 'deny'}`
  readonly outcome: AuditEvent['outcome']
  readonly reason?: string | undefined
  /** For the operator; never a secret, and never a caller's text. */
  readonly detail?: string | undefined
  readonly tenantId?: string | undefined
  readonly user?: { readonly id: string; readonly issuer: string; readonly subject: string } | undefined
  readonly clientId?: string | undefined
  readonly status?: number | undefined
}

/** Writes one audit event of a request. Rejects where it cannot be written: what it tells of must then not go on. */
export const record = async (
  { audit, now }: { readonly audit: AuditLog; now(): number },
  request: FastifyRequest,
  { event, outcome, reason, detail, tenantId, user, clientId, status }: Recorded,
): Promise<void> => {
  await audit.append({
    schema_version: 1,
    ts: new Date(now()).toISOString(),
    event,
    outcome,
    ...(reason !== undefined && { reason_code: `oauth:${reason}` as const }),
    ...(detail !== undefined && { detail }),
    request_id: request.id,
    ...(tenantId !== undefined && { tenant_id: tenantId }),
    ...(user && { user }),
    ...(clientId !== undefined && { client: { id: clientId.slice(0, 512), scopes: [] } }),
    source: { ip: request.ip },
    ...(status !== undefined && {
      http: { method: request.method, route: request.routeOptions?.url ?? '(none)', status },
    }),
  })
}
