import type { AuditEvent, AuditLog, RecentEventStore } from '@gateway/domain'

/** What keeps the newest events, and who hears that it does not. */
export interface RecentAuditOptions {
  readonly recent: Pick<RecentEventStore, 'add'>
  onFault(fields: object, message: string): void
}

/**
 * An audit log that also keeps the newest events of people for their tenant to look at, once it has taken them. They are a
 * convenience: no call waits for them, and none fails by them.
 */
export const withRecentEvents = <Log extends AuditLog>(
  log: Log,
  { recent, onFault }: RecentAuditOptions,
): Log => {
  let failing = false
  const keep = async (event: AuditEvent): Promise<void> => {
    try {
      await recent.add(event)
      failing = false
    } catch (err) {
      // Once for each outage, or every call of it would be a line.
      if (!failing) onFault({ err }, 'recent audit events cannot be kept')
      failing = true
    }
  }
  return {
    ...log,
    async append(event, how) {
      await log.append(event, how)
      const shown = shownOf(event)
      if (shown) void keep(shown)
    },
  }
}

/**
 * What the people of a tenant may see of an event: those of its own people alone, for operators and what verifies roles are
 * not theirs; without what is for the operator (`detail`), the address and the token.
 */
const shownOf = ({ detail, source, http, admin, client, ...event }: AuditEvent): AuditEvent | undefined => {
  if (event.tenant_id === undefined || event.user === undefined) return undefined
  if (!client) return event
  const { token_id, ...known } = client
  return { ...event, client: known }
}
