import { z } from 'zod'

/**
 * What to ask GetProducts for: on demand, Linux without licences, on shared hardware (Price List Query API, GetProducts;
 * attributes of the service AmazonEC2).
 */
export const attributesOf = (region: string): Readonly<Record<string, string>> => ({
  regionCode: region,
  operatingSystem: 'Linux',
  operation: 'RunInstances',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
})

/** Prices of one region: a family, and its sizes with what an hour of each costs in USD, the cheapest first. */
export type RegionPrices = Readonly<Record<string, string>>

/** Reads entries of `PriceList`, each a JSON text. What is not what was asked for has no price, and neither has 0. */
export const regionPrices = (region: string, entries: readonly string[]): RegionPrices => {
  const prices = new Map<string, number>()
  for (const entry of entries) {
    const { product, terms } = priceListEntry.parse(JSON.parse(entry))
    const { instanceType } = product.attributes
    const isAsked = Object.entries(attributesOf(region)).every(
      ([name, value]) => product.attributes[name] === value,
    )
    if (!isAsked || instanceType === undefined) continue
    for (const price of hourlyPrices(terms)) {
      const known = prices.get(instanceType)
      if (known !== undefined && known !== price)
        throw new Error(`two prices of ${instanceType} in ${region}: ${known} and ${price}`)
      prices.set(instanceType, price)
    }
  }
  return byFamily(prices)
}

/** The file of prices as it is committed. */
export const priceTable = (day: string, usdPerHour: Readonly<Record<string, RegionPrices>>): string => {
  const note = `On-demand Linux prices as AWS's price list had them on ${day}, read by a script that was not verified against AWS.`
  return `${JSON.stringify({ note, usdPerHour }, null, 2)}\n`
}

const priceListEntry = z.object({
  product: z.object({ attributes: z.record(z.string(), z.string()) }),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
          ),
        }),
      )
      .optional(),
  }),
})

const hourlyPrices = ({ OnDemand = {} }: z.infer<typeof priceListEntry>['terms']): readonly number[] =>
  Object.values(OnDemand)
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .filter(({ unit }) => unit === 'Hrs')
    .map(({ pricePerUnit: { USD } }) => Number(USD))
    .filter((usd) => usd > 0)

const byFamily = (prices: ReadonlyMap<string, number>): RegionPrices => {
  const families: Record<string, string> = {}
  // Of one price the virtual size comes before bare metal.
  const sorted = [...prices].sort(([a, one], [b, other]) => one - other || a.localeCompare(b))
  for (const [type, price] of sorted) {
    const [family = '', size = ''] = type.split('.')
    const before = Object.hasOwn(families, family) ? `${families[family]} ` : ''
    families[family] = `${before}${size} ${price}`
  }
  const names = Object.keys(families).sort()
  return Object.fromEntries(names.map((family) => [family, families[family] ?? '']))
}
