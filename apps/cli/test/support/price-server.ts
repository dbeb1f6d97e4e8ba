import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type OfferProduct, skuOf, termsOf } from './offer-file.ts'

/** What is answered at a path. */
export interface Served {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the connection before the body is whole. */
  readonly broken?: true
}

/** A host of AWS's price list on loopback: offer files by their path, and 404 for all others. */
export const priceServer = async (files: Readonly<Record<string, Served>>) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const { status = 200, headers, body, broken } = files[request.url ?? ''] ?? { status: 404, body: '{}' }
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    if (!broken) response.end(body)
    else response.write(body, () => response.destroy())
  })
  return { asked, ...(await listening(server)) }
}

/** The Pricing API on loopback, which answers GetProducts two products a page. */
export const pricingApi = async (offers: Readonly<Record<string, readonly OfferProduct[]>>) => {
  const asked: {
    readonly ServiceCode: string
    readonly Filters: readonly object[]
    readonly NextToken?: string
  }[] = []
  const server = createServer(async (request, response) => {
    const input = JSON.parse(await text(request))
    asked.push(input)
    const from = Number(input.NextToken ?? 0)
    const all = offers[input.ServiceCode] ?? []
    const page = all.slice(from, from + 2).map((product, i) => {
      const sku = skuOf(from + i)
      const { family: productFamily, attributes } = product
      return JSON.stringify({
        product: { productFamily, attributes, sku },
        serviceCode: input.ServiceCode,
        terms: { OnDemand: termsOf(sku, product), Reserved: {} },
        version: '20261120210934',
        publicationDate: '2026-11-20T21:09:34Z',
      })
    })
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'req-1' })
    const more = from + 2 < all.length && { NextToken: `${from + 2}` }
    response.end(JSON.stringify({ FormatVersion: 'aws_v1', PriceList: page, ...more }))
  })
  return { asked, ...(await listening(server)) }
}

const listening = async (server: ReturnType<typeof createServer>) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
