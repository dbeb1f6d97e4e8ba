import { z } from 'zod'
import { notOffer, type OfferEntry } from './offer-file.ts'
import { type Attributes, isOffer, type Offer, type PricedAs, pricedAs } from './offer-products.ts'

/** One price list that was read: of one offer in one region. */
export interface ReadList {
  readonly region: string
  readonly offer: Offer
  /** Day of its publication. */
  readonly publishedOn: string
}

/** What files of the price list say. */
export interface ReadPrices {
  /** By region, section and name with spaces between: US dollars. */
  readonly prices: ReadonlyMap<string, number>
  readonly lists: readonly ReadList[]
  /** Prices of which there were two; the higher one was taken, since estimates are upper ones. */
  readonly doubled: readonly string[]
}

/** Far above the types of all regions. */
const mostProducts = 500_000

/** Collects the prices of offer files; `regions` are the ones that are wanted, where not all are. */
export const priceCollector = (regions?: ReadonlySet<string>) => {
  const prices = new Map<string, number>()
  const lists = new Map<string, ReadList>()
  const doubled = new Set<string>()

  /** One file: give its entries to `take`, then call `end`. Both throw `TenantFailure` for what is no price list. */
  const file = (name: string) => {
    const head = new Map<string, unknown>()
    const skus = new Map<string, { readonly key: string; readonly region: string; readonly as: PricedAs }>()
    const own = new Map<string, number>()
    const found = new Set<string>()
    const headOf = () => {
      const { success, data } = headSchema.safeParse(Object.fromEntries(head))
      if (!success) throw notOffer(name, 'format version v1.0, offer code or publication date are not there')
      if (!isOffer(data.offerCode)) throw notOffer(name, 'its offer is none that prices are read from')
      return { offer: data.offerCode, publishedOn: data.publicationDate.slice(0, 10) }
    }
    let known: ReturnType<typeof headOf> | undefined
    const product = (sku: string, value: unknown) => {
      known ??= headOf()
      // By hand: a schema would copy each of some hundred thousand products, most of which have no price here.
      const { productFamily = '', attributes } = Object(value) as Record<string, unknown>
      if (!isTexts(attributes) || typeof productFamily !== 'string')
        throw notOffer(name, 'a product of it has no attributes')
      const { regionCode: region = '' } = attributes
      const as = pricedAs(known.offer, productFamily, attributes)
      if (!as || !isRegion.test(region) || regions?.has(region) === false) return
      if (skus.size >= mostProducts) throw notOffer(name, 'it has far too many products')
      const key = copied(`${region} ${as.section} ${as.name}`)
      skus.set(copied(sku), { key, region: copied(region), as: { ...as, name: '' } })
    }
    const terms = (sku: string, value: unknown) => {
      const its = skus.get(sku)
      if (!its) return
      const parsed = termsSchema.safeParse(value)
      if (!parsed.success) throw notOffer(name, 'terms of a product have no prices')
      const price = highest(name, its.as, parsed.data)
      if (price === 0) return
      found.add(its.region)
      const other = own.get(its.key)
      if (other !== undefined && other !== price) doubled.add(its.key)
      own.set(its.key, Math.max(price, other ?? 0))
    }
    return {
      take(entry: OfferEntry) {
        if (entry.kind === 'head') head.set(entry.name, entry.value)
        if (entry.kind === 'product') product(entry.name, entry.value)
        if (entry.kind === 'terms') terms(entry.name, entry.value)
      },
      end() {
        const { offer, publishedOn } = known ?? headOf()
        if (found.size === 0) throw notOffer(name, 'it has no price of anything that is asked for')
        for (const [key, usd] of own) prices.set(key, usd)
        for (const region of found) lists.set(`${region} ${offer}`, { region, offer, publishedOn })
      },
    }
  }
  const read = (): ReadPrices => ({ prices, lists: [...lists.values()], doubled: [...doubled] })
  return { file, read }
}

/** A text of its own: a part of another one keeps all of that in memory, and that is a piece of the file. */
const copied = (text: string): string => Buffer.from(text).toString()

/** The highest step of a price that falls with the amount; 0 where all of it is free, which no price is. */
const highest = (name: string, as: PricedAs, terms: z.infer<typeof termsSchema>): number => {
  const steps = Object.values(terms).flatMap(({ priceDimensions }) => Object.values(priceDimensions))
  const prices = steps
    .filter(({ unit }) => as.units.includes(unit.toLowerCase()))
    .map(({ pricePerUnit }) => {
      const { USD, ...others } = pricePerUnit
      if (USD === undefined || Object.keys(others).length > 0)
        throw notOffer(name, 'a price of it is in another currency than USD')
      if (!/^\d{1,12}(\.\d{1,20})?$/.test(USD)) throw notOffer(name, 'a price of it is negative or no number')
      return Number(USD)
    })
  // Not 0.19999999999999998 for a million of 0.0000002.
  return Number((Math.max(0, ...prices) * as.times).toPrecision(10))
}

/** A region, and no local zone, wavelength zone or "any". */
const isRegion = /^[a-z]{2}(-[a-z]+)+-\d$/

const headSchema = z.object({
  formatVersion: z.literal('v1.0'),
  offerCode: z.string(),
  publicationDate: z.iso.datetime(),
})

const isTexts = (value: unknown): value is Attributes =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((each) => typeof each === 'string')

/** By offer term: its steps. */
const termsSchema = z.record(
  z.string(),
  z.object({
    priceDimensions: z.record(
      z.string(),
      z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
    ),
  }),
)
