import type { Instance } from '@aws-sdk/client-ec2'
import type { InstancePrices, ToolContext } from '@gateway/domain'
import { z } from 'zod'
import { shippedPrices } from '../prices/shipped-prices.ts'

/** The prices that a call goes by: those that an operator has named, or those that come with the tools. */
export const pricesOf = ({ prices }: Pick<ToolContext, 'prices'>): InstancePrices => prices ?? shippedPrices

/** USD per hour; `unpriced` means that nobody knows, never that it is free. */
export type UsdPerHour = number | 'unpriced'

/** What several instances cost; `listed` tells that the table is about such instances at all. */
export const costOf = (of: {
  readonly prices: InstancePrices
  readonly region: string
  readonly instanceType: string
  readonly count: number
  readonly listed: boolean
}): UsdPerHour => {
  const price = of.listed ? of.prices.ec2(of.region, of.instanceType) : undefined
  return price === undefined ? 'unpriced' : rounded(price * of.count)
}

/** What an instance costs more (or less) as another type. */
export const costChangeOf = (of: {
  readonly prices: InstancePrices
  readonly region: string
  readonly from: string
  readonly to: string
  readonly listed: boolean
}): UsdPerHour => {
  const now = of.listed ? of.prices.ec2(of.region, of.from) : undefined
  const then = of.listed ? of.prices.ec2(of.region, of.to) : undefined
  return now === undefined || then === undefined ? 'unpriced' : rounded(then - now)
}

/** A price in an answer or plan, with where it is from. */
export const withSource = <Name extends string>(name: Name, usd: UsdPerHour, prices: InstancePrices) =>
  ({ [name]: usd, ...(usd !== 'unpriced' && { prices: prices.note }) }) as { [Key in Name]: UsdPerHour } & {
    prices?: string
  }

/** How answers tell a price. */
export const usdPerHour = z.union([z.number(), z.literal('unpriced')])

/** The only platform of the table; Windows, RHEL, SUSE and others cost more. */
const listedPlatform = 'Linux/UNIX'

/** Whether instances of such a platform cost what the table says. AWS always tells the details; stand-ins do not. */
export const isListedPlatform = ({
  PlatformDetails,
  Platform,
}: Pick<Instance, 'PlatformDetails' | 'Platform'>) =>
  (PlatformDetails ?? listedPlatform) === listedPlatform && Platform === undefined

/** Whether an instance costs what the table says: Linux, on demand, on shared hardware. */
export const isListedInstance = (instance: Instance): boolean =>
  isListedPlatform(instance) &&
  instance.InstanceLifecycle === undefined &&
  (instance.Placement?.Tenancy ?? 'default') === 'default'

/**
 * The type one size below or above in the same family: `none` at the end of the family, undefined where the table does
 * not know it. Sizes are the same in all regions, prices are not.
 */
export const nextSize = (
  prices: InstancePrices,
  region: string,
  instanceType: string,
  way: 'down' | 'up',
): string | 'none' | undefined => {
  const [family = '', size = ''] = instanceType.split('.')
  // Bare metal costs what the largest virtual size does, and is another thing.
  const pricedIn = (place: string) =>
    sizes.filter((each) => prices.ec2(place, `${family}.${each}`) !== undefined)
  const here = pricedIn(region)
  const known = here.length > 0 ? here : pricedIn('us-east-1')
  const at = known.indexOf(size)
  if (at < 0) return undefined
  const next = known[way === 'down' ? at - 1 : at + 1]
  return next === undefined ? 'none' : `${family}.${next}`
}

/** Every virtual size there may be, the smallest first; the largest of AWS's today is 112xlarge. */
const sizes: readonly string[] = [
  ...['nano', 'micro', 'small', 'medium', 'large', 'xlarge'],
  ...Array.from({ length: 255 }, (_, i) => `${i + 2}xlarge`),
]

const rounded = (usd: number): number => Number(usd.toFixed(4))
