import type { AuditEvent } from './audit.ts'

/** The newest audit events of a tenant, newest first, or those of one of its principals. */
export type RecentEvents = (of: {
  readonly tenantId: string
  readonly principalId?: string
  readonly limit: number
}) => Promise<readonly AuditEvent[]>

/** The newest audit events of each tenant, so that its people can look at them; the audit log itself is written elsewhere. */
export interface RecentEventStore {
  /** Keeps an event under its `tenant_id`; one without is of nobody and is not kept. */
  add(event: AuditEvent): Promise<void>
  readonly newest: RecentEvents
}
