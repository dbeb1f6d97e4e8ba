import { ConfigurationError, faultOf } from '@gateway/domain'
import { z } from 'zod'

// No price of AWS's comes near these, so a number beyond them is a unit or a digit that somebody got wrong.
const mostPerHour = 1_000
const mostPerUnit = 100

const usd = (most: number) => z.number().gt(0).max(most)
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-west-1')
const instanceType = z.string().regex(/^[a-z0-9-]{1,30}\.[a-z0-9-]{1,30}$/, 'must be a type such as t3.micro')
const instanceClass = z
  .string()
  .regex(/^db\.[a-z0-9-]{1,30}\.[a-z0-9.-]{1,40}$/, 'must be a class such as db.t3.micro')
const name = z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be lower-case letters, digits and -')
const day = z.iso.date('must be a date such as 2026-11-27')
const offer = z.string().regex(/^[A-Za-z0-9]{1,40}$/, 'must be an offer such as AmazonEC2')

/** Things with a price by the hour, beside instances and databases. */
export const hourlyThings = [
  'nat-gateway',
  'alb',
  'nlb',
  'gateway-load-balancer',
  'classic-load-balancer',
  'eip',
  'vpc-interface-endpoint',
  'eks-cluster',
] as const

const regionPrices = z
  .strictObject({
    ec2: z.record(instanceType, usd(mostPerHour)),
    ebs: z.record(name, usd(mostPerUnit)),
    lambda: z.strictObject({
      usdPerGbSecond: usd(1),
      usdPerMillionRequests: usd(mostPerUnit),
      usdPerProvisionedGbSecond: usd(1),
    }),
    s3: z.strictObject({ usdPerGbMonth: usd(mostPerUnit), usdPer1000Puts: usd(mostPerUnit) }),
    /** By engine and class. */
    rds: z.record(name, z.record(instanceClass, usd(mostPerHour))),
    hourly: z.partialRecord(z.enum(hourlyThings), usd(mostPerHour)),
  })
  .partial()

/** The file of prices: US dollars, on demand, none of them zero; what is not in it has no known price. */
export const priceTableSchema = z.strictObject({
  version: z.literal(1),
  /** Of the prices that are in none of `lists`, as is `note`. */
  asOf: day,
  note: z.string().regex(/^[\x20-\x7e]{1,300}$/, 'must be one line of at most 300 printable characters'),
  /** By region and offer, such as `AmazonEC2`: the price lists of AWS that were read, and when they were published. */
  lists: z.record(region, z.record(offer, day)).default({}),
  /** By IAM prefix and operation, or `*` for all of them: what one request costs, of metrics each one, of log queries each GB. */
  requests: z.record(
    z
      .string()
      .regex(/^[a-z0-9-]{1,63}:(\*|[A-Za-z0-9]{1,128})$/, 'must be such as ce:* or ce:GetCostAndUsage'),
    usd(mostPerUnit),
  ),
  regions: z.record(region, regionPrices).refine((regions) => Object.keys(regions).length > 0, {
    message: 'has no region',
  }),
})

export type PriceTable = z.infer<typeof priceTableSchema>

/** Reads the text of a file of prices; throws `ConfigurationError`, which names `source` and each place, and no value. */
export const readPriceTable = (text: string, source: string): PriceTable => {
  const fault = (faults: readonly string[]) => new ConfigurationError(source, faults)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    const [place] = /line \d+ column \d+/.exec(thrown instanceof Error ? thrown.message : '') ?? []
    throw fault([place === undefined ? 'is not JSON' : `is not JSON (${place})`])
  }
  return checkedPriceTable(value, source)
}

/** The same of what was JSON. */
export const checkedPriceTable = (value: unknown, source: string): PriceTable => {
  const parsed = priceTableSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.slice(0, 20).map(faultOf)
  const more = parsed.error.issues.length - faults.length
  throw new ConfigurationError(source, [...faults, ...(more > 0 ? [`(${more} more)`] : [])])
}
