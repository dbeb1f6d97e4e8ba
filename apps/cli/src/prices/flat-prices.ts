import { checkedPriceTable, type PriceTable } from '@gateway/tools'

/** Prices of a table by region, section and name with spaces between, such as `eu-west-1 ec2 t3.micro`. */
export type FlatPrices = ReadonlyMap<string, number>

/** The prices of a table, in its own order. */
export const flatPrices = ({ regions }: PriceTable): FlatPrices => new Map(leaves(regions, []))

const leaves = (node: object, path: readonly string[]): (readonly [string, number])[] =>
  Object.entries(node).flatMap(([name, value]: [string, unknown]) => {
    const here = [...path, name]
    return typeof value === 'number' ? [[here.join(' '), value] as const] : leaves(Object(value), here)
  })

/** A table of these prices and of what `rest` has beside prices of regions; throws `ConfigurationError` for absurd ones. */
export const tableOf = (prices: FlatPrices, rest: Omit<PriceTable, 'regions'>): PriceTable => {
  type Node = { [name: string]: Node | number }
  const regions: Node = {}
  for (const [key, usd] of [...prices].sort(byFamily)) {
    const path = key.split(' ')
    const last = path.pop() ?? ''
    const holder = path.reduce<Node>((at, name) => {
      at[name] ??= {}
      return at[name] as Node
    }, regions)
    holder[last] = usd
  }
  return checkedPriceTable({ ...rest, regions }, 'The new table')
}

/** Regions, sections and families by name, and in a family the cheapest first. */
const byFamily = ([a, one]: [string, number], [b, other]: [string, number]): number => {
  const [familyA = '', familyB = ''] = [a, b].map((key) => key.replace(/\.[^. ]*$/, ''))
  return familyA.localeCompare(familyB, 'en') || one - other || a.localeCompare(b, 'en')
}
