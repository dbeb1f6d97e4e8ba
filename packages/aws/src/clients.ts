import type { Measured } from '@gateway/domain'
import type { NodeHttpHandler } from '@smithy/node-http-handler'
import { type GatewayCredentials, identityOrNothing } from './gateway-credentials.ts'
import { loadService, type SdkClient, type ServiceModule } from './service-modules.ts'
import { type Session, type SessionCredentials, signable } from './session.ts'
import { createTenantLru } from './tenant-lru.ts'
import { silent } from './transport.ts'

export interface ClientOptions {
  readonly transport: NodeHttpHandler
  readonly userAgent: string
  /** The operator's test backend; it then serves every service. */
  readonly endpoint?: string | undefined
  readonly gatewayCredentials: GatewayCredentials
  readonly maxClients: number
  readonly measured?: Measured | undefined
}

/** Which client a request takes. */
export interface ClientChoice {
  readonly session: Session
  readonly tenantId: string
  readonly region: string
}

export interface Clients {
  of(module: ServiceModule, choice: ClientChoice): SdkClient
  /** A client that nobody else is given, and that is not kept. */
  once(module: ServiceModule, choice: Pick<ClientChoice, 'session' | 'region'>): SdkClient
  /** STS of a region as the gateway itself: for AssumeRole only. */
  gatewaySts(region: string): Promise<{ module: ServiceModule; client: SdkClient }>
  /** As the gateway itself, for what is its own: the bucket and the key of its audit log. Never for a tenant. */
  own(module: ServiceModule, region: string): SdkClient
  /** Forgets the clients of a tenant; those of the gateway itself sign nothing of a tenant and stay. */
  forget(tenantId: string): void
  clear(): void
}

/** The only place where clients of AWS are made. */
export const createClients = (options: ClientOptions): Clients => {
  const kept = createTenantLru<SdkClient>(options.maxClients)
  const gatewayClients = new Map<string, SdkClient>()
  const identity = identityOrNothing(options.gatewayCredentials)

  const build = (module: ServiceModule, config: OwnConfig): SdkClient =>
    module.client({
      ...config,
      requestHandler: options.transport,
      customUserAgent: options.userAgent,
      logger: silent,
      // Retries are ours: each takes from the tenant's budget. In its `adaptive` mode, which an operator's AWS
      // configuration may ask for, the SDK would slow down per client, so per caller.
      retryMode: 'standard',
      maxAttempts: 1,
      ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
      ...(module.service === 'sts' && { useGlobalEndpoint: false }),
      ...(module.service === 's3' && s3Config(options.endpoint)),
      // Else the SDK sends to whatever host a caller's `QueueUrl` names, session token included.
      ...(module.service === 'sqs' && { useQueueUrlAsEndpoint: false }),
    })

  const once: Clients['once'] = (module, { session, region }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = signable(session.kind, session.credentials())
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
    return build(module, { region, credentials, systemClockOffset: session.awsAhead })
  }

  return {
    once,
    of(module, { session, tenantId, region }) {
      // The session's id makes an entry useless once its credentials are replaced; the LRU then forgets it.
      const key = [session.id, region, module.service].join(' ')
      const known = kept.get(tenantId, key)
      options.measured?.({ of: 'cache', name: 'clients', hit: known !== undefined })
      if (known) return known
      const client = once(module, { session, region })
      kept.set(tenantId, key, client)
      return client
    },
    async gatewaySts(region) {
      const module = await loadService('sts')
      const known = gatewayClients.get(region)
      if (known) return { module, client: known }
      const client = build(module, { region, credentials: identity })
      gatewayClients.set(region, client)
      return { module, client }
    },
    own: (module, region) => build(module, { region, credentials: identity }),
    forget: (tenantId) => kept.forget(tenantId),
    clear() {
      kept.clear()
      gatewayClients.clear()
    },
  }
}

/**
 * The region of a profile, or without one that of the process, by the SDK's own reading of the AWS configuration, which
 * it offers through a client.
 */
export const regionOfProfile = async (profile: string | undefined): Promise<string | undefined> => {
  const { STSClient } = await import('@aws-sdk/client-sts')
  return new STSClient(profile === undefined ? {} : { profile }).config.region().catch(() => undefined)
}

interface OwnConfig {
  readonly region: string
  /** Never undefined: the SDK would look for credentials by itself, and find those of the gateway. */
  readonly credentials: SessionCredentials | GatewayCredentials
  /** Milliseconds by which AWS's clock is known to be ahead. */
  readonly systemClockOffset?: number
}

/** S3 goes exactly where it was aimed: no other region, and no request that was not asked for. */
const s3Config = (endpoint: string | undefined) => ({
  forcePathStyle: endpoint !== undefined,
  followRegionRedirects: false,
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
  disableS3ExpressSessionAuth: true,
})
