import type { AuditRecord } from '@gateway/domain'
import { type CloudTrailEvent, sessionOf } from './cloud-trail-events.ts'

/** How one request of ours, or one event of CloudTrail, stands in the other. */
export interface Match {
  readonly status:
    | 'matched'
    /** Both have it, and CloudTrail names another session or source identity. */
    | 'differs'
    | 'only_ours'
    /** CloudTrail has a call of this gateway that the log has not: somebody else uses its name, or the log lacks it. */
    | 'only_cloudtrail'
  readonly request_id?: string
  readonly time: string
  readonly what: string
  readonly session_name?: string
  readonly source_identity?: string
  /** What differs, in a sentence. */
  readonly difference?: string
}

/** Compares records with events; each record is added once, then what is left is asked for. */
export interface Matcher {
  add(record: AuditRecord): Match[]
  /** Events of this gateway that no record tells of; others of the account are counted only. */
  rest(): { readonly matches: Match[]; readonly foreign: number }
}

/** Events are found by `requestID`; an id that several have is that of a call and of what it caused. */
export const createMatcher = (events: readonly CloudTrailEvent[]): Matcher => {
  const byRequest = Map.groupBy(events, ({ requestID }) => requestID)
  const seen = new Set<CloudTrailEvent>()
  const sessions = new Set<string>()
  const matchOf = (id: string, record: AuditRecord, part: Part): Match => {
    const common = {
      request_id: id,
      time: record.ts,
      what: part.actions.join(','),
      session_name: part.session_name,
      ...(part.source_identity !== undefined && { source_identity: part.source_identity }),
    }
    const found = byRequest.get(id) ?? []
    if (found.length === 0) return { status: 'only_ours', ...common }
    for (const event of found) seen.add(event)
    const differences = found.map((event) => differenceOf(event, part)).filter((each) => each !== undefined)
    // What the call has caused within AWS has the id too, and another session.
    return differences.length < found.length
      ? { status: 'matched', ...common }
      : { status: 'differs', ...common, ...(differences[0] && { difference: differences[0] }) }
  }
  return {
    add: (record) =>
      partsOf(record).flatMap((part) => {
        sessions.add(part.session_name)
        return [...new Set(part.request_ids)].map((id) => matchOf(id, record, part))
      }),
    rest() {
      const left = events.filter((event) => !seen.has(event))
      const ours = left.filter((event) => isOfGateway(event, sessions) && !isKnownSession(event, sessions))
      return { matches: ours.map(alarm), foreign: left.length - ours.length }
    },
  }
}

interface Part {
  readonly actions: readonly string[]
  readonly request_ids: readonly string[]
  readonly session_name: string
  readonly source_identity?: string
}

const partsOf = ({ aws, boundary_reads: reads = [] }: AuditRecord): readonly Part[] => [
  ...(aws ? [aws] : []),
  ...reads,
]

const differenceOf = (event: CloudTrailEvent, part: Part): string | undefined => {
  const { name, sourceIdentity } = sessionOf(event)
  if (name !== part.session_name) return `CloudTrail names the session ${name ?? 'not at all'}`
  return part.source_identity === undefined || sourceIdentity === part.source_identity
    ? undefined
    : `CloudTrail names the source identity ${sourceIdentity ?? 'not at all'}`
}

const isOfGateway = (event: CloudTrailEvent, sessions: ReadonlySet<string>): boolean => {
  const { name } = sessionOf(event)
  return /\bmcp-gw\//.test(event.userAgent ?? '') || (name !== undefined && sessions.has(name))
}

/** Records name requests made in a session, and not the one that opened it. */
const isKnownSession = (event: CloudTrailEvent, sessions: ReadonlySet<string>): boolean => {
  const { name } = sessionOf(event)
  return event.eventName === 'AssumeRole' && name !== undefined && sessions.has(name)
}

const alarm = (event: CloudTrailEvent): Match => {
  const { name, sourceIdentity } = sessionOf(event)
  return {
    status: 'only_cloudtrail',
    ...(event.requestID !== undefined && { request_id: event.requestID }),
    time: event.eventTime,
    what: `${event.eventSource.split('.')[0]}:${event.eventName}`,
    ...(name !== undefined && { session_name: name }),
    ...(sourceIdentity !== undefined && { source_identity: sourceIdentity }),
  }
}
