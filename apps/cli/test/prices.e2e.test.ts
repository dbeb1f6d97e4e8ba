import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Installed, installAwsMcp } from './support/installed.ts'
import { instance, offerText, skuOf, termsOf } from './support/offer-file.ts'
import { priceServer } from './support/price-server.ts'

// The npm package as an operator installs it, with offer files in AWS's public format, which are made here.

let installed: Installed
let folder = ''
beforeAll(async () => {
  installed = await installAwsMcp()
  folder = await mkdtemp(join(tmpdir(), 'aws-mcp-prices-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Says the most memory that the process ever had, in kilobytes. */
const tellsMemory =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`peak ${process.resourceUsage().maxRSS}`))'

const refresh = (...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const all = ['--import', tellsMemory, installed.program, 'prices', 'refresh', ...words]
    const env = { PATH: process.env.PATH, HOME: folder }
    execFile(process.execPath, all, { cwd: folder, env }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })

const peakOf = (stderr: string): number => Number(/peak (\d+)$/.exec(stderr)?.[1])

const types = ['t3.nano', 't3.micro', 't3.small', 't3.medium']
const before = {
  version: 1,
  asOf: '2026-10-01',
  note: 'Remembered.',
  requests: {},
  regions: { 'eu-west-1': { ec2: { 't3.nano': 0.0057, 't3.micro': 0.0114, 't3.small': 0.0228 } } },
}

test('prices are refreshed from a file and from a host, and a gateway can read what was written', async () => {
  await writeFile(join(folder, 'prices.json'), JSON.stringify(before))
  const prices = ['0.0057', '0.0120', '0.0200', '0.0456']
  const products = types.map((type, i) => instance('eu-west-1', type, prices[i] ?? ''))
  const body = offerText('AmazonEC2', products)
  await writeFile(join(folder, 'index.json'), body)
  const first = await refresh('--file', 'index.json', '--out', 'prices.json')
  expect([first.code, first.stdout]).toMatchInlineSnapshot(`
    [
      0,
      "AmazonEC2 of eu-west-1, published on 2026-11-20
    Prices: 1 added, 0 removed, 1 dearer, 1 cheaper, 1 unchanged.
    added:
      eu-west-1 ec2 t3.medium  0.0456
    dearer:
      eu-west-1 ec2 t3.micro  0.0114 -> 0.012 (+5.3 %)
    cheaper:
      eu-west-1 ec2 t3.small  0.0228 -> 0.02 (-12.3 %)
    ",
    ]
  `)
  const table = JSON.parse(await readFile(join(folder, 'prices.json'), 'utf8'))
  expect(table.regions['eu-west-1'].ec2['t3.micro']).toBe(0.012)

  await using server = await priceServer({
    '/offers/v1.0/aws/AmazonEC2/current/eu-west-1/index.json': { body },
  })
  const words = ['--url', server.url, '--offer', 'AmazonEC2', '--out', 'prices.json']
  const second = await refresh(...words)
  expect([second.code, second.stdout]).toEqual([0, expect.stringContaining('4 unchanged.')])
  const third = await refresh('--url', server.url, '--region', 'us-east-1', '--out', 'prices.json')
  expect([third.code, third.stderr]).toEqual([1, expect.stringContaining('(status 404)')])
  expect(JSON.parse(await readFile(join(folder, 'prices.json'), 'utf8'))).toEqual(table)
})

test('a file of 60 MB is read with less than 300 MB of memory', async () => {
  const count = 48_000
  function* text() {
    yield '{"formatVersion":"v1.0","offerCode":"AmazonEC2","publicationDate":"2026-11-20T21:09:34Z","products":{'
    const productOf = (i: number) =>
      instance(
        'eu-west-1',
        types[i] ?? `t3.${i}xlarge`,
        '0.0228',
        i < types.length ? {} : { tenancy: 'Host' },
      )
    const entries = (thingAt: (i: number) => unknown) =>
      Array.from(
        { length: count },
        (_, i) => `${i === 0 ? '' : ','}${JSON.stringify(skuOf(i))}:${JSON.stringify(thingAt(i))}`,
      )
    yield* entries((i) => ({
      sku: skuOf(i),
      productFamily: 'Compute Instance',
      attributes: productOf(i).attributes,
    }))
    yield '},"terms":{"OnDemand":{'
    yield* entries((i) => termsOf(skuOf(i), productOf(i)))
    yield '},"Reserved":{'
    yield* entries((i) => termsOf(skuOf(i), productOf(i)))
    yield '}}}'
  }
  const file = join(folder, 'large.json')
  await pipeline(Readable.from(text()), createWriteStream(file))
  expect((await stat(file)).size).toBeGreaterThan(60_000_000)
  await writeFile(join(folder, 'small.json'), JSON.stringify(before))
  const { code, stdout, stderr } = await refresh('--file', 'large.json', '--out', 'small.json')
  expect([code, stdout]).toEqual([0, expect.stringContaining('1 added, 0 removed, 2 dearer, 0 cheaper')])
  expect(peakOf(stderr)).toBeGreaterThan(30_000)
  expect(peakOf(stderr)).toBeLessThan(300_000)
})
