import { randomUUID } from 'node:crypto'
import type { AuditLog } from './audit.ts'
import type { AwsAccess } from './aws.ts'
import { type AwsCalls, awsCalls, type Operation } from './aws-calls.ts'
import { auditEventOf, type CallKind } from './call-record.ts'
import type { ChangePublisher } from './changes.ts'
import type { CursorCodec } from './cursor.ts'
import { deadline } from './deadline.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { type InputNeeded, isInputNeeded } from './interaction.ts'
import { limitCall } from './limit-call.ts'
import type { RateLimiter } from './limits.ts'
import type { Offer } from './offer.ts'
import { type Decision, decide, roleForClass } from './policy.ts'
import type { Receipt } from './receipt.ts'
import { type Aim, aimOf } from './target.ts'
import type { Tenant } from './tenant.ts'
import type { ToolContext } from './tool.ts'
import type { Call } from './tool-call.ts'

/** What the second half of the line needs; all of it is an interface, so it runs the same everywhere. */
export interface CallDependencies {
  offerOf(tenant: Tenant): Offer
  readonly limiter: RateLimiter
  readonly aws: AwsAccess
  readonly cursors: CursorCodec
  readonly audit: AuditLog
  readonly changes: ChangePublisher
  /** Milliseconds since the epoch. */
  now(): number
}

/** What tells the kinds of call apart; each step is called once, in this order. */
export interface CallSteps<Answer extends object, Result> {
  readonly kind: CallKind
  /** What is asked for; throws where there is none of that name. */
  find(): Operation
  /** The arguments, `account` and `region` among them. */
  args(): Readonly<Record<string, unknown>>
  /** Checks the arguments that are left; throws what is wrong with them. */
  check(aim: Aim): void
  run(context: ToolContext): Promise<Answer | InputNeeded>
  format(answer: Answer, receipt: Receipt): Result
  /** Milliseconds that `run` may take; absent means the tenant's limit. */
  readonly timeout?: number | undefined
  /** Called when nothing stands against the call any more; what it throws refuses the call. */
  readonly begin?: (() => Promise<void>) | undefined
}

/** A refused or failed call: the error, and the id of its audit event. */
export interface CallFailure {
  readonly error: GatewayError
  readonly callId: string
}

/**
 * Runs one call of any kind: limit, aim, input, policy, work, format, audit. Never rejects but with what its own
 * audit log threw; whatever happens is in the answer and in exactly one audit event.
 */
export const runCall = async <Answer extends object, Result>(
  deps: CallDependencies,
  call: Call,
  steps: CallSteps<Answer, Result>,
): Promise<{ result: Result | InputNeeded } | CallFailure> => {
  const { grant } = call
  const callId = randomUUID()
  const started = deps.now()
  const aws = awsCalls(deps.aws)
  let operation: Operation | undefined
  let decision: Decision | undefined
  const append = (error: GatewayError | undefined, asked: boolean) =>
    deps.audit
      .append(
        auditEventOf({
          call,
          kind: steps.kind,
          callId,
          started,
          ended: deps.now(),
          operation,
          decision,
          aws,
          error,
          asked,
        }),
      )
      .catch((cause: unknown) => {
        throw new GatewayError('unavailable', 'The audit log cannot be written just now.', { cause })
      })
  const fields = () => ({ [steps.kind]: operation?.name, ms: deps.now() - started })
  try {
    await limitCall(deps.limiter, grant)
    operation = steps.find()
    const aim = aimOf(grant, steps.args())
    steps.check(aim)

    decision = decide({ grant, tool: operation, account: aim.granted, region: aim.region })
    if (decision.effect === 'deny') {
      const { code } = decision.denials[0]
      throw new GatewayError(code, decision.denials.map(({ reason }) => reason).join(' '))
    }

    if (steps.begin) await steps.begin()
    const target = aws.aim(grant, aim, roleForClass[operation.access])
    const limit = deadline(call.signal, steps.timeout ?? grant.tenant.operations.timeout)
    const work = steps.run(contextOf({ deps, call, aim, aws, operation, signal: limit.signal }))
    const answer = await limit.within(work)

    const asked = isInputNeeded(answer)
    const result = asked
      ? answer
      : steps.format(answer, aws.receipt({ operation, target, decisionId: callId }))
    await append(undefined, asked)
    call.log.info({ ...fields(), outcome: asked ? 'asked' : 'allow' }, 'call')
    return { result }
  } catch (thrown) {
    const error = asGatewayError(thrown)
    await append(error, false)
    error.audited = true
    const refused = { ...fields(), outcome: 'refused', code: error.code }
    if (error.code === 'internal') call.log.error({ ...refused, err: error.cause }, 'call')
    else call.log.info(refused, 'call')
    return { error, callId }
  }
}

const contextOf = (of: {
  deps: CallDependencies
  call: Call
  aim: Aim
  aws: AwsCalls
  operation: Operation
  signal: AbortSignal
}): ToolContext => {
  const { deps, call, aim, aws, operation, signal } = of
  const { capabilities, answers, state, progress, log, closeStream } = call.interaction
  return {
    capabilities,
    answers,
    state,
    progress,
    log,
    closeStream,
    grant: call.grant,
    account: aim.granted.account,
    region: aim.region,
    signal,
    aws: (service, name, input) => aws.send(operation, { service, operation: name, input }, signal),
    changed: (change) => deps.changes.publish(call.grant.tenant.id, change),
  }
}
