import { GatewayError } from '@gateway/domain'
import { attempt } from './attempts.ts'
import { createClients } from './clients.ts'
import { credentialsOfProfile, profileFault } from './profile.ts'
import { loadService } from './service-modules.ts'
import { sessionOf } from './session.ts'
import { createTransport } from './transport.ts'

/** AWS's price list by its API. */
export interface PriceListApi {
  /**
   * Every entry, each a JSON text, of the products of a service whose attributes have these values (Price List Query API,
   * GetProducts). Rejects with `GatewayError`.
   */
  products(serviceCode: string, attributes: Readonly<Record<string, string>>): AsyncGenerator<string>
  close(): void
}

/** Far above the pages of a service in a region, each of a hundred products. */
const mostPages = 2_000

/** Opens it with a profile of the operator's AWS configuration, or without one with what the SDK finds by itself. */
export const priceListApi = async ({
  profile,
  endpoint,
}: {
  readonly profile?: string
  readonly endpoint?: string
}): Promise<PriceListApi> => {
  // The price list of all regions is served in a few of them only.
  const region = 'us-east-1'
  const { expiration, ...credentials } = await credentialsOfProfile(profile, { endpoint, region })
  const session = sessionOf('profile', credentials, expiration?.getTime() ?? Number.POSITIVE_INFINITY)
  const pricing = await loadService('pricing')
  const transport = createTransport()
  const clients = createClients({
    transport,
    userAgent: 'mcp-gw',
    endpoint,
    gatewayCredentials: () => Promise.reject(new Error('no gateway')),
    maxClients: 1,
  })
  const client = clients.once(pricing, { session, region })

  const page = async (input: object) => {
    const signal = AbortSignal.timeout(60_000)
    const ready = async () => () =>
      client.send(pricing.command('GetProducts', input), { abortSignal: signal })
    const faultOf = (thrown: unknown) => profileFault(profile, thrown, 'pricing:GetProducts')
    const { answer } = await attempt(ready, { retries: 4, repeatable: true, signal, faultOf })
    return answer
  }

  return {
    async *products(serviceCode, attributes) {
      const Filters = Object.entries(attributes).map(([Field, Value]) => ({
        Type: 'TERM_MATCH',
        Field,
        Value,
      }))
      let next: string | undefined
      for (let pages = 0; pages < mostPages; pages++) {
        const input = { ServiceCode: serviceCode, Filters, FormatVersion: 'aws_v1', MaxResults: 100 }
        const { PriceList = [], NextToken } = await page({ ...input, ...(next && { NextToken: next }) })
        if (!Array.isArray(PriceList)) break
        // The SDK answers objects of its own that stand for their JSON text.
        for (const entry of PriceList) yield String(entry)
        if (typeof NextToken !== 'string' || NextToken === '') return
        next = NextToken
      }
      throw new GatewayError(
        'aws_error',
        'The Pricing API answered GetProducts with something else than pages.',
      )
    },
    close: () => transport.destroy(),
  }
}
