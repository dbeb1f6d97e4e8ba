/** A text (or number) somewhere in an input. */
export interface InputText {
  /** In lower case, of the member that says what it is: elements of a list have that of their list. */
  readonly member: string
  readonly value: string
  /** 1 for a member of the input itself, and for elements of its lists. */
  readonly depth: number
}

/** Every text of an input; undefined where there are more than anybody sends, of which nothing is to be concluded. */
export const inputTexts = (input: unknown): readonly InputText[] | undefined => {
  const found: InputText[] = []
  const seen = new Set<unknown>()
  // Not recursive, so that no depth of an input can exhaust the stack.
  const waiting: { member: string; value: unknown; depth: number }[] = [
    { member: '', value: input, depth: 0 },
  ]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { member, value, depth } = next
    if (typeof value === 'string' || typeof value === 'number')
      found.push({ member, value: String(value), depth })
    if (found.length > mostTexts || seen.size > mostTexts) return undefined
    if (!isWalkable(value) || seen.has(value)) continue
    seen.add(value)
    const isList = Array.isArray(value)
    for (const [key, each] of Object.entries(value).toReversed())
      waiting.push({
        member: isList ? member : key.toLowerCase(),
        value: each,
        depth: isList ? depth : depth + 1,
      })
  }
  return found
}

/**
 * Whether any member of an input that has a value passes a test, by its name and depth as above; those that `skips` says are not
 * looked into. True for an input with more than anybody sends.
 */
export const someMember = (
  input: unknown,
  test: (name: string, depth: number) => boolean,
  skips: (name: string, depth: number) => boolean,
): boolean => {
  const seen = new Set<unknown>()
  const waiting: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next
    if (!isWalkable(value) || seen.has(value)) continue
    seen.add(value)
    if (seen.size > mostTexts) return true
    const isList = Array.isArray(value)
    for (const [name, each] of Object.entries(value)) {
      if (!isList && !isEmpty(each) && test(name, depth + 1)) return true
      if (isList || !skips(name, depth + 1)) waiting.push({ value: each, depth: isList ? depth : depth + 1 })
    }
  }
  return false
}

/** What says nothing: no value, a switch that is off, an empty list. */
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === false || (Array.isArray(value) && value.length === 0)

const mostTexts = 50_000

/** Lists and plain objects: bytes, streams and times hold no names. */
const isWalkable = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value)))

/** The texts at a path of an input, `*` for each element or member; others than texts and numbers are left out. */
export const textsAt = (input: unknown, path: string): readonly string[] =>
  valuesAt(input, path).flatMap((value) =>
    typeof value === 'string' || typeof value === 'number' ? [String(value)] : [],
  )

/** What is at a path of an input, `*` for each element or member; a list at its end by its elements. */
export const valuesAt = (input: unknown, path: string): readonly unknown[] => {
  // Most of what is asked for is not there.
  if (!path.startsWith('*') && isWalkable(input) && !Object.hasOwn(input, firstOf(path))) return []
  let values: readonly unknown[] = [input]
  for (const name of path.split('.'))
    values = values.flatMap((value) => {
      if (!isWalkable(value)) return []
      if (name === '*') return Object.values(value)
      return Object.hasOwn(value, name) ? [(value as Readonly<Record<string, unknown>>)[name]] : []
    })
  return values.flat().filter((value) => value !== undefined && value !== null)
}

const firstOf = (path: string): string => {
  const dot = path.indexOf('.')
  return dot < 0 ? path : path.slice(0, dot)
}
