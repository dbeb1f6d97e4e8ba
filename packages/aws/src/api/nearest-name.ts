/** The name that was probably meant: the same in another case, else the nearest within a third of its letters. */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  if (name.length > longest) return undefined
  const lower = name.toLowerCase()
  let best: string | undefined
  let least = Math.min(4, Math.floor(name.length / 3) + 1)
  for (const candidate of known) {
    const distance = candidate.toLowerCase() === lower ? 0 : distanceOf(lower, candidate.toLowerCase(), least)
    if (distance >= least) continue
    best = candidate
    least = distance
  }
  return best
}

const longest = 80

/** Edits between two names, or `limit` where there are at least so many. */
const distanceOf = (one: string, other: string, limit: number): number => {
  if (Math.abs(one.length - other.length) >= limit) return limit
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + same))
    }
    row = next
  }
  return at(row, other.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY
