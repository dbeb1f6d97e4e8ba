import { GatewayError, type ToolContext } from '@gateway/domain'
import { typedAws } from './typed-aws.ts'

/** One metric to read, under an id of letters, digits and `_` that starts with a small letter. */
export interface MetricQuery {
  readonly id: string
  readonly namespace: string
  readonly metric: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly stat: string
}

/** When, and seconds between the values. */
export interface MetricSpan {
  readonly start: Date
  readonly end: Date
  readonly period: number
}

/** CloudWatch API, GetMetricData: 500 queries in one request. */
const queriesPerRequest = 500

/** Pages of one request: each holds up to 100,800 values (CloudWatch API, GetMetricData: MaxDatapoints). */
const mostPages = 20

/** Values of each metric by the id of its query, in no order; one without any has an empty list. */
export const metricValues = async (
  context: ToolContext,
  queries: readonly MetricQuery[],
  span: MetricSpan,
): Promise<ReadonlyMap<string, readonly number[]>> => {
  const found = new Map<string, number[]>(queries.map(({ id }) => [id, []]))
  for (let first = 0; first < queries.length; first += queriesPerRequest) {
    const asked = queries.slice(first, first + queriesPerRequest).map((query) => inputOf(query, span.period))
    let token: string | undefined
    let pages = 0
    do {
      const page = await typedAws(context, 'cloudwatch', 'GetMetricData', {
        MetricDataQueries: asked,
        StartTime: span.start,
        EndTime: span.end,
        ...(token !== undefined && { NextToken: token }),
      })
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) found.get(Id)?.push(...Values)
      token = page.NextToken || undefined
      pages += 1
      // Sums and averages of a part would look like those of the whole.
      if (token !== undefined && pages === mostPages)
        throw new GatewayError(
          'invalid_arguments',
          'That is too many values. Ask for fewer, or a shorter time.',
        )
    } while (token !== undefined)
  }
  return found
}

const inputOf = ({ id, namespace, metric, dimensions, stat }: MetricQuery, period: number) => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: period,
    Stat: stat,
  },
})

/** The mean, or undefined of nothing. */
export const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : sumOf(values) / values.length

/** The sum; 0 of nothing. */
export const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0)

/** The greatest, or undefined of nothing. */
export const maximumOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((most, each) => Math.max(most, each))

/** Rounded to so many digits after the point. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
