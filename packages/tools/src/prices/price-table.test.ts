import { ConfigurationError } from '@gateway/domain'
import { describe, expect, test } from 'vitest'
import { priceBookOf } from './price-book-of.ts'
import { type PriceTable, readPriceTable } from './price-table.ts'
import { shippedPrices, shippedPriceTable } from './shipped-prices.ts'

const table = {
  version: 1,
  asOf: '2026-11-01',
  note: 'Remembered.',
  requests: { 'ce:*': 0.01, 'ce:GetCostForecast': 0.02 },
  regions: {
    'eu-west-1': {
      ec2: { 't3.micro': 0.0114 },
      ebs: { gp3: 0.088 },
      lambda: {
        usdPerGbSecond: 0.0000166667,
        usdPerMillionRequests: 0.2,
        usdPerProvisionedGbSecond: 0.000004,
      },
      s3: { usdPerGbMonth: 0.023, usdPer1000Puts: 0.005 },
      rds: { postgres: { 'db.t3.micro': 0.02 } },
      hourly: { 'nat-gateway': 0.048 },
    },
    'eu-south-1': {},
  },
} as const
const read = (value: object): PriceTable => readPriceTable(JSON.stringify(value), 'PRICES')
const book = priceBookOf(read(table))

/** The table with one value put at a place. */
const withValue = (path: readonly string[], value: unknown): object => {
  const copy = structuredClone(table) as Record<string, unknown>
  const last = path.at(-1) ?? ''
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy)
  holder[last] = value
  return copy
}

const faultsOf = (text: string): readonly string[] => {
  try {
    readPriceTable(text, 'PRICES')
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  return []
}

test('every price has its place', () => {
  expect(book.ec2('eu-west-1', 't3.micro')).toBe(0.0114)
  expect(book.ebs('eu-west-1', 'gp3')).toBe(0.088)
  expect(book.lambda('eu-west-1')?.usdPerMillionRequests).toBe(0.2)
  expect(book.s3('eu-west-1')).toEqual({ usdPerGbMonth: 0.023, usdPer1000Puts: 0.005 })
  expect(book.rds('eu-west-1', 'db.t3.micro', 'postgres')).toBe(0.02)
  expect(book.hourly('eu-west-1', 'nat-gateway')).toBe(0.048)
  expect(book.request('ce', 'GetCostAndUsage')).toBe(0.01)
  expect(book.request('ce', 'GetCostForecast')).toBe(0.02)
})

test.for(['eu-south-1', 'eu-west-9', '', '__proto__', 'constructor'])('nothing is known of %j', (region) => {
  const of = [book.ec2(region, 't3.micro'), book.ebs(region, 'gp3'), book.lambda(region), book.s3(region)]
  const more = [book.rds(region, 'db.t3.micro', 'postgres'), book.hourly(region, 'nat-gateway')]
  expect([...of, ...more]).toEqual(Array(6).fill(undefined))
})

test.for(['t3.huge', '', '__proto__', 'constructor', 'toString'])(
  'nor of %j where other things are known',
  (name) => {
    const of = [
      book.ec2('eu-west-1', name),
      book.ebs('eu-west-1', name),
      book.hourly('eu-west-1', name as 'alb'),
    ]
    const more = [book.rds('eu-west-1', name, 'postgres'), book.rds('eu-west-1', 'db.t3.micro', name)]
    expect([...of, ...more, book.request(name, 'X'), book.request('ec2', name)]).toEqual(
      Array(7).fill(undefined),
    )
  },
)

describe('a price that cannot be one refuses the table, with its place', () => {
  const places: readonly (readonly string[])[] = [
    ['regions', 'eu-west-1', 'ec2', 't3.micro'],
    ['regions', 'eu-west-1', 'ebs', 'gp3'],
    ['regions', 'eu-west-1', 'lambda', 'usdPerGbSecond'],
    ['regions', 'eu-west-1', 's3', 'usdPer1000Puts'],
    ['regions', 'eu-west-1', 'rds', 'postgres', 'db.t3.micro'],
    ['regions', 'eu-west-1', 'hourly', 'nat-gateway'],
    ['requests', 'ce:*'],
  ]
  const absurd = [-0.01, 0, 1e6, '0.01', null, [], {}]
  test.for(places.flatMap((path) => absurd.map((value) => [path.join('.'), value, path] as const)))(
    '%s: %j',
    ([place, value, path]) => {
      const faults = faultsOf(JSON.stringify(withValue(path, value)))
      expect(faults).toEqual([expect.stringContaining(`${place}: `)])
    },
  )

  test.for(['NaN', 'Infinity', '1e999', '-1e999'])('and %s', (text) => {
    expect(faultsOf(JSON.stringify(table).replace('0.0114', text))).toHaveLength(1)
  })
})

test.for<[string, readonly string[], unknown]>([
  ['another version', ['version'], 2],
  ['no date', ['asOf'], 'yesterday'],
  ['a day that there is not', ['asOf'], '2026-02-30'],
  ['a note of two lines', ['note'], 'a\nb'],
  ['no note', ['note'], ''],
  ['no region', ['regions'], {}],
  ['a region that is none', ['regions', 'Mars'], {}],
  ['a service that nobody reads', ['regions', 'eu-west-1', 'ecs'], {}],
  [
    'half of what Lambda costs',
    ['regions', 'eu-west-1', 'lambda'],
    { usdPerGbSecond: 0.00001, usdPerMillionRequests: 0.2 },
  ],
  ['a thing that nobody prices', ['regions', 'eu-west-1', 'hourly', 'moon'], 1],
  ['a type that is none', ['regions', 'eu-west-1', 'ec2', 'T3 micro'], 1],
  ['a request of no operation', ['requests', 'ce'], 1],
  ['a field of nothing', ['prices'], {}],
])('%s is refused', ([, path, value]) => {
  expect(faultsOf(JSON.stringify(withValue(path, value)))).toHaveLength(1)
})

test.for<[string, string]>([
  ['nothing', ''],
  ['a part of it', JSON.stringify(table).slice(0, -20)],
  ['a list', '[]'],
  ['null', 'null'],
])('%s is no table', ([, text]) => {
  expect(faultsOf(text).length).toBeGreaterThan(0)
})

test('of many faults twenty are told, and never a value', () => {
  const ec2 = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`t${i}.secret`, 'hunter2']))
  const faults = faultsOf(JSON.stringify(withValue(['regions', 'eu-west-1', 'ec2'], ec2)))
  expect(faults).toHaveLength(21)
  expect(faults.at(-1)).toBe('(30 more)')
  expect(faults.join()).not.toContain('hunter2')
})

test('a table says of which day its oldest price is, and where the prices are from', () => {
  expect([book.asOf, book.note]).toEqual(['2026-11-01', 'Remembered.'])
  const lists = { 'eu-west-1': { AmazonEC2: '2026-10-20', AmazonRDS: '2026-11-20' } }
  const mixed = priceBookOf(read({ ...table, lists }))
  expect([mixed.asOf, mixed.note]).toEqual([
    '2026-10-20',
    "From AWS's price lists of 2026-10-20 to 2026-11-20; what they do not have: Remembered.",
  ])
  const newer = priceBookOf(read({ ...table, lists: { 'eu-west-1': { AmazonEC2: '2026-11-20' } } }))
  expect(newer.asOf).toBe('2026-11-01')
})

test('a table that has grown old says so, and is used', () => {
  const after = (days: number) =>
    priceBookOf(read(table), { now: Date.parse('2026-11-01') + days * 86_400_000, maxAgeDays: 30 })
  expect(after(30).note).toBe('Remembered.')
  expect(after(31).note).toBe('Remembered. They are 31 days old: refresh them with aws-mcp prices refresh.')
  expect(after(31).ec2('eu-west-1', 't3.micro')).toBe(0.0114)
})

test('the table that comes with the program has the sandbox and the large regions', () => {
  const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1']
  for (const region of [...regions, 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1']) {
    const { ec2, ebs, s3, hourly } = shippedPriceTable.regions[region] ?? {}
    expect(Object.keys(ec2 ?? {}).length).toBeGreaterThan(40)
    expect(Object.keys(ebs ?? {})).toEqual(expect.arrayContaining(['gp2', 'gp3', 'io1', 'st1', 'sc1']))
    expect([region, s3 !== undefined, hourly?.['nat-gateway'] !== undefined]).toEqual([region, true, true])
  }
  expect(shippedPrices.request('ce', 'GetCostAndUsage')).toBe(0.01)
  expect(shippedPrices.note).toContain(`${shippedPrices.asOf}, not verified`)
})
