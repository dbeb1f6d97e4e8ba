import type { Grant } from '../grant.ts'
import type { Need } from '../policy.ts'
import { isRead } from '../target.ts'
import type { AnyTool, OperationClass } from '../tool.ts'

/** Whether a tool takes the ticket of a refusal, as `confirmation`. */
export const takesTicket = (
  tool: Pick<AnyTool, 'confirm' | 'access'>,
  { tenant }: Pick<Grant, 'tenant'>,
): boolean => {
  const mayAsk = tool.confirm !== undefined || mayBeRuled({ tenant }, tool.access)
  // Whoever runs the gateway for themselves has no approval page.
  const hasTickets =
    tenant.confirmation.withoutElicitation === 'second-call' || tenant.authentication === undefined
  return mayAsk && hasTickets
}

/** Whether a rule of the tenant may be about calls of a class: about reads only one that names their class. */
export const mayBeRuled = ({ tenant }: Pick<Grant, 'tenant'>, access: OperationClass): boolean => {
  const { rules } = tenant.confirmation
  return isRead({ access }) ? rules.some(({ when }) => when.classes?.includes(access)) : rules.length > 0
}

/** The ids of needs, by which somebody's word is held against what is needed later. */
export const rulesOf = (needs: readonly Need[]): readonly string[] => [
  ...new Set(needs.map(({ rule }) => rule)),
]

/** The code of a refusal for want of somebody's word, and its reasons. */
export const wanted = (
  needs: readonly Need[],
): { readonly code: 'budget_exceeded' | 'confirmation_required'; readonly why: string } => ({
  code: needs.some(({ rule }) => rule === 'cost.budget') ? 'budget_exceeded' : 'confirmation_required',
  why: needs.map(({ reason }) => reason).join(' '),
})
