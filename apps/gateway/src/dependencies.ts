import { randomBytes } from 'node:crypto'
import { createAwsAccess, gatewayCredentials } from '@gateway/aws'
import { type CallDependencies, cursorCodec } from '@gateway/domain'
import { createMcpHttp, createSseSessions } from '@gateway/mcp'
import { memoryRateLimiter } from '@gateway/stores'
import { pino } from 'pino'
import { openAdmin } from './admin/open-admin.ts'
import { authorizationIssuer } from './authorization-issuer.ts'
import { openAuthorization } from './authorization-server.ts'
import type { Config } from './config.ts'
import { createEventStreams } from './event-streams.ts'
import { isLoopback } from './is-loopback.ts'
import { createIssuers } from './issuers.ts'
import { openLogStream } from './log-stream.ts'
import { loggerOptions } from './logging.ts'
import { observedLimiter, openObservedStores } from './observed-stores.ts'
import { readOffers } from './offers.ts'
import { openAudit } from './open-audit.ts'
import { openBounds } from './open-bounds.ts'
import { openCalls } from './open-calls.ts'
import { openLoad } from './open-load.ts'
import { openObservation } from './open-observation.ts'
import { openServer } from './open-server.ts'
import { openGatewayTracing } from './open-tracing.ts'
import { readinessOf } from './readiness.ts'
import { withRecentEvents } from './recent-audit.ts'
import { createRevocations } from './revocations.ts'
import { createRevokedEnds } from './revoked-ends.ts'
import { openRoleVerification } from './role-verification.ts'
import { createRunningCalls } from './running-calls.ts'
import { renewedBy } from './same-rules.ts'
import { createStops } from './stops.ts'
import { maxKeys } from './stores.ts'
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
  const observation = openObservation()
  const { measured } = observation
  const onError = (err: Error) => log.error({ err }, 'Redis connection')
  const stores = await openObservedStores(config, { now, onError, measured })
  const sources = await openTenantSources(config, { env, store: stores.tenants, log, now })
  const { directory } = sources
  const tracing = await openGatewayTracing(config.tracing, { onFault, now })
  const growing = config.redisUrl !== undefined || config.admin !== undefined
  const offerOf = await readOffers(config, growing ? undefined : new Set(sources.file?.tenants().keys()))
  const sink = await openAudit(config.audit, { log, measured, now, awsEndpoint: config.awsEndpoint })
  const audit = withRecentEvents(sink, { recent: stores.recent, onFault })
  const access = createAwsAccess({
    now,
    userAgent: `mcp-gw/${version}`,
    gatewayCredentials: gatewayCredentials(),
    ownCredentials: isLoopback(config.host),
    onFault,
    budget: stores.budget,
    measured,
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
  const verified = verifiedTokens(now, { measured })
  const stops = createStops({ store: stores.stops, now, onFault, measured })
  const [stateKey, ...olderKeys] = config.stateKeys
  const stateKeys = [stateKey ?? randomBytes(32), ...olderKeys] as const
  const calls: CallDependencies = {
    offerOf,
    limiter: stores.limiter,
    concurrency: stores.concurrency,
    aws,
    cursors: cursorCodec(stateKeys, now),
    audit,
    ...(await openCalls(config, { ...stores, aws, offerOf, measured, stateKey: stateKeys[0], now })),
    ...(localPolicy && { localPolicy }),
    changes: { publish: (tenantId, change) => server.changes.publish(tenantId, change) },
    recentEvents: stores.recent.newest,
    stops,
    tracer: tracing.tracer,
    measured,
    now,
  }
  const running = createRunningCalls(onFault)
  const server = openServer(calls, { stores, directory, log, stateKeys, running })
  const inForce = createTenantsInForce({
    directory,
    verified,
    aws,
    cancelAll: server.hub.endAll,
    publish: server.changes.publish,
    onFault,
  })
  const { publicUrl, resource, documentation, admin } = config
  const load = openLoad(config.load, { measured, now })
  const readiness = readinessOf({ audit, stores, stops, overload: load.overload })
  const authorization =
    config.authorization &&
    (await openAuthorization(config.authorization, {
      ...{ resource, documentation, stores, directory, stops, audit, log, stateKeys, env, clientHosts },
      ...{ trustedProxies: config.trustedProxies, overload: load.overload, readiness, measured, now },
      drainDelay: config.drainDelayMs,
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
  const flood = observedLimiter(memoryRateLimiter({ now, maxKeys }), measured, 'flood')
  const sse = config.sseTransport
    ? createSseSessions(server, { renewed: renewedBy(directory), logOf: (reqId) => log.child({ reqId }) })
    : undefined
  const revocations = createRevocations({ store: stores.revocations, now, measured })
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
    ...load,
    server,
    mcp: createMcpHttp(server),
    sse,
    webSockets: createWebSockets({ server, flood, openBounds: bounds, revocations, directory, now }),
    eventStreams: createEventStreams({ openBounds: bounds }),
    audit,
    ready: config.serves === 'all' ? readiness.calls : readiness.signIns,
    drain: readiness.drain,
    tracing,
    measured,
    observation,
    drainDelay: config.drainDelayMs,
    now,
    async close(drainMs = 0) {
      const drained = performance.now() + drainMs
      sse?.close()
      await running.end(drainMs, server.hub.running)
      server.hub.close()
      inForce.close()
      revoked.close()
      stops.close()
      await verification.close()
      sources.close()
      access.close()
      await stores.close()
      await Promise.all([audit.close(drained - performance.now()), tracing.close()])
      observation.close()
    },
  }
}
