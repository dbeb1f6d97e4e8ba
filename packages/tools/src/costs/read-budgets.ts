import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import { cents } from './cost-changes.ts'

const mostPages = 5

/** Budgets of the account, with what is spent of each. */
export const readBudgets = async (context: ToolContext) => {
  const rows: Row[] = []
  let token: string | undefined
  let pages = 0
  do {
    const page = await typedAws(context, 'budgets', 'DescribeBudgets', {
      AccountId: context.account.accountId,
      MaxResults: 100,
      ...(token !== undefined && { NextToken: token }),
    })
    rows.push(...(page.Budgets ?? []).map(rowOf))
    token = page.NextToken || undefined
    pages += 1
  } while (token !== undefined && pages < mostPages)
  return { rows, truncated: token !== undefined && `The first ${rows.length} budgets are told.` }
}

type Row = Record<string, string | number>
type Budget = NonNullable<
  Awaited<ReturnType<typeof typedAws<'budgets', 'DescribeBudgets'>>>['Budgets']
>[number]

const rowOf = (budget: Budget): Row => {
  const limit = amountOf(budget.BudgetLimit)
  const actual = amountOf(budget.CalculatedSpend?.ActualSpend)
  const forecast = amountOf(budget.CalculatedSpend?.ForecastedSpend)
  const percent =
    limit !== undefined && limit > 0 && actual !== undefined ? (actual / limit) * 100 : undefined
  return {
    name: budget.BudgetName ?? '',
    type: budget.BudgetType ?? '',
    period: budget.TimeUnit ?? '',
    ...(limit !== undefined && { limit }),
    ...(actual !== undefined && { actual }),
    ...(forecast !== undefined && { forecast }),
    unit: budget.BudgetLimit?.Unit ?? budget.CalculatedSpend?.ActualSpend?.Unit ?? '',
    ...(percent !== undefined && { usedPercent: Number(percent.toFixed(1)) }),
  }
}

const amountOf = (spend: { Amount: string | undefined } | undefined): number | undefined =>
  spend?.Amount === undefined ? undefined : cents(Number(spend.Amount))
