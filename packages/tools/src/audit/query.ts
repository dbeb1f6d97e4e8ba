import { createHash } from 'node:crypto'
import { type AuditEvent, defineTool, GatewayError, type Principal } from '@gateway/domain'
import { z } from 'zod'
import { boundedText } from '../bounded-text.ts'
import { spanOf, timeInput, timeOf } from '../time-input.ts'
import { shownEvent } from './shown-event.ts'

const defaultLimit = 50
/** More than the gateway keeps of any tenant. */
const allKept = 10_000
/** Characters of the events in one answer as JSON: below what the gateway would cut, for its cuts count from the newest. */
const longestAnswer = 20_000

/** The caller's own calls of late, or those of all of its tenant, as the audit log has them; asks AWS nothing. */
export const auditQuery = defineTool({
  name: 'aws_audit_query',
  title: 'Query recent calls',
  description:
    'Finds your recent calls here in the audit log, newest first; with aws:admin those of all users.',
  access: 'read',
  iamActions: [],
  readsStore: true,
  idempotent: true,
  cursorField: 'cursor',
  listField: 'events',
  input: z.strictObject({
    outcome: z.enum(['allow', 'deny', 'error', 'cancelled']).optional(),
    tool: boundedText(64).optional(),
    user: boundedText(256).optional(),
    from: timeInput.optional().describe('ISO 8601 or -3h'),
    to: timeInput.optional(),
    limit: z.int().min(1).max(100).optional(),
    cursor: boundedText(8_192).optional(),
  }),
  output: z.object({
    of: z.enum(['user', 'tenant']).describe('whose calls were looked at'),
    oldest: z
      .string()
      .optional()
      .describe('time of the oldest that is kept here; older ones are in the audit log alone'),
    events: z.array(
      z.object({
        time: z.string(),
        event: z.string(),
        outcome: z.string(),
        reason: z.string().optional(),
        decisionId: z.string().optional(),
        user: z.string().optional(),
        client: z.string().optional(),
        what: z.string().optional().describe('tool, resource, prompt or method'),
        consent: z.string().optional(),
        approvedBy: z.string().optional(),
        account: z.string().optional(),
        region: z.string().optional(),
        session: z.string().optional().describe('as CloudTrail has it at the end of userIdentity.arn'),
        actions: z.array(z.string()).optional(),
        awsRequests: z.array(z.string()).optional().describe('requestID in CloudTrail'),
        awsError: z.string().optional(),
        traceId: z.string().optional(),
        milliseconds: z.number().optional(),
      }),
    ),
  }),
  async run({ grant, now, recentEvents }, { limit = defaultLimit, cursor, ...filter }) {
    const isWanted = wanted(filter, { principal: grant.principal, now: now() })
    const kept = await recentEvents(allKept)
    // What the cursor stands for may be forgotten by now, and all that is older with it.
    const start = cursor === undefined ? 0 : kept.findLastIndex((event) => markOf(event) === cursor) + 1
    const found = cursor !== undefined && start === 0 ? [] : kept.slice(start).filter(isWanted)
    const page = found.slice(0, Math.min(limit, mostThatFit(found)))
    const last = page.at(-1)
    const oldest = kept.at(-1)?.ts
    return {
      data: {
        of: grant.principal.scopes.includes('aws:admin') ? ('tenant' as const) : ('user' as const),
        ...(oldest !== undefined && { oldest }),
        events: page.map((event) => {
          const { actions, awsRequests, ...rest } = shownEvent(event)
          return {
            ...rest,
            ...(actions && { actions: [...actions] }),
            ...(awsRequests && { awsRequests: [...awsRequests] }),
          }
        }),
      },
      ...(last && page.length < found.length && { next: markOf(last) }),
    }
  },
})

interface Filter {
  readonly outcome?: AuditEvent['outcome'] | undefined
  readonly tool?: string | undefined
  readonly user?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Whether an event is asked for; throws where a time is none, or for others than oneself without the scope for it. */
const wanted = (
  { outcome, tool, user, from, to }: Filter,
  { principal, now }: { readonly principal: Principal; readonly now: number },
): ((event: AuditEvent) => boolean) => {
  const mayAskForAll = principal.scopes.includes('aws:admin') || user === principal.subject
  if (user !== undefined && !mayAskForAll) {
    throw new GatewayError(
      'insufficient_scope',
      'Calls of other users are for administrators (scope aws:admin). Leave user out to see your own.',
    )
  }
  if (from !== undefined && to !== undefined) spanOf({ start: ['from', from], end: ['to', to] }, now)
  const since = from === undefined ? undefined : timeOf('from', from, now)
  const until = to === undefined ? undefined : timeOf('to', to, now)
  return (event) => {
    const at = Date.parse(event.ts)
    return (
      (outcome === undefined || event.outcome === outcome) &&
      (tool === undefined || event.mcp?.tool === tool) &&
      (user === undefined || event.user?.subject === user) &&
      (since === undefined || at >= since) &&
      (until === undefined || at < until)
    )
  }
}

/** How many of the first events one answer holds; one at least, or the pages would never get past it. */
const mostThatFit = (events: readonly AuditEvent[]): number => {
  let size = 0
  const over = events.findIndex((event) => {
    size += JSON.stringify(shownEvent(event)).length
    return size > longestAnswer
  })
  return over === -1 ? events.length : Math.max(1, over)
}

/** What a cursor knows an event by: a call has several, and two replicas write in one millisecond. */
const markOf = (event: AuditEvent): string =>
  createHash('sha256').update(JSON.stringify(event)).digest('base64url').slice(0, 22)
