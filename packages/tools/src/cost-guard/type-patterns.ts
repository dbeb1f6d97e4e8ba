import { shown } from './shown-names.ts'

/** Whether a name fits a pattern with `*` and `?` as in IAM; in time that grows with both lengths and no faster. */
const fits = (pattern: string, name: string): boolean => {
  let [at, star, from] = [0, -1, 0]
  for (let i = 0; i < name.length; ) {
    if (pattern[at] === '*') {
      star = at++
      from = i
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[i])) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++from
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}

/** What stands against instance types; one that cannot be told is refused where there is a list. */
export const typeFaults = (
  types: readonly (string | undefined)[],
  patterns: readonly string[] | undefined,
): readonly string[] => {
  if (!patterns) return []
  const allowed = `The tenant allows ${patterns.join(', ')}.`
  const refused = [...new Set(types)].filter(
    (type) => type === undefined || !patterns.some((pattern) => fits(pattern, type)),
  )
  return refused.map((type) =>
    type === undefined
      ? `Of which instance type it is cannot be told from the request, as by a launch template. ${allowed}`
      : `Instance type ${shown('instance type', type)} is not allowed. ${allowed}`,
  )
}
