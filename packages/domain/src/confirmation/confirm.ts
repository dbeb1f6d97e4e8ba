import { createHash } from 'node:crypto'
import type { ApprovalPages } from '../approvals.ts'
import type { AwsRequest } from '../aws.ts'
import type { CallContext } from '../call-context.ts'
import type { CallDependencies } from '../call-dependencies.ts'
import type { CallPolicy } from '../call-policy.ts'
import { type ConfirmationRung, rungs } from '../confirmation-rules.ts'
import type { CostFacts } from '../cost.ts'
import { costFacts } from '../cost-facts.ts'
import { type CursorBinding, canonicalJson } from '../cursor.ts'
import { GatewayError } from '../errors.ts'
import { type InputNeeded, missingCapabilities } from '../interaction.ts'
import type { Plan } from '../plan.ts'
import { planLines } from '../plan-lines.ts'
import type { Decision, Need } from '../policy.ts'
import type { Spending } from '../spending.ts'
import { isRead } from '../target.ts'
import type { AnyTool, OperationClass } from '../tool.ts'
import { byForm, form, withEarlierToken } from './by-form.ts'
import { byPage, pagesFor } from './by-page.ts'
import { bySecondCall } from './by-second-call.ts'
import { mayBeRuled, rulesOf } from './needs.ts'

/** How somebody agreed to a call. */
export type Consent = 'elicitation' | 'second-call' | 'approval'

/** A call that may be carried out, and under which idempotency token. */
export interface Confirmed {
  readonly clientToken: string
  /** Absent where the call needs nobody's word. */
  readonly by?: Consent
  /** Of the approval page: the start of a digest of the ticket, and the principal who agreed. */
  readonly approval?: { readonly id: string; readonly by: string }
  /** What is to be reserved. */
  readonly cost?: CostFacts
  /** The request that the plan was about. */
  readonly sends?: AwsRequest
  /** True where somebody agreed that the budget is exceeded. */
  readonly beyond?: boolean
}

/** A call that may need a person's word. */
export interface Confirming {
  readonly deps: Pick<CallDependencies, 'cursors' | 'spent' | 'costs' | 'records'> & {
    readonly pages?: ApprovalPages | undefined
  }
  readonly tool: AnyTool
  /** Of this very call. */
  readonly access: OperationClass
  readonly policy: CallPolicy
  readonly spending: Spending
  readonly context: CallContext
  readonly input: Readonly<Record<string, unknown>>
  /** Tenant, principal, tool, account, region and arguments: what the word is given for. */
  readonly binding: CursorBinding
  /** What the caller sent as the ticket of the refusal before. */
  readonly ticket: string | undefined
}

/** What somebody is to agree to. */
export interface Asking {
  readonly call: Confirming
  readonly context: CallContext
  /** As it is shown. */
  readonly plan: Plan
  /** True where no second call may stand for a person, whatever the class. */
  readonly byPerson: boolean
  readonly needs: readonly Need[]
  readonly rung: ConfirmationRung
  readonly digest: string
}

/**
 * Asks a person where the tool, a rule of the tenant or the cost wants it: by a form, if the client has them; otherwise, and
 * where a form is not enough, on the approval page; or by a second call, where the tenant says so and it can be undone. The word is
 * good for this tenant, principal, tool, target, arguments and plan, for minutes, and once.
 */
export const confirmed = async (call: Confirming): Promise<Confirmed | InputNeeded> => {
  const context = withEarlierToken(call.context)
  const plan = await planOf(call, context)
  if (!plan) return { clientToken: context.clientToken }
  const { access, policy, spending, deps, binding } = call
  try {
    const cost = await costFacts(plan, { access, guard: deps.costs, spending, context })
    // What it costs is part of what somebody agrees to.
    const shown = withCost(shownPlan(plan), cost)
    const digest = createHash('sha256')
      .update(canonicalJson([binding, shown]))
      .digest('base64url')
    const decision = policy.ask({
      agreement: { plan, asked: plan.onlyByRule !== true, cost },
      ...(plan.sends && policy.factsOf(plan.sends, context.region)),
    })
    const answered = await answerOf(decision, {
      call,
      context,
      plan: shown,
      byPerson: plan.byPerson === true,
      digest,
    })
    if ('needs' in answered) return answered
    // Whoever agreed was told every need, or would not have been asked.
    const beyond = decision.effect === 'confirm' && decision.needs.some(({ rule }) => rule === 'cost.budget')
    return { ...answered, cost, ...(plan.sends && { sends: plan.sends }), ...(beyond && { beyond }) }
  } catch (thrown) {
    // With a ticket the call may come again, and finds what was prepared for it. Where it does not, or a form is never
    // answered, that stays: a tool whose preparation leaves something clears it away in later calls.
    const mayComeAgain = thrown instanceof GatewayError && thrown.details.confirmation !== undefined
    if (!mayComeAgain) await takeBack(call, context, thrown)
    throw thrown
  }
}

const answerOf = async (
  decision: Decision,
  asking: Omit<Asking, 'needs' | 'rung'>,
): Promise<Confirmed | InputNeeded> => {
  const { call, context, plan, digest } = asking
  if (decision.effect !== 'confirm') return { clientToken: context.clientToken }
  const { needs } = decision
  const rung = strictest(needs)
  const asked: Asking = { ...asking, needs, rung }
  if (rung !== 'person') return byPage(asked)
  const question = form(plan, context, needs)
  if (!missingCapabilities(question, context.capabilities))
    return byForm(context, question, { digest, rules: rulesOf(needs) })
  const { withoutElicitation } = context.grant.tenant.confirmation
  if (withoutElicitation === 'second-call') return bySecondCall(asked)
  if (withoutElicitation === 'approval' && pagesFor(call.deps.pages, context.grant)) return byPage(asked)
  throw new GatewayError(
    'confirmation_required',
    'A person must confirm this, and your client cannot ask one (MCP elicitation). Nothing was changed. Use a client that can, or ask your administrator.',
    { details: { plan } },
  )
}

const strictest = (needs: readonly Need[]): ConfirmationRung =>
  needs
    .map(({ rung }) => rung)
    .reduce((one, other) => (rungs.indexOf(other) > rungs.indexOf(one) ? other : one))

/** What the tool asks for; of a tool that never asks what it was called with, where a rule of the tenant may want somebody's word. */
const planOf = async (call: Confirming, context: CallContext): Promise<Plan | undefined> => {
  const { tool, access, input } = call
  // What is there to spend money has a price, be it one that nobody knows.
  const priced = (plan: Plan): Plan =>
    access === 'spend' && plan.cost === undefined && plan.sends === undefined
      ? { usdPerHour: 'unpriced', ...plan }
      : plan
  const asked = await tool.confirm?.(context, input as never)
  if (asked) return priced(asked)
  // Of a tool that asks, none means a dry run or a plan; a read has no such thing.
  if ((tool.confirm && !isRead({ access })) || !mayBeRuled(context.grant, access)) return undefined
  return {
    effect: `${tool.title}: class ${access}.`,
    resources: [],
    details: { request: planLines(input) },
    onlyByRule: true,
  }
}

/** A plan as people and callers see it. */
const shownPlan = ({ byPerson: _, onlyByRule: __, sends: ___, ...shown }: Plan): Plan => shown

const withCost = (plan: Plan, { estimate }: CostFacts): Plan =>
  estimate && plan.cost === undefined ? { ...plan, cost: estimate } : plan

/** Takes back what was prepared; where that fails, the refusal stays what it is and says so. */
export const takeBack = async (
  { tool, input }: Pick<Confirming, 'tool' | 'input'>,
  context: CallContext,
  refusal: unknown,
): Promise<void> => {
  try {
    await tool.unconfirmed?.(context, input as never)
  } catch (cause) {
    if (!(refusal instanceof GatewayError)) throw refusal
    const { code, message, details } = refusal
    const left = 'What was prepared for it could not be taken back; the same call finds it again.'
    throw new GatewayError(code, `${message} ${left}`, { details, cause })
  }
}
