/** A value at a time, in milliseconds since the epoch. */
export type MetricPoint = readonly [time: number, value: number]

/**
 * At most `most` (4 or more) of `points`, which are in the order of time: the first, the last, and the least and the
 * greatest of each stretch between them, so that no peak is lost.
 */
export const downSample = (points: readonly MetricPoint[], most: number): readonly MetricPoint[] => {
  const [first, ...between] = points
  const last = between.pop()
  if (points.length <= most || !first || !last) return points
  const stretches = Math.floor((most - 2) / 2)
  const kept = Array.from({ length: stretches }, (_, n) => {
    const start = Math.floor((n * between.length) / stretches)
    const end = Math.floor(((n + 1) * between.length) / stretches)
    return extremes(between.slice(start, end))
  })
  return [first, ...kept.flat(), last]
}

/** The least and the greatest, in the order of time; one where they are the same. */
const extremes = (points: readonly MetricPoint[]): readonly MetricPoint[] => {
  let [least, greatest] = [0, 0]
  points.forEach(([, value], n) => {
    if (value < (points[least]?.[1] ?? value)) least = n
    if (value > (points[greatest]?.[1] ?? value)) greatest = n
  })
  return points.filter((_, n) => n === least || n === greatest)
}
