import type { CallContext } from '../call-context.ts'
import { GatewayError } from '../errors.ts'
import { type InputNeeded, needInput } from '../interaction.ts'
import type { Plan } from '../plan.ts'
import { planText } from '../plan-text.ts'
import type { Need } from '../policy.ts'
import type { Confirmed } from './confirm.ts'

/** Milliseconds for which a person's word holds, and a question stands. */
export const lifeMs = 300_000

/** What a word is given for: a plan, and all that asks for it. */
interface Matter {
  readonly digest: string
  readonly rules: readonly string[]
}

interface Asked extends Matter {
  readonly clientToken: string
  readonly at: number
}

/** What was prepared when somebody was asked has the token of that round, so the round of the answer has it too. */
export const withEarlierToken = (context: CallContext): CallContext => {
  const asked = context.state as Asked | undefined
  const isFresh = asked !== undefined && context.now() - asked.at < lifeMs
  return isFresh ? { ...context, clientToken: asked.clientToken } : context
}

/** The answer to the form, or the form. */
export const byForm = (
  context: CallContext,
  question: InputNeeded['needs'],
  { digest, rules }: Matter,
): Confirmed | InputNeeded => {
  const state = context.state as Asked | undefined
  const answer = context.answers.confirm as { action?: unknown; content?: { confirm?: unknown } } | undefined
  // An answer to another plan is none: then the new one is asked.
  const isOfThis =
    state?.digest === digest &&
    rules.every((rule) => state.rules.includes(rule)) &&
    context.now() - state.at < lifeMs
  if (!isOfThis || answer === undefined) {
    const asked: Asked = { digest, rules, clientToken: context.clientToken, at: context.now() }
    return needInput(question, asked)
  }
  if (answer.action === 'accept' && answer.content?.confirm === true) {
    return { clientToken: state.clientToken, by: 'elicitation' }
  }
  throw new GatewayError(
    'not_confirmed',
    'This was not confirmed, so nothing was changed. Ask the person you work for before you call it again.',
  )
}

/** The form: the plan, and why somebody is asked where that is not plain. */
export const form = (plan: Plan, context: CallContext, needs: readonly Need[]): InputNeeded['needs'] => {
  const why = needs.filter(({ rule }) => rule !== 'confirmation.asked').map(({ reason }) => reason)
  return {
    confirm: {
      method: 'elicitation/create',
      params: {
        mode: 'form',
        message: [planText(plan, context), ...why].join('\n'),
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
  }
}
