import type { AuditEvent } from '@gateway/domain'

/** Refusals of strangers for which there was no room, counted until there is. */
export interface FoldedRefusals {
  add(event: AuditEvent): void
  size(): number
  /** One event for each kind of refusal and minute; they are not counted any more. */
  take(): AuditEvent[]
}

/** Kinds and minutes that are told apart; beyond it, kinds alone, of which there are few. */
const most = 1_000

/** Counts by minute, event, outcome and reason, all of which are words of ours. */
export const createFoldedRefusals = (): FoldedRefusals => {
  const folded = new Map<string, { readonly first: AuditEvent; last: AuditEvent; count: number }>()
  return {
    add(event) {
      const kind = `${event.event} ${event.outcome} ${event.reason_code}`
      const minute = folded.size < most ? event.ts.slice(0, 'yyyy-mm-ddThh:mm'.length) : ''
      const key = `${minute} ${kind}`
      const known = folded.get(key)
      if (known) {
        known.last = event
        known.count++
      } else folded.set(key, { first: event, last: event, count: 1 })
    },
    size: () => folded.size,
    take() {
      const events = [...folded.values()].map(({ first, last, count }) => eventOf(first, last.ts, count))
      folded.clear()
      return events
    },
  }
}

const eventOf = (first: AuditEvent, lastTs: string, count: number): AuditEvent => ({
  schema_version: 1,
  ts: lastTs,
  event: first.event,
  outcome: first.outcome,
  ...(first.reason_code !== undefined && { reason_code: first.reason_code }),
  request_id: first.request_id,
  folded: { count, first_ts: first.ts },
})

/** Whether nobody knows who an event is of: neither a tenant nor an operator. */
export const isOfStranger = ({ tenant_id, admin }: AuditEvent): boolean =>
  tenant_id === undefined && admin === undefined

/** Whether an event may be counted with others like it: something was refused to a stranger. */
export const mayFold = (event: AuditEvent): boolean => isOfStranger(event) && event.outcome !== 'allow'
