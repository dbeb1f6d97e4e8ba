import type { ToolContext } from '@gateway/domain'
import { maximumOf, metricValues, rounded } from '../metric-values.ts'
import type { Quota } from './read-quotas.ts'

/** The most that was used of a quota. */
export interface QuotaUsage {
  readonly used: number
  readonly percent: number
}

const hourMs = 3_600_000

/**
 * The most that was used of each quota that CloudWatch measures, by code: of things in the last day, of rates in the last
 * three hours, by the minute. A quota without any report is not there.
 */
export const quotaUsage = async (
  context: ToolContext,
  quotas: readonly Quota[],
): Promise<ReadonlyMap<string, QuotaUsage>> => {
  const measured = quotas.filter(({ metric }) => metric !== undefined)
  // A sum is of a rate; without its period nobody knows what to compare it with.
  const things = measured.filter(
    ({ metric, perSeconds }) => perSeconds === undefined && metric?.stat !== 'Sum',
  )
  const rates = measured.filter(
    ({ metric, perSeconds }) => perSeconds !== undefined && metric?.stat === 'Sum',
  )
  const minute = Math.floor(context.now() / 60_000) * 60_000
  const span = (hours: number, period: number) => ({
    start: new Date(minute - hours * hourMs),
    end: new Date(minute),
    period,
  })
  const ofThings = await mostOf(context, things, span(24, 3_600))
  const ofRates = await mostOf(context, rates, span(3, 60))
  return new Map([
    ...things.flatMap((quota) => usageOf(quota, ofThings.get(quota.code))),
    ...rates.flatMap((quota) => {
      const perMinute = ofRates.get(quota.code)
      const used = perMinute === undefined ? undefined : (perMinute * (quota.perSeconds ?? 60)) / 60
      return usageOf(quota, used)
    }),
  ])
}

const mostOf = async (
  context: ToolContext,
  quotas: readonly Quota[],
  span: { start: Date; end: Date; period: number },
): Promise<ReadonlyMap<string, number>> => {
  const queries = quotas.flatMap(({ metric }, i) =>
    metric
      ? [
          {
            id: `q${i}`,
            namespace: metric.namespace,
            metric: metric.name,
            dimensions: metric.dimensions,
            stat: metric.stat,
          },
        ]
      : [],
  )
  const values = await metricValues(context, queries, span)
  return new Map(
    quotas.flatMap(({ code }, i) => {
      const most = maximumOf(values.get(`q${i}`) ?? [])
      return most === undefined ? [] : [[code, most] as const]
    }),
  )
}

const usageOf = ({ code, value }: Quota, used: number | undefined): (readonly [string, QuotaUsage])[] => {
  if (used === undefined) return []
  const percent = value > 0 ? (used / value) * 100 : used > 0 ? 100 : 0
  return [[code, { used: rounded(used, 2), percent: rounded(percent, 1) }]]
}
