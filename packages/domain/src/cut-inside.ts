import { fairShares } from './fair-shares.ts'
import { jsonSize, nameSize } from './json-size.ts'

/** A list, or an object of many members, of which only the first are shown. */
export interface ListCut {
  readonly list: string
  readonly shown: number
  readonly of: number
}

/** What `cutInside` took away. */
export interface CutsInside {
  readonly lists: readonly ListCut[]
  /** How many texts; each ends in a mark that says how much it lost. */
  readonly texts: number
}

/**
 * The value with at most about `budget` characters of JSON: members share it, so that one that is long does not take
 * the others with it; lists lose their last items, and texts their end.
 */
export const cutInside = (value: unknown, budget: number): { readonly value: unknown } & CutsInside => {
  const known = new WeakMap<object, number>()
  const lists: ListCut[] = []
  let texts = 0

  const cut = (each: unknown, room: number, path: string): unknown => {
    if (jsonSize(each, known) <= room) return each
    if (typeof each === 'string') {
      texts += 1
      return cutText(each, room)
    }
    if (typeof each !== 'object' || each === null) return each
    return Array.isArray(each) ? cutList(each, room, path) : cutRecord(each, room, path)
  }

  const cutList = (items: readonly unknown[], room: number, path: string): unknown => {
    let left = room - 2
    const end = items.findIndex((item) => {
      left -= (jsonSize(item, known) || 'null'.length) + 1
      return left < 0
    })
    const kept = end === -1 ? items : items.slice(0, end)
    if (kept.length < items.length && items.length > 1)
      lists.push({ list: path, shown: Math.max(1, kept.length), of: items.length })
    return kept.length > 0 ? kept : [cut(items[0], room - 2, `${path}[0]`)]
  }

  const cutRecord = (record: object, room: number, path: string): unknown => {
    const all = Object.entries(record).filter(([, each]) => each !== undefined)
    let left = room - 2
    const end = all.findIndex(([name, each]) => {
      left -= nameSize(name) + 1 + Math.min(jsonSize(each, known), leastRoom)
      return left < 0
    })
    const kept = end === -1 ? all : all.slice(0, end)
    if (kept.length < all.length) lists.push({ list: path, shown: kept.length, of: all.length })
    const names = kept.reduce((sum, [name]) => sum + nameSize(name) + 1, 2)
    const sizes = kept.map(([, each]) => jsonSize(each, known))
    const shares = fairShares(sizes, room - names)
    return Object.fromEntries(
      kept.map(([name, each], index) => [
        name,
        cut(each, shares[index] ?? 0, path ? `${path}.${name}` : name),
      ]),
    )
  }

  return { value: cut(value, budget, ''), lists, texts }
}

/** Characters that any member may have; where there are too many members for it, the last are left out. */
const leastRoom = 40

/** The start of a text, and how much is missing, in at most about `room` characters of JSON. */
const cutText = (text: string, room: number): string => {
  let keep = Math.min(text.length, Math.max(0, room - leastRoom + 6))
  // Escapes may make it several times as long in JSON.
  const written = JSON.stringify(text.slice(0, keep)).length
  if (written > room) keep = Math.floor((keep * Math.max(0, room - leastRoom)) / written)
  // Half of a character beyond the 16 bits of one unit is none.
  if (/[\ud800-\udbff]/.test(text.charAt(keep - 1))) keep -= 1
  return `${text.slice(0, keep)}… (cut, ${text.length - keep} characters)`
}
