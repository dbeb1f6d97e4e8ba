import { type CutsInside, cutInside, type ListCut } from './cut-inside.ts'
import { fenced } from './format.ts'
import { renderData } from './render-data.ts'

/** Most characters of the data of one answer, as text and as JSON alike: about 8,000 tokens of a model. */
export const answerLimit = 32_000

/** What an answer lost to be short enough: records of its list, and what is cut inside of the rest. */
export interface Cut extends Partial<ListCut> {
  readonly inside?: readonly ListCut[]
  /** How many texts are cut; each says so at its end. */
  readonly texts?: number
}

/** Length of the data in an answer: of its text or of its JSON, whichever is longer. */
export const answerSize = (data: unknown): number => Math.max(dataSize(data), textSize(data))

const dataSize = (data: unknown): number => JSON.stringify(data)?.length ?? 0

const textSize = (data: unknown): number => fenced(renderData(data)).join('\n').length

const isShort = (data: unknown, limit: number): boolean => {
  const size = dataSize(data)
  return size <= limit && (size * mostGrowth + 1_000 <= limit || textSize(data) <= limit)
}

/**
 * How much longer than its JSON a text may be: a hidden character is spelled out in up to nine for one, and a table of few
 * values has gaps of four for each of eight that its rows lack.
 */
const mostGrowth = 15

/**
 * Data that is not longer than `limit`. Its list loses records from the end, but keeps the first; only where that is
 * not enough is anything cut inside.
 */
export const fitAnswer = (
  data: unknown,
  listField: string | undefined,
  limit: number = answerLimit,
): { readonly data: unknown; readonly cut?: Cut } => {
  if (isShort(data, limit)) return { data }
  const list = listIn(data, listField)
  if (listField === undefined || !list || list.length < 2) {
    const { value, ...cuts } = cutToSize(data, limit)
    return { data: value, cut: cutOf(cuts) }
  }
  // What stands beside the list may be long itself, and must not push all of it out.
  const others = { ...(data as object), [listField]: [] }
  const beside = answerSize(others) > limit / 2 ? cutToSize(others, limit / 2) : { value: others, ...noCuts }
  const withFirst = (count: number) => ({ ...(beside.value as object), [listField]: list.slice(0, count) })
  const shown = mostThatFit(list, limit, (count) => isShort(withFirst(count), limit))
  const first = withFirst(shown)
  const counts: Cut = shown < list.length ? { list: listField, shown, of: list.length } : {}
  if (isShort(first, limit)) return { data: first, cut: { ...counts, ...cutOf(beside) } }
  const { value, ...cuts } = cutToSize(first, limit)
  const lists = [...beside.lists, ...cuts.lists]
  return { data: value, cut: { ...counts, ...cutOf({ lists, texts: beside.texts + cuts.texts }) } }
}

/** The list that an answer is made of, if it has one. */
export const listIn = (data: unknown, listField: string | undefined): readonly unknown[] | undefined => {
  if (listField === undefined || typeof data !== 'object' || data === null) return undefined
  const list: unknown = Reflect.get(data, listField)
  return Array.isArray(list) ? list : undefined
}

/** How many of the first records fit; at least one, or the pages would never get past it. */
const mostThatFit = (list: readonly unknown[], limit: number, fits: (count: number) => boolean): number => {
  let left = limit
  // No more than their JSON allows, which is quickly counted; mostly it is these.
  const end = list.findIndex((each) => {
    left -= dataSize(each) + 1
    return left < 0
  })
  let [some, tooMany] = [1, (end === -1 ? list.length : end) + 1]
  for (let next = tooMany - 1; tooMany - some > 1; next = Math.floor((some + tooMany) / 2)) {
    if (fits(next)) some = next
    else tooMany = next
  }
  return some
}

/** Cut inside until its text fits too, which may be longer than its JSON. */
const cutToSize = (data: unknown, limit: number): { readonly value: unknown } & CutsInside => {
  let budget = limit
  for (;;) {
    const cut = cutInside(data, budget)
    const size = answerSize(cut.value)
    if (size <= limit || budget < 100) return cut
    budget = Math.floor(Math.min(budget - (size - limit), (budget * limit) / size)) - 16
  }
}

const noCuts: CutsInside = { lists: [], texts: 0 }

/** As the answer says it; paths hold names that others may have chosen, so there are few, and only in the data. */
const cutOf = ({ lists, texts }: CutsInside): Cut => ({
  ...(lists.length > 0 && {
    inside: lists.slice(0, 10).map(({ list, ...counts }) => ({ list: list.slice(0, 100), ...counts })),
  }),
  ...(texts > 0 && { texts }),
})
