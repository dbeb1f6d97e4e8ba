import { defineTool, type ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { boundedText, patternedText } from '../bounded-text.ts'
import { invalidArguments } from '../invalid-arguments.ts'
import { spanOf, timeInput } from '../time-input.ts'
import { dimensionsInput } from './dimensions.ts'
import { knownMetrics, knownSchema } from './known-metrics.ts'
import { checkPeriod } from './metric-period.ts'
import { unitInput } from './metric-unit.ts'
import { metricsView } from './metrics-view.ts'
import { seriesOf, seriesOfAll, statisticNames } from './read-series.ts'
import { type MetricSeries, summaryOf, summarySchema } from './series-summary.ts'

/** Most series of one answer, and of one picture. */
const mostSeries = 12

const namespace = boundedText(255)
const metricName = boundedText(255)
const dimensions = dimensionsInput.optional()

/** CloudWatch GetMetricStatistics, or GetMetricData for several metrics, or ListMetrics without a name. */
export const cloudwatchGetMetrics = defineTool({
  name: 'aws_cloudwatch_get_metrics',
  title: 'Get CloudWatch metrics',
  description:
    'Statistics of CloudWatch metrics over time, with trend, and as a picture if asked. Without namespace or metricName it lists metrics; queries asks for several at once.',
  access: 'read',
  iamActions: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics'],
  idempotent: true,
  pack: 'monitoring',
  view: metricsView.uri,
  input: z.strictObject({
    namespace: namespace.optional().describe('such as AWS/EC2'),
    metricName: metricName.optional(),
    dimensions,
    startTime: timeInput.describe('ISO 8601 or -3h'),
    endTime: timeInput,
    period: z.int().min(1).max(2_678_400).describe('seconds'),
    statistics: z.array(z.enum(statisticNames)).max(5),
    extendedStatistics: z
      .array(patternedText(/^[A-Za-z]{1,3}[\d.()%:]{0,20}$/, 'such as p99'))
      .max(10)
      .optional(),
    unit: unitInput.optional(),
    queries: z.array(z.strictObject({ namespace, metricName, dimensions })).max(mostSeries).optional(),
    picture: z.boolean().optional(),
  }),
  output: z.object({
    startTime: z.string().optional(),
    endTime: z.string().optional(),
    period: z.number().optional(),
    picture: z.string().optional(),
    series: z.array(summarySchema).optional(),
    metrics: knownSchema.optional().describe('there are, where no series was asked for or found'),
  }),
  async run(
    context,
    { namespace, metricName, dimensions, startTime, endTime, period, queries, picture, ...rest },
  ) {
    const now = context.now()
    const { from, to } = spanOf({ start: ['startTime', startTime], end: ['endTime', endTime] }, now)
    if (queries && (namespace ?? metricName ?? dimensions) !== undefined) {
      throw invalidArguments('queries: replaces namespace, metricName and dimensions')
    }
    if (!queries && (namespace === undefined || metricName === undefined)) {
      const { metrics, truncated } = await knownMetrics(context, { namespace, metricName, dimensions })
      return { data: { metrics }, truncated }
    }
    checkPeriod({ from, to, now }, period)
    const statistics = [...new Set(rest.statistics)]
    const extendedStatistics = [...new Set(rest.extendedStatistics)]
    const count = (queries?.length ?? 1) * (statistics.length + extendedStatistics.length)
    if (count === 0 || count > mostSeries) {
      throw invalidArguments(`statistics: makes ${count} series, of 1 to ${mostSeries}`)
    }
    const wanted = { from, to, period, statistics, extendedStatistics, unit: rest.unit }
    const metric = { namespace: namespace ?? '', metricName: metricName ?? '', dimensions }
    const series = queries
      ? await seriesOfAll(context, queries, wanted)
      : await seriesOf(context, metric, wanted)
    const isEmpty = series.every(({ points }) => points.length === 0)
    // Nearly always the dimensions: CloudWatch knows each combination of them as a metric of its own.
    const known = isEmpty && !queries ? await knownMetrics(context, { namespace, metricName }) : undefined
    const drawn = picture
      ? await pictureOf(context, series, queries ? 'Metrics' : `${namespace} ${metricName}`)
      : {}
    return {
      data: {
        startTime: new Date(from).toISOString(),
        endTime: new Date(to).toISOString(),
        period,
        ...(picture && { picture: drawn.media ? 'attached' : 'not available here' }),
        series: series.map((each) => summaryOf(each, from)),
        ...(known && { metrics: known.metrics }),
      },
      ...(known && { truncated: known.truncated }),
      ...drawn,
    }
  },
})

const pictureOf = async (context: ToolContext, series: readonly MetricSeries[], title: string) => {
  if (!context.draw) return {}
  const units = [...new Set(series.map(({ unit }) => unit))]
  const image = await context.draw({ title, unit: units.join(', '), series: series.slice(0, mostSeries) })
  return { media: [{ type: 'image' as const, ...image }] }
}
