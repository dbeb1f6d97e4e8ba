/** The middle one; the mean of the two middle ones if their number is even; NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2
}

/** The value that `share` (0 to 1) of ascending values do not exceed; NaN of none. */
export const percentile = (ascending: readonly number[], share: number): number =>
  ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? Number.NaN

/**
 * Median over the rounds of one rate over another of the same round, since what else the machine does then hits both sides
 * alike. Each rate is an array with one value per round.
 */
export const ratioInRounds = (rates: readonly number[], over: readonly number[]): number =>
  median(rates.slice(0, over.length).map((rate, round) => rate / (over[round] ?? Number.NaN)))

/** The lowest ratio of any of some rates over any of others: the worst of ours over the best of theirs; NaN of none. */
export const lowestRatio = (
  some: readonly (readonly number[])[],
  others: readonly (readonly number[])[],
): number => {
  const all = some.flatMap((rates) => others.map((over) => ratioInRounds(rates, over)))
  return all.length === 0 ? Number.NaN : Math.min(...all)
}

/** Kilobytes (1024) that each of `count` things added. */
export const kbEach = (before: number, after: number, count: number): number =>
  (after - before) / count / 1024

/** Rounded for people and JSON; null for what was not measured. */
export const rounded = (value: number | undefined, digits = 3): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits))
