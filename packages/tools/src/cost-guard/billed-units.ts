import { listOf, type Members, recordOf, textOf } from './input-values.ts'

/** Most metrics that an expression may look at which searches for them (CloudWatch User Guide, "Metrics Insights quotas"). */
const mostSearched = 10_000

/** Most metrics of one picture (CloudWatch API, GetMetricWidgetImage). */
const mostPictured = 500

/**
 * What a request is billed for, at most, as often as the price of its operation: metrics for those of CloudWatch, and otherwise the
 * request itself.
 */
export const billedUnits = (service: string, operation: string, input: object): number => {
  const name = `${service}:${operation}`
  if (name === 'cloudwatch:GetMetricWidgetImage') return mostPictured
  if (name !== 'cloudwatch:GetMetricData') return 1
  const queries = listOf((input as Members).MetricDataQueries).map(recordOf)
  const metrics = queries.map(({ Expression, MetricStat }) => {
    if (MetricStat !== undefined) return 1
    // Mathematics is about metrics that stand in other queries.
    return /\b(?:SEARCH|SELECT)\b/i.test(textOf(Expression) ?? 'SEARCH') ? mostSearched : 0
  })
  return Math.max(
    1,
    metrics.reduce<number>((sum, each) => sum + each, 0),
  )
}
