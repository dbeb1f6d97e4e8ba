import {
  type CostEstimate,
  type CostFacts,
  type CostGuard,
  GatewayError,
  type ToolContext,
} from '@gateway/domain'
import type { AskedAccess } from '../asked-access.ts'

/** What a call would be charged with, and what of it cannot be said without asking AWS. */
export interface ExpectedCost {
  readonly facts: CostFacts
  readonly note?: string
}

/** Estimates a call that nobody has made, and holds it against the limits of its tenant. */
export const expectedCost = async (
  context: ToolContext,
  { asked, mayAsk }: { readonly asked: AskedAccess; readonly mayAsk: boolean },
): Promise<ExpectedCost> => {
  const { outlook, grant } = context
  const left = grant.tenant.budget && (await outlook.budgetLeft())
  const isUntold = grant.tenant.budget !== undefined && left === undefined
  const withLeft = ({ facts, note }: ExpectedCost): ExpectedCost => {
    // Else it would look as if whatever it costs fitted.
    const untold = isUntold && (facts.estimate || note !== undefined) ? [untoldBudget] : []
    const notes = [...(note === undefined ? [] : [note]), ...untold]
    return {
      facts: { ...facts, ...(left !== undefined && { leftMicroUsd: left }) },
      ...(notes.length > 0 && { note: notes.join('; ') }),
    }
  }
  if (!asked.exact || asked.resource !== undefined)
    return withLeft({
      facts: { faults: [] },
      ...(asked.name === 'aws_api_write' && { note: 'depends on what the call says: give its params' }),
    })
  const { costs } = outlook
  const assessed = costs ? await assess(context, { asked, costs, mayAsk }) : { facts: { faults: [] } }
  if (assessed.facts.estimate || assessed.note !== undefined || asked.access !== 'spend')
    return withLeft(assessed)
  return withLeft({ ...assessed, facts: { ...assessed.facts, estimate: unpriced } })
}

const untoldBudget = 'what is left of the budget cannot be told just now'

const unpriced: CostEstimate = { microUsd: 'unpriced', basis: 'No price is known for it.' }

const assess = async (
  { grant, region, now, aws }: ToolContext,
  {
    asked,
    costs,
    mayAsk,
  }: { readonly asked: AskedAccess; readonly costs: CostGuard; readonly mayAsk: boolean },
): Promise<ExpectedCost> => {
  const { request, name } = asked
  if (name === 'aws_api_read') {
    const estimate = costs.requestPrice(request.service, request.operation, request.input)
    if (estimate) return { facts: { faults: [], estimate } }
  }
  const unasked = new GatewayError('not_allowed', 'it goes by what AWS says, which is asked with simulate')
  const ask = mayAsk ? aws : () => Promise.reject(unasked)
  try {
    const limits = grant.tenant.costControl
    return { facts: await costs.assess({ request, region, limits, now: now(), aws: ask }) }
  } catch (thrown) {
    // That it cannot be told is the answer: the call itself is then refused, or asks AWS.
    if (!(thrown instanceof GatewayError)) throw thrown
    return {
      facts: { faults: [] },
      note: thrown === unasked ? unasked.message : `cannot be told: ${thrown.message}`,
    }
  }
}
