import type { AuditEvent, AuditLog } from '../audit.ts'
import type { AwsRequest, AwsResponse, AwsTarget } from '../aws.ts'
import { type CallDependencies, callTool } from '../call-tool.ts'
import { cursorCodec } from '../cursor.ts'
import type { Limit, RateLimiter } from '../limits.ts'
import type { AnyTool } from '../tool.ts'
import type { ToolCall } from '../tool-call.ts'
import { listThings, removeThing } from './sample-tools.ts'
import { grantIn } from './tenants.ts'

/** What AWS answers to one request; without one, a page of one thing. */
export type AwsScript = (request: AwsRequest, target: AwsTarget, signal: AbortSignal) => Promise<AwsResponse>

export interface LineOptions {
  tools?: readonly AnyTool[]
  aws?: AwsScript
  limiter?: RateLimiter
  audit?: AuditLog
}

/** `callTool` over the interfaces it knows, each of them in memory, with all that went through them. */
export const callLine = ({ tools = [listThings, removeThing], aws, limiter, audit }: LineOptions = {}) => {
  const seen = {
    sent: [] as { request: AwsRequest; target: AwsTarget }[],
    events: [] as AuditEvent[],
    limits: [] as (readonly Limit[])[],
    logged: [] as { level: 'info' | 'error'; fields: object }[],
  }
  let time = Date.UTC(2026, 0, 1)
  const dependencies: CallDependencies = {
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    limiter: {
      async take(limits) {
        seen.limits.push(limits)
        return limiter ? limiter.take(limits) : { allowed: true }
      },
    },
    aws: {
      async send(target, request, signal) {
        seen.sent.push({ request, target })
        const answer = aws ?? (async () => ({ output: { names: ['one'] }, requestId: 'aws-1', attempts: 1 }))
        return answer(request, target, signal)
      },
      sessionName: ({ tenant, principal }) => `mcp-${tenant.id}-${principal.subject}`,
    },
    cursors: cursorCodec(Buffer.alloc(32, 'k'), () => time),
    audit: {
      async append(event) {
        await audit?.append(event)
        seen.events.push(event)
      },
    },
    // Every look at the clock takes a millisecond.
    now: () => time++,
  }
  const run = (call: Partial<ToolCall> = {}) =>
    callTool(dependencies, {
      grant: grantIn('acme'),
      tool: listThings.name,
      args: {},
      era: 'modern',
      requestId: 'request-1',
      sourceIp: '192.0.2.1',
      signal: new AbortController().signal,
      log: {
        info: (fields) => seen.logged.push({ level: 'info', fields }),
        error: (fields) => seen.logged.push({ level: 'error', fields }),
      },
      ...call,
    })
  return { ...seen, run }
}

/** The error of a refused call, as its structured content has it. */
export const refusalOf = ({ structured }: { structured: Readonly<Record<string, unknown>> }) =>
  structured.error as { code: string; message: string; decisionId: string; [field: string]: unknown }
