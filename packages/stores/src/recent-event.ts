import type { AuditEvent, RecentEvents } from '@gateway/domain'

/** The events that were asked for, out of what is kept of a tenant; what is damaged or another tenant's is left out. */
export const decodeEvents = (
  kept: readonly string[],
  { tenantId, principalId, limit }: Parameters<RecentEvents>[0],
): readonly AuditEvent[] =>
  kept
    .flatMap((text) => decoded(text) ?? [])
    .filter((event) => event.tenant_id === tenantId)
    .filter(({ user }) => principalId === undefined || user?.id === principalId)
    .slice(0, Math.max(0, limit))

const decoded = (text: string): AuditEvent | undefined => {
  try {
    const event: unknown = JSON.parse(text)
    return typeof event === 'object' && event !== null && 'schema_version' in event && 'ts' in event
      ? (event as AuditEvent)
      : undefined
  } catch {
    return undefined
  }
}
