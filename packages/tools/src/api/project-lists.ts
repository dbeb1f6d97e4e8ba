import {
  kindOf,
  orderOf,
  orderOfNumbers,
  orderOfTexts,
  QueryFault,
  type Spend,
  spendOnText,
} from './project-values.ts'

type List = readonly unknown[]
/** An expression such as `&Size`. */
export type By = (value: unknown) => unknown

/** As many comparisons as a sort of so many takes, and what reading its texts costs. */
const spendOnSort = (keys: List, spend: Spend): void => {
  for (const key of keys) {
    spend(Math.ceil(Math.log2(keys.length + 1)))
    if (typeof key === 'string') spendOnText(key, spend)
  }
}

/** What each is sorted by: all numbers, or all texts. */
export const keysOf = (list: List, by: By): List => {
  const keys = list.map((each) => by(each))
  const kinds = new Set(keys.map(kindOf))
  const fits = kinds.size === 0 || (kinds.size === 1 && (kinds.has('number') || kinds.has('string')))
  if (!fits) {
    throw new QueryFault(
      'sorts or compares by what is not always a number, or not always a text; leave out those without it, as in [?Size != `null`]',
    )
  }
  return keys
}

export const sortedBy = (list: List, keys: List, spend: Spend): List => {
  spendOnSort(keys, spend)
  return keys
    .map((key, at) => ({ key, at }))
    .sort(({ key: one }, { key: other }) =>
      typeof one === 'string'
        ? orderOfTexts(one, other as string)
        : orderOfNumbers(one as number, other as number),
    )
    .map(({ at }) => list[at])
}

/** The member with the greatest key, or the least one: the first of several. */
export const outermost = (list: List, keys: List, sign: 1 | -1, spend: Spend): unknown => {
  let best = 0
  for (const at of keys.keys()) {
    spend(1)
    if (sign * (orderOf(keys[at], keys[best], spend) ?? 0) > 0) best = at
  }
  return list[best] ?? null
}

export interface Slice {
  readonly start?: number | null | undefined
  readonly stop?: number | null | undefined
  /** Not 0. */
  readonly step: number
}

/** `[start:stop:step]` of a list, each from its end where it is negative. */
export const sliced = (value: List, { start, stop, step }: Slice, spend: Spend): List => {
  const { length } = value
  const [low, high] = step < 0 ? [-1, length - 1] : [0, length]
  const bound = (at: number | null | undefined, otherwise: number) =>
    typeof at !== 'number' ? otherwise : Math.min(high, Math.max(low, at < 0 ? at + length : at))
  const [from, to] = [bound(start, step < 0 ? high : low), bound(stop, step < 0 ? low : high)]
  const found: unknown[] = []
  for (let at = from; step > 0 ? at < to : at > to; at += step) {
    spend(1)
    found.push(value[at])
  }
  return found
}
