import { randomUUID } from 'node:crypto'
import { awsCalls, type Operation } from './aws-calls.ts'
import { type CallContext, callContextOf } from './call-context.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { boundaryOf, type CallPolicy, callPolicy } from './call-policy.ts'
import { auditEventOf, type CallKind } from './call-record.ts'
import type { Confirmed } from './confirmation/confirm.ts'
import { deadline } from './deadline.ts'
import { demandNotStopped } from './decision/stopped.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { type InputNeeded, isInputNeeded } from './interaction.ts'
import { limitCall } from './limit-call.ts'
import { takeLease } from './limit-concurrency.ts'
import { roleForClass } from './policy.ts'
import type { Receipt } from './receipt.ts'
import { callSpending, type Spending } from './spending.ts'
import { type Aim, aimOf, demandAccount, isRead, usesAws } from './target.ts'
import type { Call } from './tool-call.ts'

/** What stands beside the work of a call: its policy and its money. */
export interface CallBounds {
  readonly policy: CallPolicy
  readonly spending: Spending
  /** True where AWS has carried out nothing of the call but reads. */
  changedNothing(): boolean
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
  run(context: CallContext, operation: Operation, bounds: CallBounds): Promise<Answer | InputNeeded>
  format(answer: Answer, receipt: Receipt): Result
  /** Milliseconds that `run` may take; absent means the tenant's limit. */
  readonly timeout?: number | undefined
  /** How somebody agreed to the call, once it was asked. */
  consent?(): Confirmed | undefined
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
  const spending = callSpending(deps.ledger, { tenant: grant.tenant, callId })
  let operation: Operation | undefined
  let policy: CallPolicy | undefined
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
          decision: policy?.last(error),
          aws,
          spent: spending.evidence(),
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
    const roleName = roleForClass[operation.access]
    const role = granted.roles[roleName] ?? 'profile'
    const stops = deps.stops?.inForce() ?? []
    policy = callPolicy({
      question: {
        grant,
        tool: operation,
        account: granted,
        regions,
        stops: stops instanceof Promise ? await stops : stops,
      },
      actions: deps.actions,
      maker: {
        grant,
        accountId: granted.account.accountId,
        role,
        now: started,
        ...(roleName !== 'read' && { callId }),
      },
      localPolicy: deps.localPolicy,
    })
    policy.ask()

    demandAccount(grant, steps.args(), operation)
    if (usesAws(operation)) {
      const leasing = { grant, callId, mayWait: isRead(operation), signal: call.signal }
      leave = await takeLease(deps.concurrency, leasing)
    }
    if (steps.begin) await steps.begin()
    const sessionPolicy = usesAws(operation) ? deps.sessionPolicies.of(grant.tenant, operation) : undefined
    const judge = policy
    const begun = operation
    const target = aws.aim(grant, aim, {
      roleName,
      sessionPolicy,
      callId,
      goesOn: () => demandNotStopped(deps.stops, grant, begun),
      judge: (request, region) => judge.judge(request, region),
      async pay(price) {
        if (price.microUsd === 'unpriced' && steps.consent?.()?.by === undefined) throw unpricedRequest()
        await spending.reserve(price, { ofRequest: true })
      },
      priceOf: (request) => deps.costs?.requestPrice(request.service, request.operation, request.input),
    })
    if (usesAws(operation) && deps.localPolicy !== 'off') {
      const boundary = await boundaryOf(deps.boundaries, target, call.signal)
      if (boundary) policy.ask({ boundary })
    }
    const timeout = steps.timeout ?? grant.tenant.operations.timeout
    const limit = deadline(call.signal, timeout)
    const ends = deps.now() + timeout
    const context = callContextOf({ deps, call, callId, aim, aws, operation, limit, ends, spending })
    const changedNothing = () =>
      aws.succeeded().every((sent) => {
        const found = deps.api?.find(sent.service, sent.operation)
        return found !== undefined && isRead(found)
      })
    const work = steps.run(context, operation, { policy, spending, changedNothing })
    const answer = await limit.within(work)

    const asked = isInputNeeded(answer)
    const result = asked
      ? answer
      : steps.format(
          answer,
          aws.receipt({ operation, target, decisionId: callId, spent: spending.evidence() }),
        )
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

/** AWS bills it, and nobody knows with what, so it is not free. */
const unpricedRequest = (): GatewayError =>
  new GatewayError(
    'confirmation_required',
    'AWS bills this request, and with how much is not known here, so it was not sent. Use aws_api_read for it, which asks a person first.',
  )
