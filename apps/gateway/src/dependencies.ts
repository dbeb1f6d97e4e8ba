import { randomBytes } from 'node:crypto'
import { createAwsAccess, gatewayCredentials } from '@gateway/aws'
import {
  type CallDependencies,
  ConfigurationError,
  callTool,
  cursorCodec,
  getPrompt,
  readResource,
} from '@gateway/domain'
import { createMcpHttp, createServer, createSseSessions, type McpDependencies } from '@gateway/mcp'
import { memoryRateLimiter } from '@gateway/stores'
import { pino } from 'pino'
import { openAdmin } from './admin/open-admin.ts'
import { admitSession } from './admit-session.ts'
import { openAuditLog } from './audit-log.ts'
import { authorizationIssuer } from './authorization-issuer.ts'
import { openAuthorization } from './authorization-server.ts'
import type { Config } from './config.ts'
import { createEventStreams } from './event-streams.ts'
import { recordCallRefusal } from './failures.ts'
import { isLoopback } from './is-loopback.ts'
import { createIssuers } from './issuers.ts'
import { openLogStream } from './log-stream.ts'
import { loggerOptions } from './logging.ts'
import { readOffers } from './offers.ts'
import { openBounds } from './open-bounds.ts'
import { openCalls } from './open-calls.ts'
import { withRecentEvents } from './recent-audit.ts'
import { createRevocations } from './revocations.ts'
import { createRevokedEnds } from './revoked-ends.ts'
import { openRoleVerification } from './role-verification.ts'
import { renewedBy } from './same-rules.ts'
import { createStops } from './stops.ts'
import { maxKeys, openStores } from './stores.ts'
import type { Dependencies, Surroundings } from './surroundings.ts'
import { openTenantSources } from './tenant-sources.ts'
import { createTenantsInForce } from './tenants-in-force.ts'
import { verifiedTokens } from './verified-tokens.ts'
import { version } from './version.ts'
import { createWebSockets } from './web-sockets.ts'

/** Joins the packages into what `buildApp` needs; `close` releases what was opened, in the opposite order. */
export const createDependencies = async (
  config: Config,
  {
    env,
    log = pino(loggerOptions(config.logLevel), openLogStream()),
    clientHosts,
    localPolicy,
  }: Surroundings,
): Promise<Dependencies> => {
  const now = Date.now
  const onFault = (fields: object, message: string) => log.error(fields, message)
  const stores = await openStores(config, { now, onError: (err) => log.error({ err }, 'Redis connection') })
  const sources = await openTenantSources(config, { env, store: stores.tenants, log, now })
  const { directory } = sources
  const growing = config.redisUrl !== undefined || config.admin !== undefined
  const offerOf = await readOffers(config, growing ? undefined : new Set(sources.file?.tenants().keys()))
  const sink = await openAuditLog(config.auditFile).catch((cause: NodeJS.ErrnoException) => {
    const fault = `AUDIT_FILE: cannot be opened (${cause.code ?? 'unknown'})`
    throw new ConfigurationError('The environment', [fault])
  })
  const audit = withRecentEvents(sink, { recent: stores.recent, onFault })
  const access = createAwsAccess({
    now,
    userAgent: `mcp-gw/${version}`,
    gatewayCredentials: gatewayCredentials(),
    ownCredentials: isLoopback(config.host),
    onFault,
    budget: stores.budget,
    inForce: (target) => inForce.check(target),
    ...(config.awsEndpoint !== undefined && { endpoint: config.awsEndpoint }),
  })
  const verification = openRoleVerification({
    aws: access,
    sources,
    store: stores.tenants,
    claims: stores.records,
    audit,
    daily: config.roleVerification,
    onFault,
    now,
  })
  const { aws } = verification
  const verified = verifiedTokens(now)
  const stops = createStops({ store: stores.stops, now, onFault })
  const [stateKey, ...olderKeys] = config.stateKeys
  const stateKeys = [stateKey ?? randomBytes(32), ...olderKeys] as const
  const calls: CallDependencies = {
    offerOf,
    limiter: stores.limiter,
    concurrency: stores.concurrency,
    aws,
    cursors: cursorCodec(stateKeys, now),
    audit,
    ...(await openCalls(config, { ...stores, aws, offerOf, now })),
    ...(localPolicy && { localPolicy }),
    changes: { publish: (tenantId, change) => server.changes.publish(tenantId, change) },
    recentEvents: stores.recent.newest,
    stops,
    now,
  }
  const protocol: McpDependencies = {
    ...stores,
    offerOf,
    callTool: (call) => callTool(calls, call),
    readResource: (read) => readResource(calls, read),
    getPrompt: (call) => getPrompt(calls, call),
    admitSession: admitSession(stores.limiter),
    refused: (caller, { code }) => recordCallRefusal({ audit, now }, caller, `rpc:${code}`),
    cursors: calls.cursors,
    stateKeys,
    logOf: (reqId) => log.child({ reqId }),
    renewed: renewedBy(directory),
    serverInfo: { name: 'aws-mcp-gateway', title: 'AWS MCP gateway', version },
    newId: () => randomBytes(24).toString('base64url'),
    now,
  }
  const server = createServer(protocol)
  const inForce = createTenantsInForce({
    directory,
    verified,
    aws,
    cancelAll: server.hub.endAll,
    publish: server.changes.publish,
    onFault,
  })
  const { publicUrl, resource, documentation, admin } = config
  const authorization =
    config.authorization &&
    (await openAuthorization(config.authorization, {
      ...{ resource, documentation, stores, directory, stops, audit, log, stateKeys, env, clientHosts, now },
      trustedProxies: config.trustedProxies,
    }))
  const operated = {
    publicUrl,
    sources,
    store: stores.tenants,
    verification,
    revocations: stores.revocations,
    stops: stores.stops,
    ...(authorization && { oauth: stores.oauth, keys: authorization.keys }),
    audit,
    now,
  }
  const flood = memoryRateLimiter({ now, maxKeys })
  const sse = config.sseTransport
    ? createSseSessions(server, { renewed: renewedBy(directory), logOf: (reqId) => log.child({ reqId }) })
    : undefined
  const revocations = createRevocations({ store: stores.revocations, now })
  const revoked = createRevokedEnds({ revocations, now, onFault })
  const bounds = openBounds(inForce, revoked)
  return {
    publicUrl,
    metadata: { resource, documentation, authorization },
    authorization,
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
    logger: log,
    issuers: createIssuers({
      directory,
      resource,
      own: authorization && authorizationIssuer({ ...authorization, directory }),
      now,
      changed: () => verified.forget(),
    }),
    verified,
    revocations,
    directory,
    openBounds: bounds,
    admin: admin && openAdmin(admin, operated),
    flood,
    server,
    mcp: createMcpHttp(server),
    sse,
    webSockets: createWebSockets({ server, flood, openBounds: bounds, revocations, directory, now }),
    eventStreams: createEventStreams({ openBounds: bounds }),
    audit,
    ready: async () => !audit.hasFailed() && (await stores.ready()),
    drainDelay: config.drainDelayMs,
    now,
    async close() {
      sse?.close()
      server.hub.close()
      inForce.close()
      revoked.close()
      stops.close()
      await verification.close()
      sources.close()
      access.close()
      await stores.close()
      await audit.close()
    },
  }
}
