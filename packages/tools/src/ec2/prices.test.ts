import { expect, test } from 'vitest'
import { shippedPrices, shippedPriceTable } from '../prices/shipped-prices.ts'
import { costChangeOf, costOf, isListedPlatform, nextSize, pricesOf } from './prices.ts'

const { ec2: priceOf, note: pricesAsOf } = shippedPrices
const prices = shippedPrices
const pricedTypes = (region: string): string[] => Object.keys(shippedPriceTable.regions[region]?.ec2 ?? {})
const regions = Object.keys(shippedPriceTable.regions)

test('the table says from when it is, and that nobody has verified it', () => {
  expect(pricesAsOf).toMatch(/\d{4}-\d\d-\d\d.*not verified/)
})

test.for(regions)('%s: every price is a number above zero, and grows with the size', (region) => {
  const types = pricedTypes(region)
  expect(types.length).toBeGreaterThan(40)
  expect(new Set(types).size).toBe(types.length)
  for (const type of types) {
    const price = priceOf(region, type) ?? 0
    expect([type, price > 0 && price < 1_000]).toEqual([type, true])
    const larger = nextSize(prices, region, type, 'up')
    if (larger !== 'none') expect([type, (priceOf(region, larger ?? '') ?? 0) >= price]).toEqual([type, true])
  }
})

/** Sizes in halves of `large`, which prices follow within a family but for AWS's rounding. */
const weights: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
}

test.for(regions)('%s: no price is a slip of the pen', (region) => {
  // Other families have disks or accelerators, whose price does not follow the size.
  const plain = pricedTypes(region).filter((type) => /^[tmcr]\d(a|g|i)?\.(?!metal)/.test(type))
  expect(plain.length).toBeGreaterThan(40)
  for (const type of plain) {
    const [family, size = ''] = type.split('.')
    const weight = weights[size] ?? 2 * Number(/^(\d*)xlarge$/.exec(size)?.[1] || 1)
    const perLarge = priceOf(region, `${family}.large`) ?? 0
    expect([type, Math.abs((priceOf(region, type) ?? 0) / (perLarge * weight) - 1) < 0.01]).toEqual([
      type,
      true,
    ])
  }
})

test.for([
  ['us-east-1', 't3.micro', 0.0104],
  ['eu-west-1', 't3.micro', 0.0114],
  ['us-east-1', 'm5.24xlarge', 4.608],
  ['ap-south-1', 't3.micro', undefined],
  ['us-east-1', 'x9.large', undefined],
  ['us-east-1', 't3.huge', undefined],
  ['us-east-1', 't3', undefined],
  ['us-east-1', '', undefined],
  ['__proto__', 'constructor.name', undefined],
  ['us-east-1', 'constructor.name', undefined],
] as const)('%s %s costs %s', ([region, type, price]) => {
  expect(priceOf(region, type)).toBe(price)
})

test('the next size stays in the family, and there is none beyond its ends', () => {
  expect(nextSize(prices, 'us-east-1', 't3.medium', 'down')).toBe('t3.small')
  expect(nextSize(prices, 'us-east-1', 't3.medium', 'up')).toBe('t3.large')
  expect(nextSize(prices, 'us-east-1', 't3.nano', 'down')).toBe('none')
  expect(nextSize(prices, 'us-east-1', 'm6i.32xlarge', 'up')).toBe('none')
  expect(nextSize(prices, 'us-east-1', 'c5.4xlarge', 'up')).toBe('c5.9xlarge')
  expect(nextSize(prices, 'us-east-1', 'x9.large', 'up')).toBeUndefined()
  expect(nextSize(prices, 'ap-south-1', 't3.medium', 'up')).toBe('t3.large')
})

const micro = { prices, region: 'us-east-1', instanceType: 't3.micro', count: 3, listed: true }

test.for([
  [{}, 0.0312],
  [{ listed: false }, 'unpriced'],
  [{ region: 'ap-south-1' }, 'unpriced'],
  [{ instanceType: 'x9.huge' }, 'unpriced'],
] as const)('three of %j cost %s', ([change, cost]) => {
  expect(costOf({ ...micro, ...change })).toBe(cost)
})

const change = { prices, region: 'us-east-1', from: 'm5.xlarge', to: 'm5.large', listed: true }

test.for([
  [{}, -0.096],
  [{ to: 'm5.xlarge' }, 0],
  [{ listed: false }, 'unpriced'],
  [{ region: 'ap-south-1' }, 'unpriced'],
  [{ from: 'x9.huge' }, 'unpriced'],
  [{ to: 'x9.huge' }, 'unpriced'],
] as const)('a change of %j costs %s more', ([part, cost]) => {
  expect(costChangeOf({ ...change, ...part })).toBe(cost)
})

test.for([
  [{ PlatformDetails: 'Linux/UNIX' }, true],
  [{}, true],
  [{ PlatformDetails: 'Windows', Platform: 'Windows' }, false],
  [{ Platform: 'Windows' }, false],
  [{ PlatformDetails: 'Red Hat Enterprise Linux' }, false],
  [{ PlatformDetails: 'SUSE Linux' }, false],
  [{ PlatformDetails: '' }, false],
] as const)('platform %j is in the table: %s', ([platform, listed]) => {
  expect(isListedPlatform(platform)).toBe(listed)
})

test('an operator may have named other prices', () => {
  const named = { note: 'Of a test.', ec2: () => 7 }
  expect(pricesOf({ prices: named })).toBe(named)
  expect(pricesOf({})).toBe(shippedPrices)
})
