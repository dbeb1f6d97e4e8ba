import { randomUUID } from 'node:crypto'
import type { AuditLog } from './audit.ts'
import type { AwsAccess } from './aws.ts'
import { awsCalls } from './aws-calls.ts'
import { auditEventOf } from './call-record.ts'
import type { CursorCodec } from './cursor.ts'
import { deadline } from './deadline.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { formatAnswer, formatError, type ToolResult } from './format.ts'
import { limitCall } from './limit-call.ts'
import type { RateLimiter } from './limits.ts'
import { type Decision, decide, roleForClass } from './policy.ts'
import { aimOf } from './target.ts'
import type { AnyTool } from './tool.ts'
import type { ToolCall } from './tool-call.ts'
import { parseInput } from './tool-input.ts'

/** What the second half of the line needs; all of it is an interface, so it runs the same everywhere. */
export interface CallDependencies {
  readonly tools: ReadonlyMap<string, AnyTool>
  readonly limiter: RateLimiter
  readonly aws: AwsAccess
  readonly cursors: CursorCodec
  readonly audit: AuditLog
  /** Milliseconds since the epoch. */
  now(): number
}

/**
 * Runs one tool call: limit, aim, input, policy, work, format, audit. Refusals and AWS failures are results
 * (`isError`); it rejects only with `unknown_tool`, which is a protocol error, and `unavailable`, which is 503.
 */
export const callTool = async (deps: CallDependencies, call: ToolCall): Promise<ToolResult> => {
  const { grant } = call
  const callId = randomUUID()
  const started = deps.now()
  const aws = awsCalls(deps.aws)
  const tool = deps.tools.get(call.tool)
  let decision: Decision | undefined
  const append = (error?: GatewayError) =>
    deps.audit
      .append(auditEventOf({ call, callId, started, ended: deps.now(), tool, decision, aws, error }))
      .catch((cause: unknown) => {
        throw new GatewayError('unavailable', 'The audit log cannot be written just now.', { cause })
      })
  try {
    await limitCall(deps.limiter, grant)
    if (!tool) throw new GatewayError('unknown_tool', 'Unknown tool. Ask tools/list which there are.')
    const aim = aimOf(grant, call.args)
    const { input, binding } = parseInput({ tool, aim, grant, cursors: deps.cursors })

    decision = decide({ grant, tool, account: aim.granted, region: aim.region })
    if (decision.effect === 'deny') {
      const { code } = decision.denials[0]
      throw new GatewayError(code, decision.denials.map(({ reason }) => reason).join(' '))
    }

    const target = aws.aim(grant, aim, roleForClass[tool.access])
    const limit = deadline(call.signal, grant.tenant.operations.timeout)
    const work = tool.run(
      {
        grant,
        account: aim.granted.account,
        region: aim.region,
        signal: limit.signal,
        aws: (service, operation, body) => aws.send(tool, { service, operation, input: body }, limit.signal),
      },
      input as never,
    )
    const answer = await limit.within(work)

    // AWS writes "no more" as an absent token or as an empty one.
    const result = formatAnswer(
      answer,
      aws.receipt({ tool, target, decisionId: callId }),
      answer.next && tool.cursorField !== undefined
        ? { field: tool.cursorField, value: deps.cursors.seal(answer.next, binding) }
        : undefined,
    )
    await append()
    call.log.info({ tool: tool.name, outcome: 'allow', ms: deps.now() - started }, 'tool call')
    return result
  } catch (thrown) {
    const error = asGatewayError(thrown)
    await append(error)
    error.audited = true
    const fields = { tool: tool?.name, outcome: 'refused', code: error.code, ms: deps.now() - started }
    if (error.code === 'internal') call.log.error({ ...fields, err: error.cause }, 'tool call')
    else call.log.info(fields, 'tool call')
    if (error.code === 'unknown_tool' || error.code === 'unavailable') throw error
    return formatError(error, callId)
  }
}
