import {
  buildAuthorizationServer,
  type ClientFetchOptions,
  createClientFetch,
  createSigningKeys,
  type SigningKeys,
} from '@gateway/authorization'
import {
  type AuditLog,
  createApprovals,
  type Measured,
  type OAuthStore,
  type RecordStore,
  type RevocationStore,
  type Stops,
  type TenantDirectory,
} from '@gateway/domain'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AuthorizationConfig } from './authorization-config.ts'
import { measureRequests } from './measure-requests.ts'
import { metadataElsewhere } from './metadata-elsewhere.ts'
import type { Overload } from './overload.ts'
import type { Readiness } from './readiness.ts'
import { withSecretFiles } from './secret-files.ts'

/** The gateway's own authorization server, as far as this process knows and serves it. */
export interface OwnAuthorization {
  readonly issuer: string
  readonly resource: string
  readonly keys: SigningKeys
  readonly revocations: RevocationStore
  /** Its metadata (RFC 8414) as JSON. Rejects while nobody can be asked. */
  metadata(): Promise<string>
  /** The server, where this process is to serve it. */
  readonly app: FastifyInstance | undefined
}

/** What it is made of. */
export interface AuthorizationParts {
  readonly resource: string
  readonly documentation?: string | undefined
  readonly trustedProxies: readonly string[]
  /** Tells when sign-ins are to come later, because the process has too much to do. */
  readonly overload: Pick<Overload, 'now'>
  readonly stores: {
    readonly oauth: OAuthStore
    readonly revocations: RevocationStore
    readonly records: RecordStore
  }
  readonly readiness: Pick<Readiness, 'signIns' | 'drain'>
  /** See `Config.drainDelayMs`. */
  readonly drainDelay: number
  readonly directory: TenantDirectory
  /** Who is stopped approves nothing. */
  readonly stops: Stops
  readonly audit: AuditLog
  readonly log: Logger
  /** Seal the signing keys and sign cookies; see `STATE_KEY`. */
  readonly stateKeys: readonly [Buffer, ...Buffer[]]
  /** For the secrets that connections name. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where documents and keys of clients are, if not on the internet: for tests and nobody else. */
  readonly clientHosts?: Pick<ClientFetchOptions, 'allow' | 'lookup' | 'ca'> | undefined
  readonly measured: Measured
  now(): number
}

/** Opens it: with its server where `config` names a port, and otherwise with what its tokens are checked with. */
export const openAuthorization = async (
  { issuer, port, egressProxyUrl: proxyUrl }: AuthorizationConfig,
  parts: AuthorizationParts,
): Promise<OwnAuthorization> => {
  const { resource, documentation, stores, directory, audit, log, stateKeys, env, clientHosts, now } = parts
  const keys = createSigningKeys({ store: stores.oauth, sealKeys: stateKeys, now })
  const shared = {
    issuer,
    resource,
    keys,
    revocations: stores.revocations,
  }
  if (port === undefined) return { ...shared, metadata: metadataElsewhere(issuer, now), app: undefined }
  // Keys that another STATE_KEY has sealed are a fault of the start and not of the first sign-in.
  await keys.current()
  const secrets = withSecretFiles(env)
  const app = await buildAuthorizationServer({
    issuer,
    resource,
    ...(documentation !== undefined && { documentation }),
    trustedProxies: parts.trustedProxies,
    // Asked once for each request, which is refused where there is a reason.
    tooMuch() {
      const reason = parts.overload.now()
      if (reason !== undefined) parts.measured({ of: 'overload' })
      return reason
    },
    store: stores.oauth,
    revocations: stores.revocations,
    directory,
    keys,
    approvals: createApprovals({ records: stores.records, now }),
    stops: parts.stops,
    audit,
    logger: log,
    ready: parts.readiness.signIns,
    drain: parts.readiness.drain,
    drainDelay: parts.drainDelay,
    clients: { fetch: createClientFetch({ now, proxyUrl, ...clientHosts }), allow: clientHosts?.allow },
    cookieKeys: stateKeys,
    secretOf: (ref) => secrets[ref],
    now,
  })
  measureRequests(app, parts.measured, 'address')
  const metadata = async (): Promise<string> => {
    const headers = { host: new URL(issuer).host }
    const { statusCode, body } = await app.inject({ url: '/.well-known/oauth-authorization-server', headers })
    if (statusCode !== 200) throw new Error(`the authorization server answered ${statusCode}`)
    return body
  }
  return { ...shared, metadata, app }
}
