import { type AuditEvent, type AuditLog, asGatewayError, GatewayError, isTenantId } from '@gateway/domain'
import type { Operator } from './tenant-admin.ts'
import type { Writing } from './tenant-records.ts'

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
  /**
   * Does `work` and writes one event of how it ended; what it throws is a `GatewayError` that is audited. What `work` writes
   * has its `allow` before, so that nothing is ever in force that no event tells of; where the write then fails, a second
   * event of the same request says so, which may be all that is known of a store that did not answer.
   */
  around<Answer>(
    deed: Deed,
    work: (writing: ToldWriting) => Promise<{ answer: Answer; version?: number }>,
  ): Promise<Answer>
}

/** What `work` says of its writing; what it adds stands in every event from then on. */
export interface ToldWriting extends Writing {
  before(version?: number, more?: NonNullable<AuditEvent['admin']>): Promise<void>
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
      let told = false
      let written = false
      let known: NonNullable<AuditEvent['admin']> = {}
      const writing: ToldWriting = {
        async before(version, more) {
          if (told) await append(deed, overtaken)
          known = { ...known, ...more }
          await append(deed, allowed(version, known))
          told = true
        },
        done() {
          written = true
        },
      }
      let ended: Awaited<ReturnType<typeof work>>
      try {
        ended = await work(writing)
      } catch (thrown) {
        const error = asGatewayError(thrown)
        // What is written is in force, whatever keeps it from being shown.
        if (!written) await append(deed, { ...refused(error), admin: known })
        error.audited = true
        throw error
      }
      if (!told) await append(deed, allowed(ended.version, known))
      return ended.answer
    },
  }
}

const allowed = (version: number | undefined, known: NonNullable<AuditEvent['admin']>): Told => ({
  outcome: 'allow',
  admin: { ...known, ...(version !== undefined && { version }) },
})

const overtaken: Told = {
  outcome: 'error',
  reason_code: 'conflict',
  detail: 'Others changed the tenant first, so that this was not written; it is tried again.',
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
