import type { ToolContext } from '@gateway/domain'

type Told = Pick<ToolContext, 'now' | 'grant'>

/**
 * Milliseconds for which a change set is what somebody is or was asked about: an approval may take the tenant's minutes and be used for
 * five more, and the change set is there before anybody is asked. After that a template in S3 may be another.
 */
const freshMs = ({ grant }: Told): number =>
  Math.max(15, grant.tenant.confirmation.approvalMinutes + 10) * 60_000

/** Whether nobody's word can be about a change set of that time any more, so that the same arguments need a new one. */
export const isOutdated = (context: Told, created: Date | undefined): boolean =>
  created !== undefined && context.now() - created.getTime() > freshMs(context)

/** Whether nobody can be about to carry it out either: longer than it is fresh and the word for it is good together. */
export const isAbandoned = (context: Told, created: Date | undefined): boolean =>
  created !== undefined && context.now() - created.getTime() > Math.max(3_600_000, 2 * freshMs(context))
