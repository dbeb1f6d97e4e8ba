import { expect, test } from 'vitest'
import { instance, offerDocument, offerText, skuOf, termsOf } from '../../test/support/offer-file.ts'
import { type OfferEntry, readOfferFile } from './offer-file.ts'

const products = [instance('eu-west-1', 't3.micro', '0.0114'), instance('eu-west-1', 'm5.large', '0.107')]
const document = offerDocument('AmazonEC2', products)
const whole = offerText('AmazonEC2', products)

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (text: string | Uint8Array, size = 1000): Promise<OfferEntry[]> => {
  const entries: OfferEntry[] = []
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  await readOfferFile('offer.json', pieces(bytes, size), (entry) => entries.push(entry))
  return entries
}

test('its head, products and on-demand terms, in their order, and nothing of reservations', async () => {
  const terms = (i: number) => ({
    kind: 'terms',
    name: skuOf(i),
    value: termsOf(skuOf(i), products[i] ?? products[0] ?? instance('', '', '')),
  })
  expect(await read(whole)).toEqual([
    { kind: 'head', name: 'formatVersion', value: 'v1.0' },
    { kind: 'head', name: 'offerCode', value: 'AmazonEC2' },
    { kind: 'head', name: 'publicationDate', value: '2026-11-20T21:09:34Z' },
    ...products.map(({ family: productFamily, attributes }, i) => ({
      kind: 'product',
      name: skuOf(i),
      value: { sku: skuOf(i), productFamily, attributes },
    })),
    terms(0),
    terms(1),
  ])
})

test.for([1, 2, 3, 7, 64, 100_000])('it does not matter that it comes %d bytes at a time', async (size) => {
  const strange = JSON.stringify({ ...document, disclaimer: 'é€😀 \u2028 "quoted\\" {[' })
  expect(await read(strange, size)).toEqual(await read(whole))
})

test('wherever it is cut off, it is refused', async () => {
  const bytes = Buffer.from(whole)
  for (let length = 0; length < bytes.length; length += 97) {
    await expect(read(bytes.subarray(0, length))).rejects.toThrow('it is not JSON, or ends too early')
  }
  await expect(read(bytes.subarray(0, -1))).rejects.toThrow('ends too early')
})

test.for<[string, string | Uint8Array]>([
  ['a page of a proxy', '<!doctype html><title>Sign in</title>'],
  ['text after its end', `${whole}}`],
  ['two documents', `${whole}${whole}`],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['compressed', Buffer.from([0x1f, 0x8b, 0x08, 0x00])],
])('%s is none', async ([, text]) => {
  await expect(read(text)).rejects.toThrow('offer.json is no offer file')
})

test.for<[string, string, string]>([
  ['a text without end', '{"products":{"A":{"sku":"', 'a'],
  ['a product without end', '{"products":{"A":{"list":[', '1,'],
])('%s is given up', async ([, start, more]) => {
  let given = 0
  async function* endless() {
    yield Buffer.from(start)
    const chunk = Buffer.from(more.repeat(100_000))
    for (; given < 100; given++) yield chunk
  }
  await expect(readOfferFile('offer.json', endless(), () => {})).rejects.toThrow('far too long')
  expect(given).toBeLessThan(30)
})

test('other documents have no entries', async () => {
  for (const text of [
    '[]',
    '{}',
    '{"products":[{"sku":"A"}],"terms":{"OnDemand":[]}}',
    '"products"',
    'null',
  ]) {
    const entries = await read(text)
    expect(entries.filter(({ kind }) => kind !== 'product')).toEqual([])
  }
})
