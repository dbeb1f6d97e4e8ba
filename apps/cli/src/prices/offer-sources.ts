import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'

import { GatewayError } from '@gateway/domain'
import { z } from 'zod'
import { TenantFailure } from '../tenant/tenant-failure.ts'
import { notOffer, readOfferFile } from './offer-file.ts'
import { type Offer, offers } from './offer-products.ts'
import type { priceCollector } from './price-collector.ts'

type Collector = ReturnType<typeof priceCollector>

/** Reads offer files of this machine, one after the other. */
export const readFiles = async (
  collector: Collector,
  files: readonly string[],
  folder: string,
): Promise<void> => {
  for (const name of files) {
    const chunks = createReadStream(resolve(folder, name))
    await readOne(
      collector,
      name,
      failingAs(chunks, (code) => `${name} cannot be read (${code}).`),
    )
  }
}

/** What is fetched or asked for. */
export interface ListsAsked {
  readonly offers: readonly Offer[]
  readonly regions: readonly string[]
  /** Says what is read now: it may take minutes. */
  reading(offer: string, region: string): void
}

/** Fetches the offer file of each offer and region below `base`; milliseconds of silence end it. */
export const fetchFiles = async (
  collector: Collector,
  base: string,
  { offers, regions, reading, silence = 60_000 }: ListsAsked & { readonly silence?: number },
): Promise<void> => {
  for (const region of regions) {
    for (const offer of offers) {
      reading(offer, region)
      await fetchOne(collector, `${base}/offers/v1.0/aws/${offer}/current/${region}/index.json`, silence)
    }
  }
}

const fetchOne = async (collector: Collector, url: string, silence: number): Promise<void> => {
  const failed = (code: string) => `${url} cannot be fetched (${code}).`
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), silence)
  try {
    const answer = await fetch(url, { redirect: 'error', signal: ending.signal }).catch((thrown: unknown) => {
      throw new TenantFailure(failed(codeOf(thrown)), { cause: thrown })
    })
    if (answer.status !== 200 || !answer.body) throw new TenantFailure(failed(`status ${answer.status}`))
    await readOne(collector, url, failingAs(awake(answer.body, timer), failed))
  } finally {
    clearTimeout(timer)
    ending.abort()
  }
}

async function* awake(chunks: AsyncIterable<Uint8Array>, timer: NodeJS.Timeout) {
  for await (const chunk of chunks) {
    timer.refresh()
    yield chunk
  }
}

/** Asks the Pricing API for the same, with a profile or without one with what the SDK finds by itself. */
export const askApi = async (
  collector: Collector,
  by: { readonly profile?: string; readonly endpoint?: string },
  { offers: asked, regions, reading }: ListsAsked,
): Promise<void> => {
  // Only those who ask it wait for the AWS SDK.
  const { priceListApi } = await import('@gateway/aws')
  const api = await priceListApi(by).catch(asFailure)
  try {
    for (const region of regions) {
      for (const offer of asked) {
        reading(offer, region)
        const name = `The Pricing API's answer for ${offer} of ${region}`
        const file = collector.file(name)
        for (const attributes of offers[offer]) {
          await takeAll(api.products(offer, { regionCode: region, ...attributes }), name, file)
        }
        file.end()
      }
    }
  } finally {
    api.close()
  }
}

const takeAll = async (
  products: AsyncIterable<string>,
  name: string,
  file: ReturnType<Collector['file']>,
): Promise<void> => {
  try {
    for await (const text of products) takeProduct(text, name, file)
  } catch (thrown) {
    asFailure(thrown)
  }
}

/** An entry of `PriceList` (Price List Query API, GetProducts) says of one product what files say of all. */
const takeProduct = (text: string, name: string, file: ReturnType<Collector['file']>): void => {
  const { success, data } = entrySchema.safeParse(jsonOf(text))
  if (!success) throw notOffer(name, 'an entry of it is not of the format')
  const { product, serviceCode, publicationDate, terms } = data
  file.take({ kind: 'head', name: 'formatVersion', value: 'v1.0' })
  file.take({ kind: 'head', name: 'offerCode', value: serviceCode })
  file.take({ kind: 'head', name: 'publicationDate', value: publicationDate })
  file.take({ kind: 'product', name: product.sku, value: product })
  if (terms.OnDemand) file.take({ kind: 'terms', name: product.sku, value: terms.OnDemand })
}

const entrySchema = z.object({
  product: z.looseObject({ sku: z.string() }),
  serviceCode: z.string(),
  publicationDate: z.string(),
  terms: z.object({ OnDemand: z.unknown().optional() }),
})

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readOne = async (
  collector: Collector,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const file = collector.file(name)
  await readOfferFile(name, chunks, file.take)
  file.end()
}

async function* failingAs(chunks: AsyncIterable<Uint8Array>, message: (code: string) => string) {
  try {
    yield* chunks
  } catch (thrown) {
    throw new TenantFailure(message(codeOf(thrown)), { cause: thrown })
  }
}

const asFailure = (thrown: unknown): never => {
  if (thrown instanceof GatewayError) throw new TenantFailure(thrown.message, { cause: thrown })
  throw thrown
}

/** The system's code, which `fetch` hides in a cause. */
const codeOf = (thrown: unknown): string => {
  const { code, cause, name } = Object(thrown) as Record<string, unknown>
  if (name === 'AbortError') return 'no answer in time'
  if (typeof code === 'string') return code
  return cause === undefined ? 'unknown' : codeOf(cause)
}
