import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { priceBookOf, readPriceTable } from '@gateway/tools'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { instance, offerText, volume, ware } from '../../test/support/offer-file.ts'
import { priceServer, pricingApi, type Served } from '../../test/support/price-server.ts'
import { readPricesWords } from './prices-arguments.ts'
import { runPrices } from './run-prices.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-prices-'))
  await put('aws-prices.json', JSON.stringify(former))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})
const put = (name: string, text: string) => writeFile(join(folder, name), text)
const table = async (name = 'aws-prices.json') =>
  readPriceTable(await readFile(join(folder, name), 'utf8'), name)

const former = {
  version: 1,
  asOf: '2026-10-01',
  note: 'Remembered.',
  requests: { 'ce:*': 0.01 },
  regions: {
    'eu-west-1': {
      ec2: { 't3.nano': 0.0057, 't3.micro': 0.0114, 'm5.large': 0.107, 'c5.large': 0.096 },
      ebs: { gp2: 0.11, gp3: 0.088 },
      hourly: { 'nat-gateway': 0.048, eip: 0.005 },
    },
    'us-east-1': { ec2: { 't3.micro': 0.0104 } },
  },
}
const eu = [
  instance('eu-west-1', 't3.nano', '0.0057000000'),
  instance('eu-west-1', 't3.micro', '0.0120000000'),
  instance('eu-west-1', 'm5.large', '0.1000000000'),
  instance('eu-west-1', 'm9.large', '0.2000000000'),
  volume('eu-west-1', 'gp2', '0.1100000000'),
  volume('eu-west-1', 'gp3', '0.0800000000'),
  ware({ regionCode: 'eu-west-1', usagetype: 'EU-NatGateway-Hours' }, 'Hrs', '0.0480000000'),
]
const us = [instance('us-east-1', 't3.micro', '0.0104000000')]
const pathOf = (offer: string, region: string) => `/offers/v1.0/aws/${offer}/current/${region}/index.json`

const refresh = async (words: readonly string[], env: Record<string, string> = {}) => {
  const read = readPricesWords(['refresh', ...words])
  if (!('asked' in read)) throw new Error(read.command === 'fault' ? read.fault : 'help')
  const told = { stdout: '', stderr: '' }
  const code = await runPrices({
    asked: read.asked,
    env,
    folder,
    now: () => Date.parse('2026-11-27T12:00:00Z'),
    stdout: (text) => {
      told.stdout += text
    },
    stderr: (text) => {
      told.stderr += text
    },
  })
  return { code, ...told }
}

test('a file of the public format: what changed, and the table has it', async () => {
  await put('index.json', offerText('AmazonEC2', eu))
  expect(await refresh(['--file', 'index.json'])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "aws-prices.json is written.
    ",
      "stdout": "AmazonEC2 of eu-west-1, published on 2026-11-20
    Prices: 1 added, 1 removed, 1 dearer, 2 cheaper, 5 unchanged.
    added:
      eu-west-1 ec2 m9.large  0.2
    removed:
      eu-west-1 ec2 c5.large  0.096
    dearer:
      eu-west-1 ec2 t3.micro  0.0114 -> 0.012 (+5.3 %)
    cheaper:
      eu-west-1 ec2 m5.large  0.107 -> 0.1 (-6.5 %)
      eu-west-1 ebs gp3       0.088 -> 0.08 (-9.1 %)
    ",
    }
  `)
  const written = await table()
  expect(written).toMatchInlineSnapshot(`
    {
      "asOf": "2026-10-01",
      "lists": {
        "eu-west-1": {
          "AmazonEC2": "2026-11-20",
        },
      },
      "note": "Remembered.",
      "regions": {
        "eu-west-1": {
          "ebs": {
            "gp2": 0.11,
            "gp3": 0.08,
          },
          "ec2": {
            "m5.large": 0.1,
            "m9.large": 0.2,
            "t3.micro": 0.012,
            "t3.nano": 0.0057,
          },
          "hourly": {
            "eip": 0.005,
            "nat-gateway": 0.048,
          },
        },
        "us-east-1": {
          "ec2": {
            "t3.micro": 0.0104,
          },
        },
      },
      "requests": {
        "ce:*": 0.01,
      },
      "version": 1,
    }
  `)
  const book = priceBookOf(written)
  expect([book.asOf, book.note]).toEqual([
    '2026-10-01',
    "From AWS's price lists of 2026-11-20; what they do not have: Remembered.",
  ])
  expect(book.ec2('eu-west-1', 'c5.large')).toBeUndefined()
  const { stdout } = await refresh(['--file', 'index.json'])
  expect(stdout).toContain('0 added, 0 removed, 0 dearer, 0 cheaper, 9 unchanged')
})

test('a first table starts from that of the program, and others may read it', async () => {
  await put('index.json', offerText('AmazonEC2', us))
  const { code, stderr } = await refresh(['--file', 'index.json', '--out', 'new.json', '--force'])
  expect([code, stderr]).toEqual([0, expect.stringContaining('new.json is written.')])
  expect((await stat(join(folder, 'new.json'))).mode & 0o777).toBe(0o644)
  const { regions } = await table('new.json')
  expect(regions['us-east-1']?.ec2).toEqual({ 't3.micro': 0.0104 })
  expect(regions['eu-west-1']?.ec2?.['t3.micro']).toBe(0.0114)
  expect(await table()).toMatchObject({ asOf: '2026-10-01', lists: {} })
})

test('files are fetched for each region of the table, and each offer', async () => {
  await using server = await priceServer({
    [pathOf('AmazonEC2', 'eu-west-1')]: { body: offerText('AmazonEC2', eu) },
    [pathOf('AmazonEC2', 'us-east-1')]: { body: offerText('AmazonEC2', us) },
  })
  const { code, stdout, stderr } = await refresh([
    '--url',
    `${server.url}/`,
    '--offer',
    'AmazonEC2',
    '--json',
  ])
  expect([code, stderr]).toEqual([
    0,
    'reading AmazonEC2 of eu-west-1\nreading AmazonEC2 of us-east-1\naws-prices.json is written.\n',
  ])
  expect(server.asked).toEqual([pathOf('AmazonEC2', 'eu-west-1'), pathOf('AmazonEC2', 'us-east-1')])
  expect(JSON.parse(stdout)).toEqual({
    file: 'aws-prices.json',
    lists: [
      { region: 'eu-west-1', offer: 'AmazonEC2', publishedOn: '2026-11-20' },
      { region: 'us-east-1', offer: 'AmazonEC2', publishedOn: '2026-11-20' },
    ],
    added: [{ price: 'eu-west-1 ec2 m9.large', is: 0.2 }],
    removed: [{ price: 'eu-west-1 ec2 c5.large', was: 0.096 }],
    dearer: [{ price: 'eu-west-1 ec2 t3.micro', was: 0.0114, is: 0.012 }],
    cheaper: [
      { price: 'eu-west-1 ec2 m5.large', was: 0.107, is: 0.1 },
      { price: 'eu-west-1 ebs gp3', was: 0.088, is: 0.08 },
    ],
    same: 5,
    doubled: [],
    doubts: [],
  })
})

test('the Pricing API says the same, page by page', async () => {
  await using api = await pricingApi({ AmazonEC2: eu })
  for (const [name, value] of Object.entries({
    AWS_ACCESS_KEY_ID: 'AKIAOFMINE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  })) {
    vi.stubEnv(name, value)
  }
  const words = ['--api', '--region', 'eu-west-1', '--offer', 'AmazonEC2']
  expect(await refresh(words, { AWS_ENDPOINT_URL: api.url })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 added, 1 removed, 1 dearer, 2 cheaper, 5 unchanged'),
  })
  // Four pages for each of the three questions about this offer.
  expect(api.asked).toHaveLength(12)
  expect(api.asked[1]).toEqual({
    ServiceCode: 'AmazonEC2',
    Filters: expect.arrayContaining([
      { Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-west-1' },
      { Type: 'TERM_MATCH', Field: 'operatingSystem', Value: 'Linux' },
    ]),
    FormatVersion: 'aws_v1',
    MaxResults: 100,
    NextToken: '2',
  })
})

const other = (change: Parameters<typeof offerText>[2]) => offerText('AmazonEC2', eu, change)
const whole = offerText('AmazonEC2', eu)

test.for<[string, string, string]>([
  ['is cut off', whole.slice(0, -30), 'ends too early'],
  ['is a page', '<html>', 'not JSON'],
  ['is of another format', whole.replace('v1.0', 'v9'), 'format version'],
  ['is in another currency', other({ currency: 'CNY' }), 'another currency'],
  ['has a negative price', whole.replace('"0.0120000000"', '"-0.0120000000"'), 'negative'],
  ['has an absurd price', whole.replace('"0.0120000000"', '"99999"'), 'eu-west-1.ec2.t3.micro'],
  ['has lost most of it', offerText('AmazonEC2', eu.slice(0, 1)), 'only 1 of 4 known prices'],
  ['has one price ten times as high', whole.replace('"0.0120000000"', '"0.5"'), 'More than 10 times'],
  ['has one price a tenth as high', whole.replace('"0.0120000000"', '"0.001"'), 'less than a tenth'],
  ['is of the future', other({ publicationDate: '2027-01-01T00:00:00Z' }), 'published on 2027-01-01'],
])('a file that %s changes nothing', async ([, text, why]) => {
  const before = await readFile(join(folder, 'aws-prices.json'), 'utf8')
  await put('index.json', text)
  const { code, stderr } = await refresh(['--file', 'index.json'])
  expect([code, stderr]).toEqual([1, expect.stringContaining(why)])
  expect(stderr).toMatch(/No table was written\.\n$/)
  expect(await readFile(join(folder, 'aws-prices.json'), 'utf8')).toBe(before)
  expect((await readdir(folder)).sort()).toEqual(['aws-prices.json', 'index.json'])
})

test('one bad file of two changes nothing', async () => {
  await put('good.json', whole)
  await put('bad.json', whole.slice(0, -1))
  expect(await refresh(['--file', 'good.json', '--file', 'bad.json'])).toMatchObject({ code: 1 })
  expect(await table()).toMatchObject({ lists: {} })
})

test('what is hard to believe is written with --force, and said; what is no price is not', async () => {
  await put('small.json', offerText('AmazonEC2', eu.slice(0, 1)))
  expect(await refresh(['--file', 'small.json', '--force'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('because of --force: eu-west-1 ec2: only 1 of 4'),
  })
  expect((await table()).regions['eu-west-1']).toEqual({ ec2: { 't3.nano': 0.0057 }, hourly: { eip: 0.005 } })
  await put('absurd.json', whole.replace('"0.0120000000"', '"99999"'))
  expect(await refresh(['--file', 'absurd.json', '--force'])).toMatchObject({ code: 1 })
})

test('an older list does not replace a newer one', async () => {
  await put('new.json', whole)
  await put('old.json', other({ publicationDate: '2026-11-01T00:00:00Z' }))
  expect(await refresh(['--file', 'new.json'])).toMatchObject({ code: 0 })
  expect(await refresh(['--file', 'old.json'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the table has a newer one of 2026-11-20'),
  })
})

test.for<[string, Served | undefined, string]>([
  ['has no such file', undefined, 'status 404'],
  ['leads elsewhere', { status: 302, headers: { location: '/' }, body: '' }, 'cannot be fetched'],
  ['breaks off', { body: whole.slice(0, 2000), broken: true }, 'cannot be fetched'],
])('a server that %s changes nothing', async ([, served, why]) => {
  await using server = await priceServer(served ? { [pathOf('AmazonEC2', 'eu-west-1')]: served } : {})
  const words = ['--url', server.url, '--region', 'eu-west-1', '--offer', 'AmazonEC2']
  const { code, stderr } = await refresh(words)
  expect([code, stderr]).toEqual([1, expect.stringContaining(why)])
  expect(await table()).toMatchObject({ lists: {} })
  expect(server.asked).toHaveLength(1)
})

test('a table that cannot be used is not overwritten', async () => {
  await put('index.json', whole)
  await put('aws-prices.json', JSON.stringify({ ...former, version: 7 }))
  expect(await refresh(['--file', 'index.json'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('version: '),
  })
  expect(await refresh(['--file', 'index.json'], { PRICE_TABLE_FILE: 'other.json' })).toMatchObject({
    code: 1,
  })
  expect(await refresh(['--file', 'nowhere.json', '--out', 'x.json'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nowhere.json cannot be read (ENOENT)'),
  })
})
