import { randomUUID } from 'node:crypto'
import { afterChanges, changesNothing } from './after-changes.ts'
import { awsCalls, type Operation } from './aws-calls.ts'
import { type CallContext, callContextOf } from './call-context.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { boundaryOf, type CallPolicy, callPolicy } from './call-policy.ts'
import type { Asks, AuditedAnswer, CallKind } from './call-record.ts'
import { callRecorder } from './call-recorder.ts'
import type { Confirmed } from './confirmation/confirm.ts'
import { deadline } from './deadline.ts'
import { demandNotStopped, forStops } from './decision/stopped.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { type InputNeeded, isInputNeeded } from './interaction.ts'
import { limitCall, limitThatRefused } from './limit-call.ts'
import { takeLease } from './limit-concurrency.ts'
import { roleForClass } from './policy.ts'
import { prepareCall } from './prepare-call.ts'
import type { Receipt } from './receipt.ts'
import { callSpending, type Spending } from './spending.ts'
import { type Aim, demandAccount, isRead, takesLease, usesAws } from './target.ts'
import type { Call } from './tool-call.ts'
import { whileAwayOf } from './unbilled-reads.ts'

/** What stands beside the work of a call: its policy and its money. */
export interface CallBounds {
  readonly policy: CallPolicy
  readonly spending: Spending
  /** True where AWS can have carried out nothing of the call but reads. */
  changedNothing(): boolean
}

/** What tells the kinds of call apart; each step is called once, in this order. */
export interface CallSteps<Answer extends object, Result> {
  readonly kind: CallKind
  /** What the audit log tells of, in digests and types. */
  readonly asks: Asks
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
  audited(result: Result): AuditedAnswer
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
 * Runs one call of any kind: aim, input, limit, policy, work, format, audit. Never rejects but with what its own
 * audit log threw, and not even then once it has changed something; whatever happens is in the answer and in exactly one
 * audit event.
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
  const { kind, asks } = steps
  const recorder = callRecorder(deps, { call, kind, asks, callId, started, aws })
  let beginning: Promise<void> | undefined
  const ended = (of: { error?: GatewayError; asked?: boolean; answer?: AuditedAnswer }) => {
    const { error, asked = false, answer } = of
    const [decision, consent] = [policy?.last(error), steps.consent?.()]
    return recorder.ended({ operation, decision, error, asked, answer, consent, spent: spending.evidence() })
  }
  const changes = () =>
    operation && isRead(operation) ? [] : aws.sent().filter(({ request }) => !changesNothing(deps, request))
  try {
    const { fault, aim, ...found } = prepareCall(grant, steps)
    operation = found.operation
    await limitCall(deps, { grant, kind, operation, aim, signal: call.signal })
    if (fault) throw fault.thrown
    if (!operation || !aim) throw new Error('a call without a fault has an aim')

    const { granted, regions = [aim.region] } = aim
    const roleName = roleForClass[operation.access]
    const role = granted.roles[roleName] ?? 'profile'
    const stops = deps.stops?.inForce(forStops(operation)) ?? []
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
    if (takesLease(operation)) {
      const how = whileAwayOf(deps.costs, operation)
      const leasing = { grant, callId, mayWait: isRead(operation), how, signal: call.signal }
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
      span: recorder.span,
      goesOn: () => demandNotStopped(deps.stops, grant, begun),
      judge: (request, region) => judge.judge(request, region),
      async pay(price) {
        if (price.microUsd === 'unpriced' && steps.consent?.()?.by === undefined) throw unpricedRequest()
        const reserved = await spending.reserve(price, { ofRequest: true })
        return () => reserved.settle(0)
      },
      sends(request, next) {
        if (isRead(begun) || changesNothing(deps, request)) return Promise.resolve()
        beginning ??= recorder.begun({
          ...{ operation: begun, decision: judge.last(), consent: steps.consent?.() },
          ...{ spent: spending.evidence(), next },
        })
        return beginning
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
    const changedNothing = () => changes().length === 0
    const work = steps.run(context, operation, { policy, spending, changedNothing })
    const answer = await limit.within(work)

    if (isInputNeeded(answer)) {
      await ended({ asked: true })
      return { result: answer }
    }
    const receipt = aws.receipt({ operation, target, decisionId: callId, spent: spending.evidence() })
    const result = steps.format(answer, receipt)
    await ended({ answer: steps.audited(result) })
    return { result }
  } catch (thrown) {
    const error = afterChanges(asGatewayError(thrown), changes())
    const limit = limitThatRefused(error)
    if (limit) deps.measured?.({ of: 'limited', limit })
    try {
      await ended({ error })
    } catch (unwritten) {
      const told = afterChanges(asGatewayError(unwritten), changes())
      if (!told.details.sent) throw unwritten
      call.log.error({ callId, err: unwritten }, 'how a call ended that changed something is not on record')
      return { error: told, callId }
    }
    error.audited = true
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
