/** The one of `names` that was probably meant, if any is near enough to be a slip. */
export const closestName = (name: string, names: readonly string[]): string | undefined => {
  if (name.length > longest) return undefined
  const wanted = name.toLowerCase()
  const [best] = names
    .filter((each) => each.length <= longest)
    .map((each) => ({ name: each, distance: distanceOf(wanted, each.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  return best && best.distance <= Math.floor((best.name.length + 2) / 3) ? best.name : undefined
}

const longest = 64

/** Levenshtein's: how many characters must be added, dropped or replaced. */
const distanceOf = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [at, char] of [...from].entries()) {
    const next = [at + 1]
    for (const [index, other] of [...to].entries()) {
      const replaced = (row[index] ?? 0) + (char === other ? 0 : 1)
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
