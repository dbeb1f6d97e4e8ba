import type { AuditEvent, RecentEvents } from '@gateway/domain'

/**
 * An event as text of at most `maxBytes` in UTF-8: whole, or without what nobody needs to know it again, or not at all. Both
 * stores keep a number of these for each tenant, so its events have a bound in bytes, too.
 */
export const encodeEvent = (event: AuditEvent, maxBytes: number): string | undefined => {
  const fits = (text: string) => Buffer.byteLength(text) <= maxBytes
  const whole = JSON.stringify(event)
  if (fits(whole)) return whole
  const short = JSON.stringify(shortened(event))
  return fits(short) ? short : undefined
}

/** Without arguments, tags and probes, which may be long, and of lists the first few. */
const shortened = (event: AuditEvent): AuditEvent => {
  const { boundary_reads, admin, detail, mcp, policy, aws, ...frame } = event
  return {
    ...frame,
    ...(mcp && { mcp: withoutArguments(mcp) }),
    ...(policy && { policy: { ...policy, rule_ids: policy.rule_ids.slice(0, longestList) } }),
    ...(aws && { aws: withFewActions(aws) }),
  }
}

const withoutArguments = ({ args_redacted, result_summary, ...mcp }: NonNullable<AuditEvent['mcp']>) => mcp

const withFewActions = ({ session_tags, actions, request_ids, ...aws }: NonNullable<AuditEvent['aws']>) => ({
  ...aws,
  actions: actions.slice(0, longestList),
  request_ids: request_ids.slice(0, longestList),
})

const longestList = 10

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
