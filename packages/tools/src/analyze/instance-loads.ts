import type { ToolContext } from '@gateway/domain'
import { maximumOf, meanOf, metricValues, rounded, sumOf } from '../metric-values.ts'

/** What an instance did; percentages of its CPU. */
export interface MeasuredLoad {
  readonly cpuAverage: number
  readonly cpuMaximum: number
  readonly cpuLastHour?: number
  readonly networkInBytes: number
  readonly networkOutBytes: number
}

const hourMs = 3_600_000
/** EC2 reports every five minutes unless detailed monitoring is on. */
const reportMs = 300_000

/** The load of instances over the last hours, by id; one without any report is not there. */
export const loadsOf = async (
  context: ToolContext,
  ids: readonly string[],
  hours: number,
): Promise<ReadonlyMap<string, MeasuredLoad>> => {
  if (ids.length === 0) return new Map()
  const end = Math.floor(context.now() / reportMs) * reportMs
  const last = { start: new Date(end - hourMs), end: new Date(end), period: 300 }
  // Two weeks by the hour would be four times 336 values for each instance; by six hours they are 56.
  const period = hours <= 48 ? 3_600 : 21_600
  const whole = { start: new Date(end - hours * hourMs), end: new Date(end), period }
  const query = (name: string, i: number) => {
    const [metric, stat] = metrics[name] ?? ['', '']
    const dimensions = { InstanceId: ids[i] ?? '' }
    return { id: `${name}${i}`, namespace: 'AWS/EC2', metric, dimensions, stat }
  }
  const named = (names: readonly string[]) => ids.flatMap((_, i) => names.map((name) => query(name, i)))
  const values = await metricValues(context, named(['mean', 'peak', 'in', 'out']), whole)
  const lastHour = await metricValues(context, named(['mean']), last)
  return new Map(
    ids.flatMap((id, i) => {
      const of = (name: string) => values.get(`${name}${i}`) ?? []
      const average = meanOf(of('mean'))
      const recent = meanOf(lastHour.get(`mean${i}`) ?? [])
      if (average === undefined) return []
      const load = {
        cpuAverage: rounded(average, 1),
        cpuMaximum: rounded(maximumOf(of('peak')) ?? average, 1),
        ...(recent !== undefined && { cpuLastHour: rounded(recent, 1) }),
        networkInBytes: Math.round(sumOf(of('in'))),
        networkOutBytes: Math.round(sumOf(of('out'))),
      }
      return [[id, load] as const]
    }),
  )
}

/** Metric and statistic, by the names of the queries here. */
const metrics: Readonly<Record<string, readonly [metric: string, stat: string]>> = {
  mean: ['CPUUtilization', 'Average'],
  peak: ['CPUUtilization', 'Maximum'],
  in: ['NetworkIn', 'Sum'],
  out: ['NetworkOut', 'Sum'],
}
