import { GatewayError } from '@gateway/domain'

/** Whole days in UTC, `end` exclusive, as Cost Explorer counts them. */
export interface DateRange {
  readonly start: string
  readonly end: string
  readonly days: number
}

const dayMs = 86_400_000
const defaultDays = 30

const mostDays = 366

/** What Cost Explorer keeps unless the account has multi-year data on (AWS Cost Management User Guide). */
const monthsKept = 14

/** The days that a text means: `30d` are the last complete ones, and the end of two dates is not one of theirs. */
export const dateRange = (text: string | undefined, now: number): DateRange => {
  const today = startOfDay(now)
  const days = text === undefined ? defaultDays : daysIn(text)
  if (days !== undefined) return rangeOf(today - days * dayMs, today)
  const [first = '', last = '', ...more] = text?.split('/') ?? []
  const [start, end] = [dayOf(first), dayOf(last)]
  if (start === undefined || end === undefined || more.length > 0)
    throw invalid('must be such as 30d or 2026-01-01/2026-02-01')
  if (start >= end) throw invalid('must start before it ends')
  if (end > today + dayMs) throw invalid('must not end after tomorrow')
  if (end - start > mostDays * dayMs) throw invalid(`must have at most ${mostDays} days`)
  return rangeOf(start, end)
}

/** The days just before, as many. */
export const daysBefore = ({ start, end }: DateRange): DateRange => {
  const first = Date.parse(start)
  return rangeOf(first - (Date.parse(end) - first), first)
}

/** Refuses what Cost Explorer does not have, before a request is billed; `compared` where these are the days before. */
export const demandKept = ({ start }: DateRange, now: number, { compared = false } = {}): void => {
  const today = new Date(now)
  const kept = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - monthsKept, today.getUTCDate())
  if (Date.parse(start) >= kept) return
  throw invalid(
    `${compared ? 'with as many days before it ' : ''}reaches back to ${start}, and Cost Explorer keeps ${monthsKept} months, from ${textOf(kept)} on; take fewer or later days (aws_api_read reads more where the account has multi-year data)`,
  )
}

/** The days from today on that a text means, which is of the form `30d`. */
export const daysAhead = (text: string | undefined, now: number): DateRange => {
  const days = text === undefined ? defaultDays : daysIn(text)
  if (days === undefined) throw invalid('must be such as 30d for a forecast, which starts today')
  return rangeOf(startOfDay(now), startOfDay(now) + days * dayMs)
}

/** Refuses a range that has too many days for one row each. */
export const demandFewDays = ({ days }: DateRange, most = 92): void => {
  if (days > most) throw invalid(`must have at most ${most} days where each has a row`)
}

const daysIn = (text: string): number | undefined => {
  const days = /^(\d{1,3})d$/.exec(text)?.[1]
  if (days === undefined) return undefined
  if (Number(days) < 1 || Number(days) > mostDays) throw invalid(`must be from 1d to ${mostDays}d`)
  return Number(days)
}

const rangeOf = (start: number, end: number): DateRange => ({
  start: textOf(start),
  end: textOf(end),
  days: (end - start) / dayMs,
})

const startOfDay = (time: number): number => Math.floor(time / dayMs) * dayMs

const textOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

const dayOf = (text: string): number | undefined => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // The 31st of February is not the 3rd of March.
  return Number.isNaN(time) || textOf(time) !== text ? undefined : time
}

const invalid = (what: string): GatewayError =>
  new GatewayError('invalid_arguments', 'The range of days cannot be.', {
    details: { issues: [`range: ${what}`] },
  })
