/** What is wrong with a value, found on one walk through it. */
export interface Issues {
  /** One sentence that names the place; those beyond the bound are not kept. */
  add(path: string, problem: string): void
  /** True once nothing more is kept, so that the walk can end. */
  full(): boolean
  list(): readonly string[]
}

/** Most issues in one answer: who made more mistakes has misread the schema, and reads no long list. */
const most = 20

/** Starts an empty list of issues. */
export const collectIssues = (): Issues => {
  const found: string[] = []
  return {
    add(path, problem) {
      if (found.length < most) found.push(`${path === '' ? 'params' : path} ${problem}.`)
    },
    full: () => found.length >= most,
    list: () => found,
  }
}

/** `Filters[0].Name` */
export const memberPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** `Tags["a key"]` */
export const keyPath = (path: string, key: string): string => `${path}[${quoted(key)}]`

/** What a caller wrote, short enough to be repeated. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > longestRepeated ? `${text.slice(0, longestRepeated - 1)}…` : text)

const longestRepeated = 50

/** What a value is, for "must be a string, not a number"; never the value itself. */
export const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return isRecord(value) ? 'an object' : 'an object of a class'
  return typeof value === 'undefined' ? 'nothing' : `a ${typeof value}`
}

/** A plain object, as JSON has them. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
