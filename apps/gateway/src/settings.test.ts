import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPriceBook } from '@gateway/tools'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSettings } from './settings.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'price-book-'))
})
afterEach(() => rm(folder, { recursive: true }))

const now = Date.parse('2026-12-01')
const put = async (value: unknown): Promise<string> => {
  const file = join(folder, 'prices.json')
  await writeFile(file, JSON.stringify(value))
  return file
}
const table = (usd: number) => ({
  version: 1,
  asOf: '2026-11-20',
  note: 'From a test.',
  requests: {},
  regions: { 'eu-west-1': { ec2: { 't3.micro': usd } } },
})
const faultsOf = async (env: Record<string, string>): Promise<readonly string[]> =>
  readSettings(env).then(
    () => [],
    ({ faults }) => faults,
  )

test('without a file the prices of the program', async () => {
  const book = await openPriceBook(undefined, { now })
  expect([book.ec2('us-east-1', 't3.micro'), book.request('ce', 'GetCostAndUsage')]).toEqual([0.0104, 0.01])
})

test('those of the file, and nothing of the program beside them', async () => {
  const book = await openPriceBook(await put(table(0.5)), { now })
  expect([book.asOf, book.note]).toEqual(['2026-11-20', 'From a test.'])
  expect([book.ec2('eu-west-1', 't3.micro'), book.ec2('us-east-1', 't3.micro')]).toEqual([0.5, undefined])
  expect(book.request('ce', 'GetCostAndUsage')).toBeUndefined()
})

test('old ones are used, and say so', async () => {
  const book = await openPriceBook(await put(table(0.5)), { now: Date.parse('2028-11-20') })
  expect(book.note).toMatch(/^From a test\. They are 731 days old/)
  expect(book.ec2('eu-west-1', 't3.micro')).toBe(0.5)
})

test('a file with a fault ends the start, with its place and beside other faults', async () => {
  const PRICE_TABLE_FILE = await put(table(-1))
  const place = expect.stringContaining('PRICE_TABLE_FILE: regions.eu-west-1.ec2.t3.micro: ')
  expect(await faultsOf({ ADMIN_ISSUER: '', PRICE_TABLE_FILE, LOG_LEVEL: 'loud' })).toEqual(
    expect.arrayContaining([place, expect.stringContaining('LOG_LEVEL: ')]),
  )
  await expect(openPriceBook(PRICE_TABLE_FILE, { now })).rejects.toMatchObject({ faults: [place] })
})

test('so does one that is not there, or no JSON', async () => {
  await writeFile(join(folder, 'half.json'), '{"version":1,')
  const REDIS_URL = 'redis://127.0.0.1:6379'
  const env = { REDIS_URL, STATE_KEY: Buffer.alloc(32, 7).toString('base64') }
  expect(await faultsOf({ ...env, PRICE_TABLE_FILE: join(folder, 'none.json') })).toEqual([
    'PRICE_TABLE_FILE: cannot be read (ENOENT)',
  ])
  expect(await faultsOf({ ...env, PRICE_TABLE_FILE: join(folder, 'half.json') })).toEqual([
    expect.stringMatching(/^PRICE_TABLE_FILE: is not JSON/),
  ])
  expect(await faultsOf(env)).toEqual([])
})
