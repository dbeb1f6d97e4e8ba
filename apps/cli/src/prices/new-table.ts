import type { PriceTable } from '@gateway/tools'
import { type FlatPrices, flatPrices, tableOf } from './flat-prices.ts'
import { offerOf } from './offer-products.ts'
import type { ReadPrices } from './price-collector.ts'

/** A table with what price lists say in place of what it had of them. */
export interface NewTable {
  readonly table: PriceTable
  readonly before: FlatPrices
  readonly after: FlatPrices
  /** What makes it hard to believe, one sentence each. */
  readonly doubts: readonly string[]
}

/** Members of these are there together, or are not known. */
const wholes: Readonly<Record<string, number>> = { lambda: 3, s3: 2 }
/** As many times dearer or cheaper as no price of AWS's has become from one list to the next. */
const leap = 10

/**
 * Puts what was read into a table: all that the same lists may have is replaced, the rest is kept. Throws
 * `ConfigurationError` for a price that no table may have.
 */
export const newTable = (former: PriceTable, read: ReadPrices): NewTable => {
  const before = flatPrices(former)
  const isRead = new Set(read.lists.map(({ region, offer }) => `${region} ${offer}`))
  const ofLists = (key: string) => {
    const [region = '', section = '', name = ''] = key.split(' ')
    return isRead.has(`${region} ${offerOf(section, name) ?? ''}`)
  }
  const kept = [...before].filter(([key]) => !ofLists(key))
  const after = withoutHalves(new Map([...kept, ...read.prices]))
  const { regions: _, lists: older, ...rest } = former
  const lists: Record<string, Record<string, string>> = structuredClone(older)
  for (const { region, offer, publishedOn } of read.lists) {
    lists[region] = { ...lists[region], [offer]: publishedOn }
  }
  const doubts = [
    ...read.lists.flatMap(({ region, offer, publishedOn }) => {
      const was = older[region]?.[offer] ?? ''
      return publishedOn < was
        ? [`${offer} of ${region} was published on ${publishedOn}, and the table has a newer one of ${was}.`]
        : []
    }),
    ...shrunk(before, after, ofLists),
    ...leaps(before, after),
  ]
  return { table: tableOf(after, { ...rest, lists }), before, after, doubts }
}

const sectionOf = (key: string): string => key.split(' ').slice(0, 2).join(' ')

const withoutHalves = (prices: FlatPrices): FlatPrices => {
  const counts = countsOf([...prices.keys()])
  return new Map(
    [...prices].filter(([key]) => {
      const section = sectionOf(key)
      return (counts.get(section) ?? 0) >= (wholes[section.split(' ')[1] ?? ''] ?? 0)
    }),
  )
}

const countsOf = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(sectionOf(key), (counts.get(sectionOf(key)) ?? 0) + 1)
  return counts
}

/** A list that has lost most of a region would make all of it unpriced without a word. */
const shrunk = (before: FlatPrices, after: FlatPrices, ofLists: (key: string) => boolean): string[] => {
  const known = [...before.keys()].filter(ofLists)
  const kept = countsOf(known.filter((key) => after.has(key)))
  return [...countsOf(known)].flatMap(([section, count]) => {
    const still = kept.get(section) ?? 0
    return still * 2 < count ? [`${section}: only ${still} of ${count} known prices would be left.`] : []
  })
}

const leaps = (before: FlatPrices, after: FlatPrices): string[] => {
  const found = [...after].filter(([key, usd]) => {
    const was = before.get(key)
    return was !== undefined && (usd > was * leap || usd * leap < was)
  })
  if (found.length === 0) return []
  const named = found.slice(0, 3).map(([key]) => key)
  const more = found.length > named.length ? ` and ${found.length - named.length} more` : ''
  return [`More than ${leap} times what it was, or less than a tenth: ${named.join(', ')}${more}.`]
}
