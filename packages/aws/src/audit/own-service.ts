import { attempt } from '../attempts.ts'
import { faultOf } from '../aws-fault.ts'
import { createClients } from '../clients.ts'
import type { GatewayCredentials } from '../gateway-credentials.ts'
import { loadService, type SdkOutput } from '../service-modules.ts'
import { createTransport } from '../transport.ts'

/** Where something of the gateway's own is, and who asks for it. */
export interface OwnPlace {
  readonly region: string
  /** A stand-in of AWS. */
  readonly endpoint?: string | undefined
  readonly gatewayCredentials: GatewayCredentials
}

/** A service of AWS as the gateway itself uses it. */
export interface OwnService {
  /** Rejects with `GatewayError` after a few attempts, or after 30 s. Only for what does no harm when AWS does it twice. */
  send(operation: string, input: object): Promise<SdkOutput>
  close(): void
}

const attemptMs = 10_000
const longestMs = 30_000
const retries = 4

/** A client of the gateway's own, with a transport of its own, so that calls of tenants never wait behind it. */
export const openOwnService = async (
  service: 's3' | 'kms',
  { region, endpoint, gatewayCredentials }: OwnPlace,
): Promise<OwnService> => {
  const module = await loadService(service)
  const transport = createTransport()
  const clients = createClients({
    transport,
    userAgent: 'mcp-gw',
    endpoint,
    gatewayCredentials,
    maxClients: 1,
  })
  const client = clients.own(module, region)
  return {
    async send(operation, input) {
      const signal = AbortSignal.timeout(longestMs)
      const command = module.command(operation, input)
      const ready = async () => () => client.send(command, { abortSignal: signal, requestTimeout: attemptMs })
      const { answer } = await attempt(ready, {
        retries,
        repeatable: true,
        signal,
        faultOf: (thrown, made) => faultOf(thrown, { action: `${service}:${operation}`, ...made }),
      })
      return answer
    },
    close: () => transport.destroy(),
  }
}
