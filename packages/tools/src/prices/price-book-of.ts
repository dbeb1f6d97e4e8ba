import type { PriceBook } from './price-book.ts'
import type { PriceTable } from './price-table.ts'

/** Days after which a price is called old; it goes on to be used, since an old price is nearer than none. */
const oldAfterDays = 400

/** The prices of a table. With `now` (milliseconds since the epoch) its note says when they have grown old. */
export const priceBookOf = (
  table: PriceTable,
  { now, maxAgeDays = oldAfterDays }: { readonly now?: number; readonly maxAgeDays?: number } = {},
): PriceBook => {
  const { asOf, note } = originOf(table)
  const days = now === undefined ? 0 : Math.floor((now - Date.parse(asOf)) / 86_400_000)
  const age = days > maxAgeDays ? ` They are ${days} days old: refresh them with aws-mcp prices refresh.` : ''
  const prices = (region: string) => own(table.regions, region)
  return {
    asOf,
    note: `${note}${age}`,
    ec2: (region, instanceType) => own(prices(region)?.ec2, instanceType),
    ebs: (region, volumeType) => own(prices(region)?.ebs, volumeType),
    lambda: (region) => prices(region)?.lambda,
    s3: (region) => prices(region)?.s3,
    rds: (region, instanceClass, engine) => own(own(prices(region)?.rds, engine), instanceClass),
    hourly: (region, what) => own(prices(region)?.hourly, what),
    request: (service, operation) =>
      own(table.requests, `${service}:${operation}`) ?? own(table.requests, `${service}:*`),
  }
}

/** The oldest day of the prices, and where they are from. */
const originOf = (table: PriceTable): { readonly asOf: string; readonly note: string } => {
  const published = Object.values(table.lists)
    .flatMap(Object.values<string>)
    .sort()
  const [first = '', last] = [published[0], published.at(-1)]
  if (last === undefined) return table
  const days = first === last ? first : `${first} to ${last}`
  const [asOf = first] = [first, table.asOf].sort()
  return { asOf, note: `From AWS's price lists of ${days}; what they do not have: ${table.note}` }
}

/** Names come from callers, and one may be called `constructor`. */
const own = <Value>(of: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined =>
  of !== undefined && Object.hasOwn(of, name) ? of[name] : undefined
