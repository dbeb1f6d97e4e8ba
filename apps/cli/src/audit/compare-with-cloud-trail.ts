import { resolve } from 'node:path'
import { filesInOrder } from '@gateway/audit'
import { oneLine, printableLine } from '../tenant/printable.ts'
import type { AuditArguments } from './audit-arguments.ts'
import { type CloudTrailEvent, readCloudTrail } from './cloud-trail-events.ts'
import { createMatcher, type Match } from './cloud-trail-match.ts'
import type { AuditProcess } from './run-audit.ts'
import { storedLines } from './stored-records.ts'
import { isWithin } from './time-range.ts'
import { writtenTo } from './written-to.ts'

type Asked = Extract<AuditArguments, { command: 'export' }> & { readonly cloudTrail: readonly string[] }

/**
 * Compares the requests of one tenant's records with events of CloudTrail, both within the range; gives 1 where CloudTrail has what
 * the log has not, or has otherwise. That CloudTrail lacks something is no fault: it delivers late, and data events only where they
 * are asked for.
 */
export const compareWithCloudTrail = async (
  own: AuditProcess,
  { tenantId, range, cloudTrail, json }: Asked,
  files: readonly string[],
): Promise<number> => {
  const events: CloudTrailEvent[] = []
  for (const file of cloudTrail) {
    const all = await readCloudTrail(resolve(own.folder, file))
    for (const event of all) if (isWithin(event.eventTime, range)) events.push(event)
  }
  const matcher = createMatcher(events)
  const write = writtenTo(own.output)
  const counts = { matched: 0, differs: 0, only_ours: 0, only_cloudtrail: 0 }
  const show = async (matches: readonly Match[]): Promise<boolean> => {
    for (const match of matches) {
      counts[match.status]++
      if (!(await write(`${json ? printableLine(match) : lineOf(match)}\n`))) return false
    }
    return true
  }
  for await (const line of storedLines(await filesInOrder(files))) {
    // A call outside of the range may have an event within it: its time is that of its end.
    if (line.kind !== 'record' || line.record.tenant_id !== tenantId) continue
    const matches = matcher.add(line.record)
    const isAsked = isWithin(line.record.ts, range)
    if (!(await show(matches.filter(({ status }) => isAsked || status === 'differs')))) return 0
  }
  const { matches, foreign } = matcher.rest()
  if (!(await show(matches))) return 0
  const { matched, differs, only_ours, only_cloudtrail } = counts
  own.stderr(
    `${matched} matched, ${differs} differ, ${only_ours} only in the log (CloudTrail delivers late, and data events only where asked), ` +
      `${only_cloudtrail} only in CloudTrail, ${foreign} events of others\n`,
  )
  return differs + only_cloudtrail > 0 ? 1 : 0
}

const lineOf = ({
  status,
  time,
  what,
  request_id,
  session_name,
  source_identity,
  difference,
}: Match): string =>
  [
    words[status],
    time,
    what,
    `request ${request_id ?? 'without an id'}`,
    session_name && `session ${session_name}`,
    source_identity && `source identity ${source_identity}`,
    difference,
  ]
    .flatMap((cell) => (cell ? [oneLine(cell)] : []))
    .join('  ')

const words: Readonly<Record<Match['status'], string>> = {
  matched: 'matched',
  differs: 'DIFFERS',
  only_ours: 'only in the log',
  only_cloudtrail: 'ONLY IN CLOUDTRAIL',
}
