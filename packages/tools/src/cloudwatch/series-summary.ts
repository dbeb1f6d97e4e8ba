import { z } from 'zod'
import { downSample, type MetricPoint } from './down-sample.ts'

/** One statistic of one metric, with all its points in the order of time. */
export interface MetricSeries {
  readonly label: string
  readonly unit?: string | undefined
  /** What CloudWatch says where the series is not complete. */
  readonly problem?: string | undefined
  readonly points: readonly MetricPoint[]
}

/** A series for a model: what it comes to, and few enough points to read. */
export const summarySchema = z.object({
  label: z.string(),
  unit: z.string().optional(),
  problem: z.string().optional(),
  count: z.number(),
  min: z.number().optional(),
  minAt: z.string().optional().describe('the first time'),
  max: z.number().optional(),
  maxAt: z.string().optional(),
  average: z.number().optional(),
  last: z.number().optional(),
  lastAt: z.string().optional(),
  trend: z.enum(['rising', 'falling', 'flat', 'no data']),
  changePerHour: z.number().optional(),
  secondsAfterStart: z.array(z.number()),
  values: z.array(z.number()).describe('at secondsAfterStart'),
})

/** Most points of a series that a model is shown. */
export const mostShown = 60

/** The series for a model; `from` is what its seconds count from. */
export const summaryOf = (
  { label, unit, problem, points }: MetricSeries,
  from: number,
): z.output<typeof summarySchema> => {
  const shown = downSample(points, mostShown)
  const values = points.map(([, value]) => value)
  const about = { label, ...(unit !== undefined && { unit }), ...(problem !== undefined && { problem }) }
  const last = points.at(-1)
  if (!last) return { ...about, count: 0, trend: 'no data', secondsAfterStart: [], values: [] }
  const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
  return {
    ...about,
    count: values.length,
    min: short(min),
    minAt: timeOf(points.find(([, value]) => value === min) ?? last),
    max: short(max),
    maxAt: timeOf(points.find(([, value]) => value === max) ?? last),
    average: short(values.reduce((sum, value) => sum + value / values.length, 0)),
    last: short(last[1]),
    lastAt: timeOf(last),
    ...trendOf(points, { min, max }),
    secondsAfterStart: shown.map(([time]) => Math.round((time - from) / 1_000)),
    values: shown.map(([, value]) => short(value)),
  }
}

const timeOf = ([time]: MetricPoint): string => new Date(time).toISOString()

/** The slope of the line that has the least squares; flat where it is little beside how the values swing. */
const trendOf = (points: readonly MetricPoint[], { min, max }: { min: number; max: number }) => {
  const first = points[0]?.[0] ?? 0
  const hours = points.map(([time]) => (time - first) / 3_600_000)
  const middle = mean(hours)
  const level = mean(points.map(([, value]) => value))
  const spread = hours.reduce((sum, hour) => sum + (hour - middle) ** 2, 0)
  if (spread === 0) return { trend: 'flat' as const }
  const slope =
    points.reduce((sum, [, value], n) => sum + ((hours[n] ?? 0) - middle) * (value - level), 0) / spread
  const change = Math.abs(slope * (hours.at(-1) ?? 0))
  const isFlat = change < (max - min) / 4 || change < Math.abs(level) / 50
  const direction = slope > 0 ? ('rising' as const) : ('falling' as const)
  return { trend: isFlat ? ('flat' as const) : direction, changePerHour: short(slope) }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, 0)

/** Six digits say all that a chart would. */
const short = (value: number): number => Number(value.toPrecision(6))
