import type { NodeHttpHandler } from '@smithy/node-http-handler'
import { LruMap } from 'toad-cache'
import { type GatewayCredentials, identityOrNothing } from './gateway-credentials.ts'
import { loadService, type SdkClient, type ServiceModule } from './service-modules.ts'
import { type Session, type SessionCredentials, signable } from './session.ts'
import { silent } from './transport.ts'

export interface ClientOptions {
  readonly transport: NodeHttpHandler
  readonly userAgent: string
  /** The operator's test backend; it then serves every service. */
  readonly endpoint?: string | undefined
  readonly gatewayCredentials: GatewayCredentials
  readonly maxClients: number
}

/** Which client a request takes. */
export interface ClientChoice {
  readonly session: Session
  readonly tenantId: string
  readonly region: string
  readonly retryCount: number
}

export interface Clients {
  of(module: ServiceModule, choice: ClientChoice): SdkClient
  /** STS of a region as the gateway itself: for AssumeRole only. */
  gatewaySts(region: string): Promise<{ module: ServiceModule; client: SdkClient }>
  clear(): void
}

/** The only place where clients of AWS are made. */
export const createClients = (options: ClientOptions): Clients => {
  const kept = new LruMap<SdkClient>(options.maxClients)
  const gatewayClients = new Map<string, SdkClient>()
  const identity = identityOrNothing(options.gatewayCredentials)

  const build = (module: ServiceModule, config: OwnConfig): SdkClient =>
    module.client({
      ...config,
      requestHandler: options.transport,
      customUserAgent: options.userAgent,
      logger: silent,
      // `adaptive`, which an operator's AWS configuration may ask for, slows down per client, so per caller.
      retryMode: 'standard',
      ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
      ...(module.service === 'sts' && { useGlobalEndpoint: false }),
      ...(module.service === 's3' && s3Config(options.endpoint)),
    })

  return {
    of(module, { session, tenantId, region, retryCount }) {
      // The session's id makes an entry useless once its credentials are replaced; the LRU then forgets it.
      const key = [tenantId, session.id, region, module.service, retryCount].join(' ')
      const known = kept.get(key)
      if (known) return known
      const { accessKeyId, secretAccessKey, sessionToken } = signable(session.kind, session.credentials())
      const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
      const client = build(module, { region, credentials, maxAttempts: retryCount + 1 })
      kept.set(key, client)
      return client
    },
    async gatewaySts(region) {
      const module = await loadService('sts')
      const known = gatewayClients.get(region)
      if (known) return { module, client: known }
      const client = build(module, { region, credentials: identity, maxAttempts: 3 })
      gatewayClients.set(region, client)
      return { module, client }
    },
    clear() {
      kept.clear()
      gatewayClients.clear()
    },
  }
}

/** The region of a profile, by the SDK's own reading of the AWS configuration, which it offers through a client. */
export const regionOfProfile = async (profile: string): Promise<string | undefined> => {
  const { STSClient } = await import('@aws-sdk/client-sts')
  return new STSClient({ profile }).config.region().catch(() => undefined)
}

interface OwnConfig {
  readonly region: string
  /** Never undefined: the SDK would look for credentials by itself, and find those of the gateway. */
  readonly credentials: SessionCredentials | GatewayCredentials
  readonly maxAttempts: number
}

/** S3 goes exactly where it was aimed: no other region, and no request that was not asked for. */
const s3Config = (endpoint: string | undefined) => ({
  forcePathStyle: endpoint !== undefined,
  followRegionRedirects: false,
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
  disableS3ExpressSessionAuth: true,
})
