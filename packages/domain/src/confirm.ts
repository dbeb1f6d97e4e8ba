import { createHash } from 'node:crypto'
import type { CallContext } from './call-context.ts'
import { type CursorBinding, canonicalJson } from './cursor.ts'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import { type InputNeeded, missingCapabilities, needInput } from './interaction.ts'
import { planText } from './plan-text.ts'
import type { CallDependencies } from './run-call.ts'
import type { AnyTool, OperationClass, Plan } from './tool.ts'

/** How somebody agreed to a call. */
export type Consent = 'elicitation' | 'second-call'

/** A call that may be carried out, and under which idempotency token. */
export interface Confirmed {
  readonly clientToken: string
  /** Absent where the call needs nobody's word. */
  readonly by?: Consent
}

/** A call that may need a person's word. */
export interface Confirming {
  readonly deps: Pick<CallDependencies, 'cursors' | 'spent'>
  readonly tool: AnyTool
  /** Of this very call. */
  readonly access: OperationClass
  readonly context: CallContext
  readonly input: Readonly<Record<string, unknown>>
  /** Tenant, principal, tool, account, region and arguments: what the word is given for. */
  readonly binding: CursorBinding
  /** What the caller sent as the ticket of the refusal before. */
  readonly ticket: string | undefined
}

/**
 * Asks a person where the tool wants it: by a form, if the client has them. Otherwise the call is refused with its plan;
 * where the tenant says so, what can be undone may be called a second time with the ticket of the refusal. The word is
 * good for this tenant, principal, tool, target, arguments and plan, for five minutes, and once.
 */
export const confirmed = async (call: Confirming): Promise<Confirmed | InputNeeded> => {
  const { tool, input, binding } = call
  const context = withEarlierToken(call.context)
  const asked = await tool.confirm?.(context, input as never)
  if (!asked) return { clientToken: context.clientToken }
  // What is there to spend money has a price, be it one that nobody knows.
  const plan: Plan = call.access === 'spend' ? { usdPerHour: 'unpriced', ...asked } : asked
  const digest = createHash('sha256')
    .update(canonicalJson([binding, plan]))
    .digest('base64url')
  const question = form(plan, context)
  try {
    return missingCapabilities(question, context.capabilities)
      ? await bySecondCall(call, plan, digest)
      : byForm(context, question, digest)
  } catch (thrown) {
    // With a ticket the call may come again, and finds what was prepared for it. Where it does not, or a form is never
    // answered, that stays: a tool whose preparation leaves something clears it away in later calls.
    const mayComeAgain = thrown instanceof GatewayError && thrown.details.confirmation !== undefined
    if (!mayComeAgain) await takeBack(call, context, thrown)
    throw thrown
  }
}

/** Takes back what was prepared; where that fails, the refusal stays what it is and says so. */
const takeBack = async (
  { tool, input }: Confirming,
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

/** Whether a tool takes the ticket of a refusal, as `confirmation`. */
export const takesTicket = (tool: AnyTool, { tenant }: Grant): boolean =>
  tool.confirm !== undefined && tenant.confirmation.withoutElicitation === 'second-call'

const lifeMs = 300_000

interface Asked {
  readonly digest: string
  readonly clientToken: string
  readonly at: number
}

/** What was prepared when somebody was asked has the token of that round, so the round of the answer has it too. */
const withEarlierToken = (context: CallContext): CallContext => {
  const asked = context.state as Asked | undefined
  const isFresh = asked !== undefined && context.now() - asked.at < lifeMs
  return isFresh ? { ...context, clientToken: asked.clientToken } : context
}

const byForm = (
  context: CallContext,
  question: InputNeeded['needs'],
  digest: string,
): Confirmed | InputNeeded => {
  const state = context.state as Asked | undefined
  const answer = context.answers.confirm as { action?: unknown; content?: { confirm?: unknown } } | undefined
  // An answer to another plan is none: then the new one is asked.
  const isOfThis = state?.digest === digest && context.now() - state.at < lifeMs
  if (!isOfThis || answer === undefined) {
    const asked: Asked = { digest, clientToken: context.clientToken, at: context.now() }
    return needInput(question, asked)
  }
  if (answer.action === 'accept' && answer.content?.confirm === true) {
    return { clientToken: state.clientToken, by: 'elicitation' }
  }
  throw new GatewayError('not_confirmed', 'This was not confirmed, so nothing was changed.')
}

const form = (plan: Plan, context: CallContext): InputNeeded['needs'] => ({
  confirm: {
    method: 'elicitation/create',
    params: {
      mode: 'form',
      message: planText(plan, context),
      requestedSchema: {
        type: 'object',
        properties: {
          confirm: {
            type: 'boolean',
            title: 'Do it',
            description: plan.effect.slice(0, 200),
            default: false,
          },
        },
        required: ['confirm'],
      },
    },
  },
})

const bySecondCall = async (call: Confirming, plan: Plan, digest: string): Promise<Confirmed> => {
  const { deps, access, context, binding, ticket } = call
  const { cursors, spent } = deps
  const bound: CursorBinding = { ...binding, tool: `confirm ${binding.tool}`, input: digest }
  const { byPerson = false, ...shown } = plan
  // A model can make the second call by itself: that is a pause, not consent, and so not for what cannot be undone.
  const may =
    context.grant.tenant.confirmation.withoutElicitation === 'second-call' &&
    (access === 'write' || access === 'spend') &&
    !byPerson
  if (!may || !spent) {
    throw new GatewayError(
      'confirmation_required',
      'A person must confirm this, and your client cannot ask one (MCP elicitation). Nothing was changed. Use a client that can, or ask your administrator.',
      { details: { plan: shown } },
    )
  }
  if (ticket === undefined) {
    throw new GatewayError(
      'confirmation_required',
      'Nothing was changed yet. Show the plan to the person you work for; if they agree, call again with the same arguments and this confirmation within five minutes.',
      { details: { plan: shown, confirmation: cursors.seal(context.clientToken, bound, lifeMs) } },
    )
  }
  const clientToken = opened(() => cursors.open(ticket, bound))
  const { tenantId } = binding
  const bounds = { ttlSeconds: (2 * lifeMs) / 1000, maxPerTenant: 10_000 }
  const made =
    clientToken !== undefined &&
    (await spent.create({ tenantId, kind: 'confirmation', id: clientToken }, '', bounds).catch(unavailable))
  if (clientToken === undefined || made !== 'created') {
    throw new GatewayError(
      'not_confirmed',
      'This confirmation is unknown: it is too old, was used before, or is of another user, plan or arguments. Nothing was changed. Call again without it.',
      { details: { plan: shown } },
    )
  }
  return { clientToken, by: 'second-call' }
}

const opened = (open: () => string): string | undefined => {
  try {
    return open()
  } catch {
    return undefined
  }
}

const unavailable = (cause: unknown): never => {
  throw new GatewayError('unavailable', 'The confirmation cannot be checked just now. Try again.', { cause })
}
