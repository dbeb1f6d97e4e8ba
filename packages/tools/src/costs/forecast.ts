import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import { cents } from './cost-changes.ts'
import type { DateRange } from './date-range.ts'
import { onlyService } from './read-costs.ts'

/** Of ten outcomes, eight are expected between `low` and `high`. */
const intervalPercent = 80

/** Rows by the day up to so many, and by the month beyond. */
const mostDaysByDay = 31

/** What Cost Explorer expects of the days to come. */
export const readForecast = async (
  context: ToolContext,
  { range, service }: { readonly range: DateRange; readonly service: string | undefined },
) => {
  const answer = await typedAws(context, 'ce', 'GetCostForecast', {
    TimePeriod: { Start: range.start, End: range.end },
    Metric: 'UNBLENDED_COST',
    Granularity: range.days > mostDaysByDay ? 'MONTHLY' : 'DAILY',
    PredictionIntervalLevel: intervalPercent,
    ...(service !== undefined && { Filter: onlyService(service) }),
  })
  return {
    currency: answer.Total?.Unit ?? 'USD',
    total: cents(Number(answer.Total?.Amount ?? 0)),
    rows: (answer.ForecastResultsByTime ?? []).map((part) => ({
      start: part.TimePeriod?.Start ?? '',
      end: part.TimePeriod?.End ?? '',
      expected: cents(Number(part.MeanValue ?? 0)),
      low: cents(Number(part.PredictionIntervalLowerBound ?? 0)),
      high: cents(Number(part.PredictionIntervalUpperBound ?? 0)),
    })),
  }
}
