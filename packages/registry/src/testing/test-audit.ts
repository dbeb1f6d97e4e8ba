import type { AuditEvent, AuditLog } from '@gateway/domain'

/** An audit log in memory; while `broken` nothing can be written. */
export const testAudit = (): AuditLog & { broken: boolean; readonly events: AuditEvent[] } => {
  const events: AuditEvent[] = []
  const log = {
    broken: false,
    events,
    async append(event: AuditEvent) {
      if (log.broken) throw new Error('the audit log of the test is broken')
      events.push(event)
    },
  }
  return log
}
