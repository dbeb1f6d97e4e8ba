import { randomUUID } from 'node:crypto'
import type { AuditLog } from './audit.ts'
import type { AwsAccess } from './aws.ts'
import type { AwsApi } from './aws-api.ts'
import { awsCalls, type Operation } from './aws-calls.ts'
import { type CallContext, callContextOf } from './call-context.ts'
import { auditEventOf, type CallKind } from './call-record.ts'
import type { ChangePublisher } from './changes.ts'
import type { Draw } from './chart.ts'
import type { ConcurrencyLimiter } from './concurrency.ts'
import type { Consent } from './confirm.ts'
import type { CursorCodec } from './cursor.ts'
import { deadline } from './deadline.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import type { SessionPolicies } from './iam/session-policies.ts'
import { type InputNeeded, isInputNeeded } from './interaction.ts'
import { limitCall } from './limit-call.ts'
import { takeLease } from './limit-concurrency.ts'
import type { RateLimiter } from './limits.ts'
import type { Offer } from './offer.ts'
import { type Decision, decide, roleForClass } from './policy.ts'
import type { Receipt } from './receipt.ts'
import type { RecentEvents } from './recent-events.ts'
import type { RecordStore } from './records.ts'
import { refusalOf } from './step-up.ts'
import { type Aim, aimOf, demandAccount, isRead, usesAws } from './target.ts'
import type { Tenant } from './tenant.ts'
import type { Call } from './tool-call.ts'

/** What the second half of the line needs; all of it is an interface, so it runs the same everywhere. */
export interface CallDependencies {
  offerOf(tenant: Tenant): Offer
  readonly limiter: RateLimiter
  readonly concurrency: ConcurrencyLimiter
  readonly aws: AwsAccess
  readonly sessionPolicies: SessionPolicies
  readonly cursors: CursorCodec
  readonly audit: AuditLog
  readonly changes: ChangePublisher
  /** Absent means that no operation is known, so that none is generic. */
  readonly api?: AwsApi
  /** Absent where nothing draws. */
  readonly draw?: Draw
  /** Where confirmations that were used are remembered; absent means that none can be given by a second call. */
  readonly spent?: Pick<RecordStore, 'create'>
  /** The newest audit events of a tenant; absent where they are not kept. */
  readonly recentEvents?: RecentEvents
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
  /** What this very call does, where its arguments make it less than the operation as a whole. */
  narrow?(operation: Operation): Operation
  run(context: CallContext, operation: Operation): Promise<Answer | InputNeeded>
  format(answer: Answer, receipt: Receipt): Result
  /** Milliseconds that `run` may take; absent means the tenant's limit. */
  readonly timeout?: number | undefined
  /** How somebody agreed to the call, once it was asked. */
  consent?(): Consent | undefined
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
  let leave = async (): Promise<void> => {}
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
          consent: steps.consent?.(),
        }),
      )
      .catch((cause: unknown) => {
        throw new GatewayError('unavailable', 'The audit log cannot be written just now.', { cause })
      })
  const fields = () => ({ [steps.kind]: operation?.name, ms: deps.now() - started })
  try {
    await limitCall(deps.limiter, grant)
    operation = steps.find()
    const aim = aimOf(grant, steps.args(), operation)
    steps.check(aim)
    if (steps.narrow) operation = steps.narrow(operation)

    const { granted, regions = [aim.region] } = aim
    const question = { grant, tool: operation, account: granted, regions }
    decision = decide(question)
    if (decision.effect === 'deny') throw refusalOf(decision, question)

    demandAccount(grant, steps.args(), operation)
    if (usesAws(operation)) {
      const leasing = { grant, callId, mayWait: isRead(operation), signal: call.signal }
      leave = await takeLease(deps.concurrency, leasing)
    }
    if (steps.begin) await steps.begin()
    const sessionPolicy = usesAws(operation) ? deps.sessionPolicies.of(grant.tenant, operation) : undefined
    const target = aws.aim(grant, aim, {
      roleName: roleForClass[operation.access],
      sessionPolicy,
      callId,
    })
    const timeout = steps.timeout ?? grant.tenant.operations.timeout
    const limit = deadline(call.signal, timeout)
    const ends = deps.now() + timeout
    const work = steps.run(callContextOf({ deps, call, callId, aim, aws, operation, limit, ends }), operation)
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
  } finally {
    await leave()
  }
}
