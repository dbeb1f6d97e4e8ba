import type { StandardUnit } from '@aws-sdk/client-cloudwatch'
import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import { type Dimensions, toAws } from './dimensions.ts'
import type { MetricPoint } from './down-sample.ts'
import type { MetricSeries } from './series-summary.ts'

/** A metric, as inputs name it. */
export interface MetricName {
  readonly namespace: string
  readonly metricName: string
  readonly dimensions?: Dimensions | undefined
}

/** What is asked of metrics. */
export interface SeriesWanted {
  readonly from: number
  readonly to: number
  readonly period: number
  readonly statistics: readonly Statistic[]
  readonly extendedStatistics: readonly string[]
  readonly unit?: StandardUnit | undefined
}

/** Statistics that CloudWatch has a name for. */
export const statisticNames = ['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'] as const
type Statistic = (typeof statisticNames)[number]

/** Series of one metric, one for each statistic and each unit that it was published with (GetMetricStatistics). */
export const seriesOf = async (
  context: ToolContext,
  metric: MetricName,
  { from, to, period, statistics, extendedStatistics, unit }: SeriesWanted,
): Promise<readonly MetricSeries[]> => {
  const ask = async (kind: 'Statistics' | 'ExtendedStatistics', names: readonly string[]) => {
    if (names.length === 0) return []
    const { Datapoints = [] } = await typedAws(context, 'cloudwatch', 'GetMetricStatistics', {
      ...metricOf(metric),
      StartTime: new Date(from),
      EndTime: new Date(to),
      Period: period,
      [kind]: [...names],
      ...(unit !== undefined && { Unit: unit }),
    })
    return Datapoints
  }
  // CloudWatch takes one of the two in a request, and not both.
  const plain = await ask('Statistics', statistics)
  const extended = await ask('ExtendedStatistics', extendedStatistics)
  const units = [...new Set([...plain, ...extended].map((point) => point.Unit))]
  const series = (
    points: readonly Datapoint[],
    { statistic, unit }: { readonly statistic: string; readonly unit: string | undefined },
    read: (point: Datapoint) => number | undefined,
  ) => ({
    label: labelOf(metric, statistic),
    unit,
    points: inOrder(
      points.filter((point) => point.Unit === unit).map((point) => [point.Timestamp, read(point)]),
    ),
  })
  type Datapoint = (typeof plain)[number]
  return (units.length > 0 ? units : [unit]).flatMap((unit) => [
    ...statistics.map((name) => series(plain, { statistic: name, unit }, (point) => point[name])),
    ...extendedStatistics.map((name) =>
      series(extended, { statistic: name, unit }, (point) => point.ExtendedStatistics?.[name]),
    ),
  ])
}

/** Series of several metrics at once, one for each statistic of each (GetMetricData). */
export const seriesOfAll = async (
  context: ToolContext,
  metrics: readonly MetricName[],
  { from, to, period, statistics, extendedStatistics, unit }: SeriesWanted,
): Promise<readonly MetricSeries[]> => {
  const wanted = metrics.flatMap((metric) =>
    [...statistics, ...extendedStatistics].map((statistic) => ({ metric, statistic })),
  )
  const found = wanted.map(() => ({ points: [] as Dated[], problem: undefined as string | undefined }))
  let next: string | undefined
  // All fits in one page by its number of points; CloudWatch may all the same answer in several.
  for (let page = 0; page < 10; page += 1) {
    const answer = await typedAws(context, 'cloudwatch', 'GetMetricData', {
      MetricDataQueries: wanted.map(({ metric, statistic }, n) => {
        const { Namespace, MetricName, Dimensions } = metricOf(metric)
        return {
          Id: `s${n}`,
          MetricStat: {
            Metric: { Namespace, MetricName, ...(Dimensions && { Dimensions }) },
            Period: period,
            Stat: statistic,
            ...(unit !== undefined && { Unit: unit }),
          },
        }
      }),
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending',
      ...(next !== undefined && { NextToken: next }),
    })
    for (const { Id = '', Timestamps = [], Values = [], StatusCode } of answer.MetricDataResults ?? []) {
      const series = found[Number(Id.slice(1))]
      series?.points.push(...Timestamps.map((time, n) => [time, Values[n]] satisfies Dated))
      if (series) series.problem = StatusCode === 'Complete' ? undefined : StatusCode
    }
    next = answer.NextToken
    if (!next) break
  }
  return wanted.map(({ metric, statistic }, n) => ({
    label: labelOf(metric, statistic),
    unit,
    problem: found[n]?.problem,
    points: inOrder(found[n]?.points ?? []),
  }))
}

const metricOf = ({ namespace, metricName, dimensions }: MetricName) => ({
  Namespace: namespace,
  MetricName: metricName,
  ...(dimensions && { Dimensions: toAws(dimensions) }),
})

const labelOf = ({ metricName, dimensions = [] }: MetricName, statistic: string): string =>
  [metricName, ...dimensions.map(({ value }) => value), statistic].join(' ')

type Dated = readonly [time: Date | undefined, value: number | undefined]

/** CloudWatch answers in no order. */
const inOrder = (points: readonly Dated[]): readonly MetricPoint[] =>
  points
    .flatMap(([time, value]): MetricPoint[] =>
      time === undefined || value === undefined ? [] : [[time.getTime(), value]],
    )
    .sort(([a], [b]) => a - b)
