import type { AuditEvent } from '@gateway/domain'
import { isWithin, type TimeRange } from './time-range.ts'

/** Which records are meant; what is absent fits all. */
export interface RecordFilter extends TimeRange {
  readonly tenant?: string
  /** Id or subject. */
  readonly user?: string
  /** Of a tool, resource or prompt. */
  readonly tool?: string
  readonly outcome?: string
  readonly reason?: string
  readonly event?: string
  readonly account?: string
  readonly region?: string
  /** Of an answer, or of AWS. */
  readonly requestId?: string
  readonly callId?: string
}

type Values = Readonly<Partial<Record<(typeof names)[number] | 'request-id' | 'call-id', string>>>

const names = ['tenant', 'user', 'tool', 'outcome', 'reason', 'event', 'account', 'region'] as const

/** The filter that options ask for, or what is wrong with it. */
export const readFilter = (values: Values, range: TimeRange): RecordFilter | string => {
  const { outcome, 'request-id': requestId, 'call-id': callId } = values
  if (outcome !== undefined && !outcomes.includes(outcome))
    return `--outcome must be one of ${outcomes.join(', ')}`
  const given = names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]))
  return {
    ...range,
    ...Object.fromEntries(given),
    ...(requestId !== undefined && { requestId }),
    ...(callId !== undefined && { callId }),
  }
}

const outcomes: readonly string[] = ['allow', 'deny', 'error', 'cancelled'] satisfies AuditEvent['outcome'][]

/** Whether a record fits. */
export const fits = (record: AuditEvent, filter: RecordFilter): boolean => {
  const { user, mcp, aws, boundary_reads: reads = [] } = record
  const fit = (wanted: string | undefined, ...found: readonly (string | undefined)[]) =>
    wanted === undefined || found.includes(wanted)
  return (
    fit(filter.tenant, record.tenant_id) &&
    fit(filter.user, user?.id, user?.subject) &&
    fit(filter.tool, mcp?.tool, mcp?.resource, mcp?.prompt) &&
    fit(filter.outcome, record.outcome) &&
    fit(filter.reason, record.reason_code) &&
    fit(filter.event, record.event) &&
    fit(filter.account, aws?.account_id) &&
    fit(filter.region, ...(aws?.region.split(',') ?? [])) &&
    fit(
      filter.requestId,
      record.request_id,
      ...(aws?.request_ids ?? []),
      ...reads.flatMap(({ request_ids }) => request_ids),
    ) &&
    fit(filter.callId, record.call_id) &&
    isWithin(record.ts, filter)
  )
}
