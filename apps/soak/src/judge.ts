import type { Measured } from './measured.ts'

/** How much more heap a replica may use at the end. */
const mostGrowth = 1.3

/** What is wrong with a soak: errors, heap that grew, handles that did not return. Empty if nothing is. */
export const judge = (
  errors: readonly string[],
  before: readonly Measured[],
  after: readonly Measured[],
): string[] => {
  const faults = errors.length > 0 ? [`${errors.length} errors`] : []
  after.forEach((end, n) => {
    const start = before[n]
    if (!start) return
    const growth = end.heapUsed / start.heapUsed
    if (growth > mostGrowth)
      faults.push(`the heap of replica ${n + 1} grew to ${growth.toFixed(2)} times its size`)
    for (const [kind, count] of Object.entries(end.handles)) {
      const had = start.handles[kind] ?? 0
      if (count > had) faults.push(`replica ${n + 1} has ${count} handles of kind ${kind}, and had ${had}`)
    }
  })
  return faults
}
