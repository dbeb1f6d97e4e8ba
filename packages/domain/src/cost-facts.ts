import type { AwsRequest } from './aws.ts'
import type { CallContext } from './call-context.ts'
import { type CostEstimate, type CostFacts, type CostGuard, type CostQuestion, chargedHours } from './cost.ts'
import type { Plan } from './plan.ts'
import type { Spending } from './spending.ts'
import type { OperationClass } from './tool.ts'

/** What a plan costs, and what stands against it. Rejects where that cannot be told: then nothing is sent. */
export const costFacts = async (
  plan: Plan,
  of: {
    readonly access: OperationClass
    readonly guard: CostGuard | undefined
    readonly spending: Spending
    readonly context: CallContext
  },
): Promise<CostFacts> => {
  const { access, guard, spending, context } = of
  const assessed = plan.sends && guard ? await guard.assess(costQuestion(plan.sends, context)) : undefined
  const faults = assessed?.faults ?? []
  const estimate =
    plan.cost ?? assessed?.estimate ?? fromHours(plan) ?? (access === 'spend' ? unpriced : undefined)
  if (!estimate) return { faults }
  const leftMicroUsd = await spending.left()
  return { faults, estimate, ...(leftMicroUsd !== undefined && { leftMicroUsd }) }
}

/** A request of a call, as the guard is asked about it. */
export const costQuestion = (request: AwsRequest, context: CallContext): CostQuestion => ({
  request,
  region: context.region,
  limits: context.grant.tenant.costControl,
  now: context.now(),
  aws: context.aws,
  awsIn: context.awsIn,
})

/** What a plan says for an hour, for the hours that a day's budget is charged with; what saves money is charged with nothing. */
const fromHours = ({ usdPerHour, prices = '' }: Plan): CostEstimate | undefined => {
  if (usdPerHour === undefined) return undefined
  if (usdPerHour === 'unpriced') return unpriced
  const microUsd = Math.ceil(Math.max(0, usdPerHour) * chargedHours * 1_000_000)
  return { microUsd, basis: `${chargedHours} hours at ${usdPerHour} USD. ${prices}`.trim() }
}

const unpriced: CostEstimate = { microUsd: 'unpriced', basis: 'No price is known for it.' }
