import { invalidArguments } from '../invalid-arguments.ts'

/** Most points of one series that GetMetricStatistics answers (CloudWatch API, GetMetricStatistics). */
export const mostPoints = 1_440

/**
 * Throws where CloudWatch would refuse the period or silently answer nothing: the older the data, the coarser it is kept
 * (CloudWatch API, GetMetricStatistics, `Period`). Says which period would do.
 */
export const checkPeriod = (
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
  seconds: number,
): void => {
  const multiple = smallestMultiple(now - from)
  const fits = multiple * Math.ceil((to - from) / 1_000 / mostPoints / multiple)
  const best = fits < 60 ? (fine.find((each) => each >= fits) ?? 60) : fits
  const issues = [
    ...(seconds % 60 !== 0 && !fine.includes(seconds)
      ? ['must be 1, 5, 10, 20, 30 or a multiple of 60']
      : []),
    ...(seconds % multiple === 0
      ? []
      : [`must be a multiple of ${multiple} for data as old as this startTime`]),
    ...((to - from) / 1_000 / seconds > mostPoints
      ? [`gives more than ${mostPoints.toLocaleString('en')} points per series`]
      : []),
  ]
  if (issues.length === 0) return
  throw invalidArguments(`period: ${issues.join('; ')}. The smallest one that fits is ${best}.`)
}

const fine: readonly number[] = [1, 5, 10, 20, 30]

const smallestMultiple = (age: number): number => {
  if (age <= 3 * hour) return 1
  if (age <= 15 * 24 * hour) return 60
  return age <= 63 * 24 * hour ? 300 : 3_600
}

const hour = 3_600_000
