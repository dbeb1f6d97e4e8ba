import type { Decision, ToolContext } from '@gateway/domain'
import { noPage } from './who-confirms.ts'

type Needed = Extract<Decision, { effect: 'confirm' }>['needs'][number]

/** A decision as it comes out here: where it takes a page and there is none, nobody can agree, and so the call is refused. */
export const whereSomebodyCan = (
  decision: Decision,
  {
    outlook,
    later,
  }: {
    readonly outlook: Pick<ToolContext['outlook'], 'hasPages'>
    /** What the call itself finds out about production, if this did not. */
    readonly later?: string | undefined
  },
): Decision => {
  if (decision.effect !== 'confirm') return decision
  const [first, ...others] = decision.needs
  const told = (need: Needed): Needed =>
    later !== undefined && need.rule === 'confirmation.production'
      ? { ...need, reason: `${need.reason} ${later}` }
      : need
  const needs = [told(first), ...others.map(told)] as const
  const [without, ...more] = outlook.hasPages
    ? []
    : needs.filter(({ rung }) => rung !== 'person').map(denialOf)
  if (!without) return { ...decision, needs }
  const denials = [without, ...more] as const
  return { effect: 'deny', ruleIds: [...new Set(denials.map(({ rule }) => rule))], denials }
}

const denialOf = ({ rule, rung, reason }: Needed) => ({
  rule,
  code: rule === 'cost.budget' ? ('budget_exceeded' as const) : ('confirmation_required' as const),
  reason: `${reason} ${rung === 'approval' ? 'A person' : 'Another person'} would have to agree on an approval page, and nobody can: ${noPage}. Ask your administrator.`,
})
