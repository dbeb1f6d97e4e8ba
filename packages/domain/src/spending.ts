import type { BudgetLedger } from './budget-ledger.ts'
import { type CostEstimate, type MicroUsd, usdText } from './cost.ts'
import { GatewayError } from './errors.ts'
import type { Tenant } from './tenant.ts'

/** What one call does to its tenant's budget of the day. */
export interface Spending {
  /** Undefined where the tenant has no budget. Rejects with `unavailable` where it cannot be read. */
  left(): Promise<MicroUsd | undefined>
  /**
   * Takes an estimate out of the budget before anything is sent; `beyond` where somebody approved that it does not fit. Rejects with
   * `budget_exceeded`, and `unavailable` where the budget cannot be asked. `ofRequest` where AWS bills a request of the call, which nobody approves. What nobody settles stays charged.
   */
  reserve(
    estimate: CostEstimate,
    options?: { readonly beyond?: boolean; readonly ofRequest?: boolean },
  ): Promise<Reserved>
  /** For audit event and receipt; undefined where the call cost nothing. */
  evidence(): SpendingEvidence | undefined
}

/** An estimate that the budget is charged with. */
export interface Reserved {
  /** What it came to in the end, 0 for nothing; never more than the estimate. Where the store is away it stays charged. */
  settle(microUsd: MicroUsd): Promise<void>
}

export interface SpendingEvidence {
  readonly estimate: MicroUsd | 'unpriced'
  /** Of today's budget, after this call. */
  readonly leftMicroUsd?: MicroUsd
}

/** The same for a receipt. */
export const spentText = ({ estimate, leftMicroUsd }: SpendingEvidence) => ({
  cost: estimate === 'unpriced' ? estimate : usdText(estimate),
  ...(leftMicroUsd !== undefined && { budgetLeft: usdText(Math.max(0, leftMicroUsd)) }),
})

/** The spending of a call that has spent nothing yet. */
export const callSpending = (
  ledger: BudgetLedger | undefined,
  { tenant, callId }: { readonly tenant: Pick<Tenant, 'id' | 'budget'>; readonly callId: string },
): Spending => {
  const limitMicroUsd = tenant.budget && Math.round(tenant.budget.dailyUsd * 1_000_000)
  let count = 0
  let total: MicroUsd | 'unpriced' | undefined
  let leftMicroUsd: MicroUsd | undefined
  const reachable = (): BudgetLedger => {
    if (ledger) return ledger
    throw new GatewayError('unavailable', 'Budgets cannot be kept here, so what costs money is not done.')
  }
  const added = (microUsd: CostEstimate['microUsd']) => {
    if (total === 'unpriced' || microUsd === 'unpriced') total = 'unpriced'
    else total = (total ?? 0) + microUsd
  }
  const corrected = (by: MicroUsd) => {
    if (total !== 'unpriced' && total !== undefined) total += by
  }

  return {
    async left() {
      if (limitMicroUsd === undefined) return undefined
      const { usedMicroUsd } = await reachable().used(tenant.id).catch(unavailable)
      return limitMicroUsd - usedMicroUsd
    },
    async reserve({ microUsd }, { beyond = false, ofRequest = false } = {}) {
      added(microUsd)
      // What nobody can price was approved, or it would not come to this.
      if (microUsd === 'unpriced') return nothingReserved
      if (limitMicroUsd === undefined) return { settle: async (least) => corrected(least - microUsd) }
      const id = `${callId}.${count++}`
      const {
        reserved: fits,
        day,
        usedMicroUsd,
      } = await reachable()
        .reserve({ tenantId: tenant.id, callId: id, microUsd, limitMicroUsd, ...(beyond && { beyond }) })
        .catch(unavailable)
      leftMicroUsd = limitMicroUsd - usedMicroUsd
      if (!fits) {
        throw new GatewayError(
          'budget_exceeded',
          `It is charged with ${usdText(microUsd)}, and only ${usdText(Math.max(0, leftMicroUsd))} of today's budget of tenant ${tenant.id} are left. Nothing was sent. ${ofRequest ? 'Ask your administrator for more, or wait' : 'Call again to have it approved, or wait'} for the next day (UTC).`,
        )
      }
      return {
        async settle(actual) {
          const least = Math.min(actual, microUsd)
          await reachable()
            .settle({ tenantId: tenant.id, callId: id, day, microUsd: least })
            .then(() => {
              leftMicroUsd = (leftMicroUsd ?? 0) + microUsd - least
              corrected(least - microUsd)
            })
            .catch(() => undefined)
        },
      }
    },
    evidence: () =>
      total === undefined
        ? undefined
        : { estimate: total, ...(leftMicroUsd !== undefined && { leftMicroUsd }) },
  }
}

const nothingReserved: Reserved = { settle: async () => undefined }

const unavailable = (cause: unknown): never => {
  if (cause instanceof GatewayError || cause instanceof RangeError) throw cause
  throw new GatewayError(
    'unavailable',
    "The tenant's budget cannot be asked just now, so nothing was sent. Try again.",
    {
      cause,
      details: { retryAfterSeconds: 2 },
    },
  )
}
