import type { NextRequest, Operation } from './aws-calls.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { auditEventOf, beginEventOf, type CallKind, type CallRecord } from './call-record.ts'
import { GatewayError } from './errors.ts'
import type { Call } from './tool-call.ts'
import type { Span } from './trace.ts'

/** What is known of a call from its start. */
export interface Recorded extends Pick<CallRecord, 'asks' | 'aws' | 'callId' | 'kind'> {
  readonly call: Call
  readonly started: number
}

/** How a call ended. */
export type Ending = Pick<
  CallRecord,
  'operation' | 'decision' | 'error' | 'asked' | 'consent' | 'spent' | 'answer'
>

/** What is known of a call that is about to change something. */
export interface Beginning extends Pick<CallRecord, 'operation' | 'decision' | 'consent' | 'spent'> {
  readonly next: NextRequest
}

/** Tells of one call: audit, log, measure and span. */
export interface CallRecorder {
  /** Absent where nothing is traced. */
  readonly span: Span | undefined
  /**
   * Before the first request that changes something: throws `unavailable` where that cannot be written, so that nothing is changed
   * of which no record tells.
   */
  begun(beginning: Beginning): Promise<void>
  /** Throws `unavailable` where its audit event can neither be written nor kept. */
  ended(ending: Ending): Promise<void>
}

/** Starts to tell of a call. */
export const callRecorder = (deps: CallDependencies, recorded: Recorded): CallRecorder => {
  const { call, callId, kind, started } = recorded
  const span = deps.tracer?.start(spanNames[kind], { parent: call.traceparent })
  const base = { ...recorded, digests: deps.digests, traceparent: span?.traceparent }
  const unwritten = (cause: unknown): never => {
    throw new GatewayError('unavailable', 'The audit log cannot be written just now.', { cause })
  }
  return {
    span,
    async begun(beginning) {
      const event = beginEventOf({ ...base, ...beginning, now: deps.now() })
      await deps.audit.append(event, { written: true }).catch(unwritten)
    },
    async ended(ending) {
      const { operation, error, asked } = ending
      const ended = deps.now()
      const event = auditEventOf({ ...base, ...ending, ended })
      const code = error?.code
      const name = operation?.name
      const access = operation?.access
      const outcome = asked ? 'asked' : event.outcome
      const tell = (): void => {
        deps.measured?.({
          of: 'call',
          kind,
          outcome,
          ms: ended - started,
          ...(name !== undefined && { name }),
          ...(access !== undefined && { access }),
          ...(code !== undefined && { code }),
        })
        span?.set({ 'aws_mcp.call_id': callId, 'aws_mcp.outcome': outcome, ...spanOf(kind, operation) })
        span?.end(event.outcome === 'error' ? { error: code ?? 'internal' } : {})
      }
      await deps.audit.append(event).catch((cause: unknown) => {
        // An answer that is not on record becomes a refusal, which is told of in its place.
        if (error) tell()
        return unwritten(cause)
      })
      tell()
      const traceId = span?.traceparent.slice(3, 35)
      const fields = { [kind]: name, ms: ended - started, ...(traceId !== undefined && { traceId }) }
      if (!error) return call.log.info({ ...fields, outcome: asked ? 'asked' : 'allow' }, 'call')
      const refused = { ...fields, outcome: 'refused', code }
      if (code === 'internal') call.log.error({ ...refused, err: error.cause }, 'call')
      else call.log.info(refused, 'call')
    },
  }
}

const spanNames: Record<CallKind, string> = {
  tool: 'tools/call',
  resource: 'resources/read',
  prompt: 'prompts/get',
}

/** OpenTelemetry semantic conventions for MCP name the tool of a call `gen_ai.tool.name`. */
const spanOf = (kind: CallKind, operation: Operation | undefined) =>
  operation && {
    [kind === 'tool' ? 'gen_ai.tool.name' : `aws_mcp.${kind}`]: operation.name,
    'aws_mcp.class': operation.access,
  }
