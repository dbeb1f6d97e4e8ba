import type { Instance } from '@aws-sdk/client-ec2'
import { z } from 'zod'
// Written by hand from memory until scripts/refresh-ec2-prices.ts has read AWS's price list.
import table from './price-table.json' with { type: 'json' }

/** Where the prices are from, as whoever reads one is told. */
export const pricesAsOf: string = table.note

/** USD per hour; `unpriced` means that nobody knows, never that it is free. */
export type UsdPerHour = number | 'unpriced'

/** USD per hour of an instance; undefined where the table does not know it. */
export const priceOf = (region: string, instanceType: string): number | undefined => {
  const [family = '', size = ''] = instanceType.split('.')
  return pricesOf(region, family).get(size)
}

/** What several instances cost; `listed` tells that the table is about such instances at all. */
export const costOf = (of: {
  readonly region: string
  readonly instanceType: string
  readonly count: number
  readonly listed: boolean
}): UsdPerHour => {
  const price = of.listed ? priceOf(of.region, of.instanceType) : undefined
  return price === undefined ? 'unpriced' : rounded(price * of.count)
}

/** What an instance costs more (or less) as another type. */
export const costChangeOf = (of: {
  readonly region: string
  readonly from: string
  readonly to: string
  readonly listed: boolean
}): UsdPerHour => {
  const now = of.listed ? priceOf(of.region, of.from) : undefined
  const then = of.listed ? priceOf(of.region, of.to) : undefined
  return now === undefined || then === undefined ? 'unpriced' : rounded(then - now)
}

/** A price in an answer or plan, with where it is from. */
export const withSource = <Name extends string>(name: Name, usd: UsdPerHour) =>
  ({ [name]: usd, ...(usd !== 'unpriced' && { prices: pricesAsOf }) }) as { [Key in Name]: UsdPerHour } & {
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
  region: string,
  instanceType: string,
  way: 'down' | 'up',
): string | 'none' | undefined => {
  const [family = '', size = ''] = instanceType.split('.')
  const [here, elsewhere] = [pricesOf(region, family), pricesOf('us-east-1', family)]
  // Bare metal costs what the largest virtual size does, and is another thing.
  const sizes = [...(here.size > 0 ? here : elsewhere).keys()].filter((each) => !each.startsWith('metal'))
  const at = sizes.indexOf(size)
  if (at < 0) return undefined
  const next = sizes[way === 'down' ? at - 1 : at + 1]
  return next === undefined ? 'none' : `${family}.${next}`
}

/** Every type that has a price in a region. */
export const pricedTypes = (region: string): readonly string[] =>
  Object.keys(families(region)).flatMap((family) =>
    [...pricesOf(region, family).keys()].map((size) => `${family}.${size}`),
  )

/** By region and family: each size, the smallest first, and what an hour of it costs in USD. */
const regions: Readonly<Record<string, Readonly<Record<string, string>>>> = table.usdPerHour

const families = (region: string): Readonly<Record<string, string>> =>
  Object.hasOwn(regions, region) ? (regions[region] ?? {}) : {}

/** Prices of a family by size, the smallest first. */
const pricesOf = (region: string, family: string): ReadonlyMap<string, number> => {
  const known = families(region)
  const words = Object.hasOwn(known, family) ? (known[family] ?? '').split(' ') : []
  const sizes = words.filter((_, i) => i % 2 === 0)
  return new Map(sizes.map((size, i) => [size, Number(words[i * 2 + 1])]))
}

const rounded = (usd: number): number => Number(usd.toFixed(4))
