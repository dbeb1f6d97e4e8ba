import type { DateRange } from './date-range.ts'

/** An amount and the one before it, in hundredths at the finest. */
export interface CostChange {
  readonly key: string
  readonly cost: number
  readonly previous: number
  readonly change: number
  /** Absent where there was nothing before. */
  readonly changePercent?: number
}

type Amounts = ReadonlyMap<string, number>

/** Keys that have a row of their own; all others share one. */
const mostRows = 20

/** The greatest amounts with what they were before, and the sum of all; days are in their order, and all there. */
export const costChanges = (
  now: Amounts,
  previous: Amounts,
  { days }: { readonly days: { readonly range: DateRange; readonly before: DateRange } | undefined },
): { rows: CostChange[]; total: CostChange; others: number } => {
  const total = changeOf('total', sumOf(now), sumOf(previous))
  if (days) return { rows: byDay(now, previous, days), total, others: 0 }
  const amounts = [...new Set([...now.keys(), ...previous.keys()])]
    .map((key) => ({ key, cost: now.get(key) ?? 0, before: previous.get(key) ?? 0 }))
    // What cost much before and nothing now is a change too.
    .sort((one, other) => Math.max(other.cost, other.before) - Math.max(one.cost, one.before))
  const rows = amounts.slice(0, mostRows).map(({ key, cost, before }) => changeOf(key, cost, before))
  const rest = amounts.slice(mostRows)
  if (rest.length === 0) return { rows, total, others: 0 }
  const costOfRest = rest.reduce((sum, { cost }) => sum + cost, 0)
  const beforeOfRest = rest.reduce((sum, { before }) => sum + before, 0)
  return { rows: [...rows, changeOf('(others)', costOfRest, beforeOfRest)], total, others: rest.length }
}

/** Each day against the one as many days before; one that AWS says nothing of cost nothing. */
const byDay = (now: Amounts, previous: Amounts, { range, before }: { range: DateRange; before: DateRange }) =>
  Array.from({ length: range.days }, (_, i) => {
    const [day, dayBefore] = [dayAt(range.start, i), dayAt(before.start, i)]
    return changeOf(day, now.get(day) ?? 0, previous.get(dayBefore) ?? 0)
  })

const dayAt = (start: string, days: number): string =>
  new Date(Date.parse(start) + days * 86_400_000).toISOString().slice(0, 10)

const changeOf = (key: string, cost: number, previous: number): CostChange => {
  const percent = previous === 0 ? undefined : ((cost - previous) / Math.abs(previous)) * 100
  return {
    key,
    cost: cents(cost),
    previous: cents(previous),
    change: cents(cost - previous),
    ...(percent !== undefined && { changePercent: Number(percent.toFixed(1)) }),
  }
}

const sumOf = (amounts: Amounts): number => [...amounts.values()].reduce((sum, each) => sum + each, 0)

/** Two digits after the point, and no negative zero. */
export const cents = (amount: number): number => Number(amount.toFixed(2)) + 0
