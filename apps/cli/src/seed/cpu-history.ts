import { createHash } from 'node:crypto'

const stepMs = 5 * 60_000
const dayMs = 24 * 3_600_000

/** One measurement, with the names of the CloudWatch API. */
export interface CpuPoint {
  readonly Timestamp: Date
  readonly Value: number
}

/** A day of CPU in steps of five minutes up to `now`, around `average`, the same for the same name. */
export const cpuOfLastDay = (name: string, average: number, now: Date): CpuPoint[] => {
  const seed = createHash('sha256').update(name).digest()
  const phase = (seed[0] ?? 0) / 255
  const swing = Math.min(average, 100 - average) / 3
  const end = Math.floor(now.getTime() / stepMs) * stepMs
  return Array.from({ length: dayMs / stepMs }, (_, step) => {
    const daily = Math.sin(2 * Math.PI * ((step * stepMs) / dayMs + phase))
    const noise = ((seed[step % seed.length] ?? 0) / 255 - 0.5) * 2
    const value = average + swing * (0.7 * daily + 0.3 * noise)
    return { Timestamp: new Date(end - dayMs + (step + 1) * stepMs), Value: Math.round(value * 100) / 100 }
  })
}
