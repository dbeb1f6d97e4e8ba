import { type AuditEvent, type AuditLog, asGatewayError, GatewayError } from '@gateway/domain'
import type { Operator } from './tenant-admin.ts'
import { isTenantId } from './tenant-records.ts'

/** What an operator does: the event, and to whom. */
export interface Deed {
  readonly event: AuditEvent['event']
  /** Absent where the daily verification does it. */
  readonly by: Operator | undefined
  readonly requestId: string
  readonly tenantId: string | undefined
  readonly account?: string | undefined
}

/** Writes audit events of what operators do; without its event nothing is answered. */
export interface OperatorAudit {
  append(deed: Deed, told: Told): Promise<void>
  /** Does `work` and writes one event of how it ended; what it throws is a `GatewayError` that is audited. */
  around<Answer>(deed: Deed, work: () => Promise<{ answer: Answer; version?: number }>): Promise<Answer>
}

export interface Told extends Pick<AuditEvent, 'outcome' | 'reason_code' | 'detail'> {
  readonly admin?: NonNullable<AuditEvent['admin']>
}

export const createOperatorAudit = (audit: AuditLog, now: () => number): OperatorAudit => {
  const append = async (deed: Deed, told: Told): Promise<void> => {
    try {
      await audit.append(eventOf(deed, told, now()))
    } catch (cause) {
      const message =
        'The audit log cannot be written, so that nothing is confirmed. See how it stands, then try again.'
      throw new GatewayError('unavailable', message, { cause })
    }
  }
  return {
    append,
    async around(deed, work) {
      let done: Awaited<ReturnType<typeof work>>
      try {
        done = await work()
      } catch (thrown) {
        const error = asGatewayError(thrown)
        await append(deed, refused(error))
        error.audited = true
        throw error
      }
      const { answer, version } = done
      await append(deed, { outcome: 'allow', ...(version !== undefined && { admin: { version } }) })
      return answer
    },
  }
}

const refused = (error: GatewayError): Told => ({
  outcome: error.status >= 500 ? 'error' : 'deny',
  reason_code: error.code,
  detail: [error.message, ...(error.details.issues ?? [])].join(' ').slice(0, 2_000),
})

const eventOf = (
  { event, by, requestId, tenantId, account }: Deed,
  { admin, ...told }: Told,
  now: number,
): AuditEvent => ({
  schema_version: 1,
  ts: new Date(now).toISOString(),
  event,
  ...told,
  request_id: requestId,
  // Names of another shape are whatever somebody sent, and nobody's.
  ...(tenantId !== undefined && isTenantId(tenantId) && { tenant_id: tenantId }),
  ...(by?.sourceIp !== undefined && { source: { ip: by.sourceIp } }),
  admin: {
    ...(by && { operator: { issuer: by.issuer, subject: by.subject } }),
    // Aliases have the shape of ids.
    ...(account !== undefined && isTenantId(account) && { account }),
    ...admin,
  },
})
