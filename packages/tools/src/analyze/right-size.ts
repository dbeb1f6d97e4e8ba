import type { InstancePrices } from '@gateway/domain'
import { costChangeOf, costOf, nextSize, type UsdPerHour } from '../ec2/prices.ts'

/** What an instance is and did; percentages of its CPU, bytes of its network. */
export interface InstanceLoad {
  readonly type: string
  readonly region: string
  /** What instances cost. */
  readonly prices: InstancePrices
  /** That it costs what the table says: Linux, on demand, on shared hardware. */
  readonly listPriced: boolean
  /** For how long that was measured. */
  readonly hours: number
  readonly cpuAverage: number
  /** The highest single minute or five minutes of the whole time. */
  readonly cpuMaximum: number
  readonly networkBytesPerHour: number
}

/** What to do with it. */
export interface RightSize {
  readonly suggestion: 'idle' | 'smaller' | 'keep' | 'larger'
  readonly suggestedType?: string
  /** What an hour costs more (or less) than now; `unpriced` where either price is not known. */
  readonly usdPerHourChange?: UsdPerHour
}

/** Below it on average, with peaks that leave room for the half of the CPU that a smaller size has. */
const lowAverage = 20
const lowMaximum = 45
const highAverage = 70
/** For a day no peak above it, and next to no traffic: nobody uses it. 5 MB a day is the mark of AWS Trusted Advisor. */
const idleHours = 24
const idleMaximum = 5
const idleBytesPerHour = 5_000_000 / 24

/** One size up or down in the same family where the load asks for it. Memory is not known, and so not weighed. */
export const rightSize = (load: InstanceLoad): RightSize => {
  const suggestion = suggestionOf(load)
  if (suggestion === 'keep') return { suggestion }
  const { prices, region, type, listPriced: listed } = load
  if (suggestion === 'idle') {
    const now = costOf({ prices, region, instanceType: type, count: 1, listed })
    return { suggestion, usdPerHourChange: now === 'unpriced' ? now : -now }
  }
  const suggestedType = nextSize(prices, region, type, suggestion === 'smaller' ? 'down' : 'up')
  // The end of its family: there is nothing to change to.
  if (suggestedType === 'none') return { suggestion: 'keep' }
  if (suggestedType === undefined) return { suggestion, usdPerHourChange: 'unpriced' }
  return {
    suggestion,
    suggestedType,
    usdPerHourChange: costChangeOf({ prices, region, from: type, to: suggestedType, listed }),
  }
}

const suggestionOf = ({
  hours,
  cpuAverage,
  cpuMaximum,
  networkBytesPerHour,
}: InstanceLoad): RightSize['suggestion'] => {
  if (hours >= idleHours && cpuMaximum < idleMaximum && networkBytesPerHour < idleBytesPerHour) return 'idle'
  if (cpuAverage < lowAverage && cpuMaximum < lowMaximum) return 'smaller'
  return cpuAverage > highAverage ? 'larger' : 'keep'
}
