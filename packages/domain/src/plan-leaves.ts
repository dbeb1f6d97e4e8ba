import { neutral } from './neutral.ts'
import { redactSecrets } from './redact.ts'

/** One line of a plan. */
export interface Leaf {
  readonly path: string
  readonly line: string
  /** Values that it stands for. */
  readonly values: number
  /** Of those, how many it does not show. */
  readonly left: number
  /** Of those, how many it shows by their start only. */
  readonly cut: number
}

/** More are counted only. */
const mostLeaves = 5_000
const deepest = 64
const longestLine = 400
const longestText = 160
const longestPath = 200
const longestList = 300
const longestDocument = 100_000

/** The lines of a value in its own order, and how many values there are beyond the most that are looked at. */
export const leavesOf = (value: unknown): { readonly leaves: readonly Leaf[]; readonly beyond: number } => {
  const leaves: Leaf[] = []
  let beyond = 0
  const add = (leaf: Leaf): void => {
    if (leaves.length < mostLeaves) leaves.push(leaf)
    else beyond += leaf.values
  }
  const visit = (each: unknown, path: string, depth: number, inList: boolean): void => {
    const given = documentOf(each)
    if (given === undefined) return
    const at = given === each ? path : `${path} (JSON)`
    const whole = depth > deepest ? leaf(at, `${at} = …`, { cut: 1 }) : leafOf(at, given, inList)
    if (whole) {
      add(whole)
      return
    }
    for (const [name, member] of Object.entries(given as object)) {
      visit(member, below(at, named(name)), depth + 1, Array.isArray(given))
    }
  }
  visit(value, '', 0, false)
  return { leaves, beyond }
}

/** A line of text that is not ours: nothing in it breaks the line, hides, or pushes the rest out of sight. */
export const plain = (text: string): string =>
  neutral(text).replaceAll(/[\s\u2800\u3164\u115f\u1160\uffa0]+/g, ' ')

/** Text of others in quotes, which end where it ends. */
export const quoted = (text: string, most: number): string => {
  const start = plain(JSON.stringify(text.slice(0, most)))
  return text.length <= most ? start : `${start}… (${text.length} characters)`
}

const leaf = (path: string, line: string, of: Partial<Leaf>): Leaf => {
  const isLong = line.length > longestLine
  const { values = 1, left = 0, cut = 0 } = of
  return {
    path,
    line: isLong ? `${line.slice(0, longestLine)}…` : line,
    values,
    left,
    cut: isLong ? Math.max(1, cut) : cut,
  }
}

/** The path of a member; of a long one its two ends, so that the value can still be seen. */
const below = (path: string, name: string): string => {
  const long = path === '' ? name : `${path}.${name}`
  return long.length <= longestPath ? long : `${long.slice(0, 80)}…${long.slice(-100)}`
}

/** One line where it suffices; undefined for what takes several. */
const leafOf = (path: string, value: unknown, inList: boolean): Leaf | undefined => {
  if (isScalar(value)) return leaf(path, `${path} = ${shown(value)}`, { cut: cutIn(value) })
  const entries = Object.entries(value as object).filter(([, each]) => each !== undefined)
  const isList = Array.isArray(value)
  if (path !== '' && entries.length === 0) return leaf(path, `${path} = ${isList ? '[]' : '{}'}`, {})
  if (isList) return entries.every(([, each]) => isPlain(each)) ? listLeaf(path, value) : undefined
  return inList ? recordLeaf(path, entries) : undefined
}

/** What has no parts to look at. */
const isPlain = (value: unknown): boolean => isScalar(value) && documentOf(value) === value

const listLeaf = (path: string, list: readonly unknown[]): Leaf => {
  const items: unknown[] = []
  let length = 0
  for (const each of list) {
    length += shown(each).length + 2
    if (items.length > 0 && length > longestList) break
    items.push(each)
  }
  const left = list.length - items.length
  const count = list.length > 3 ? ` (${list.length})` : ''
  const more = left > 0 ? `, … and ${left} more` : ''
  const line = `${path}${count} = ${items.map(shown).join(', ')}${more}`
  return leaf(path, line, { values: list.length, left, cut: cutsIn(items) })
}

/** A small record of a list, such as a tag, a range of addresses or a change. */
const recordLeaf = (path: string, entries: readonly [string, unknown][]): Leaf | undefined => {
  const values = entries.flatMap(([, each]) => each)
  if (!values.every(isPlain)) return undefined
  const members = entries.map(([name, each]) =>
    Array.isArray(each)
      ? `${named(name)} = [${each.map(shown).join(', ')}]`
      : `${named(name)} = ${shown(each)}`,
  )
  const line = `${path}: ${members.join(', ')}`
  return line.length > longestList
    ? undefined
    : leaf(path, line, { values: values.length, cut: cutsIn(values) })
}

const isScalar = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || value instanceof Date

const shown = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value, longestText)
  return value instanceof Date ? value.toISOString() : String(value)
}

const cutIn = (value: unknown): number => (typeof value === 'string' && value.length > longestText ? 1 : 0)

const cutsIn = (values: readonly unknown[]): number =>
  values.reduce<number>((sum, each) => sum + cutIn(each), 0)

/** A name that is none of AWS's is quoted, so that it cannot pose as a path or a value. */
const named = (name: string): string => (/^[\w-]{1,64}$/.test(name) ? name : quoted(name, 64))

/** A text that is a JSON document, such as a policy, as what it says, if all of what it says can be seen in that. */
const documentOf = (value: unknown): unknown => {
  if (typeof value !== 'string' || value.length > longestDocument || !/^\s*[{[]/.test(value)) return value
  try {
    const parsed: unknown = JSON.parse(value)
    // Said twice, a member would be seen once.
    const isWhole = JSON.stringify(parsed) === value.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
    return isWhole ? redactSecrets(parsed) : value
  } catch {
    return value
  }
}
