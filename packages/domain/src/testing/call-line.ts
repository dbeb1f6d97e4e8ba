import type { AuditEvent, AuditLog } from '../audit.ts'
import type { AwsRequest, AwsResponse, AwsTarget } from '../aws.ts'
import type { CallDependencies } from '../call-dependencies.ts'
import { callTool } from '../call-tool.ts'
import type { Change } from '../changes.ts'
import { cursorCodec } from '../cursor.ts'
import { sessionPolicies } from '../iam/session-policies.ts'
import { isInputNeeded, noInteraction } from '../interaction.ts'
import type { Limit, RateLimiter } from '../limits.ts'
import type { Measure } from '../measure.ts'
import { offerOf } from '../offer.ts'
import type { Prompt } from '../prompt.ts'
import type { Resource } from '../resource.ts'
import type { AnyTool } from '../tool.ts'
import type { ToolCall } from '../tool-call.ts'
import type { WhileAway } from '../while-away.ts'
import { listThings, removeThing } from './sample-tools.ts'
import { grantIn } from './tenants.ts'

/** What AWS answers to one request; without one, a page of one thing. */
export type AwsScript = (request: AwsRequest, target: AwsTarget, signal: AbortSignal) => Promise<AwsResponse>

export interface LineOptions {
  tools?: readonly AnyTool[]
  resources?: readonly Resource[]
  prompts?: readonly Prompt[]
  aws?: AwsScript
  limiter?: RateLimiter
  /** What entering the limiter of running calls answers. */
  concurrency?: () => Promise<'taken' | 'tenant' | 'user'>
  audit?: AuditLog
}

/** `callTool` over the interfaces it knows, each of them in memory, with all that went through them. */
export const callLine = (options: LineOptions = {}) => {
  const { tools = [listThings, removeThing], aws, limiter, concurrency, audit } = options
  const seen = {
    sent: [] as { request: AwsRequest; target: AwsTarget }[],
    events: [] as AuditEvent[],
    changes: [] as { tenantId: string; change: Change }[],
    leases: new Map<string, string>(),
    limits: [] as (readonly Limit[])[],
    /** Of the limits of rate, and then of those that run. */
    whileAway: [] as WhileAway['whileAway'][],
    measured: [] as Measure[],
    logged: [] as { level: 'info' | 'error'; fields: object }[],
  }
  let time = Date.UTC(2026, 0, 1)
  const offer = offerOf({ ...options, tools })
  const dependencies: CallDependencies = {
    offerOf: () => offer,
    sessionPolicies: sessionPolicies(() => offer),
    limiter: {
      async take(limits, how) {
        seen.limits.push(limits)
        seen.whileAway.push(how?.whileAway)
        return limiter ? limiter.take(limits) : { allowed: true }
      },
    },
    concurrency: {
      async enter({ callId, tenantId, principalId }, how) {
        seen.whileAway.push(how?.whileAway)
        const answer = (await concurrency?.()) ?? 'taken'
        if (answer === 'taken') seen.leases.set(callId, `${tenantId} ${principalId}`)
        return answer
      },
      renew: async () => true,
      async leave({ callId }) {
        seen.leases.delete(callId)
      },
    },
    aws: {
      async send(target, request, signal) {
        seen.sent.push({ request, target })
        const answer = aws ?? (async () => ({ output: { names: ['one'] }, requestId: 'aws-1', attempts: 1 }))
        return answer(request, target, signal)
      },
      sessionName: ({ tenant, principal }) => `mcp-${tenant.id}-${principal.subject}`,
      forget() {},
    },
    cursors: cursorCodec([Buffer.alloc(32, 'k')], () => time),
    audit: {
      async append(event, how) {
        await audit?.append(event, how)
        seen.events.push(event)
      },
    },
    changes: {
      async publish(tenantId, change) {
        seen.changes.push({ tenantId, change })
      },
    },
    measured: (measure) => seen.measured.push(measure),
    // Every look at the clock takes a millisecond.
    now: () => time++,
  }
  const base = {
    grant: grantIn('acme'),
    era: 'modern',
    requestId: 'request-1',
    sourceIp: '192.0.2.1',
    signal: new AbortController().signal,
    interaction: noInteraction,
    log: {
      info: (fields: object) => seen.logged.push({ level: 'info', fields }),
      error: (fields: object) => seen.logged.push({ level: 'error', fields }),
    },
  } as const
  /** The result or the question of a call. */
  const ask = (call: Partial<ToolCall> = {}) =>
    callTool(dependencies, { ...base, tool: listThings.name, args: {}, ...call })
  /** The result of a call that asks nothing. */
  const run = async (call: Partial<ToolCall> = {}) => {
    const result = await ask(call)
    if (isInputNeeded(result)) throw new Error('the tool asked instead of answering')
    return result
  }
  return { ...seen, dependencies, base, ask, run }
}

/** The error of a refused call, as its structured content has it. */
export const refusalOf = ({ structured }: { structured: Readonly<Record<string, unknown>> }) =>
  structured.error as { code: string; message: string; decisionId: string; [field: string]: unknown }
