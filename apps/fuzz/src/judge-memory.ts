import type { Fault } from './judge-exchange.ts'
import type { Measured } from './measured.ts'

/** How much more of memory there is in the end, as a share: 0.1 is a tenth more. */
export interface MemoryGrowth {
  readonly heap: number
  readonly rss: number
  readonly before: Measured
  readonly after: Measured
  readonly fault?: Fault
}

/** Most that it may be. */
const mostGrowth = 0.1

/** Judges what JavaScript holds after a garbage collection, and the memory of the process. */
export const judgeMemory = (before: Measured, after: Measured): MemoryGrowth => {
  const heap = after.heap / before.heap - 1
  const rss = after.rss / before.rss - 1
  const grown = [...(heap > mostGrowth ? ['heap'] : []), ...(rss > mostGrowth ? ['RSS'] : [])]
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const detail = `${grown.join(' and ')}: heap ${percent(heap)}, RSS ${percent(rss)} more`
  return { heap, rss, before, after, ...(grown.length > 0 && { fault: { kind: 'memory', detail } }) }
}
