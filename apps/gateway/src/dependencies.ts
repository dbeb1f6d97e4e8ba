import { randomBytes } from 'node:crypto'
import { createAwsAccess, gatewayCredentials } from '@gateway/aws'
import {
  type CallDependencies,
  ConfigurationError,
  callTool,
  cursorCodec,
  GatewayError,
  type SessionStore,
  type Tenant,
} from '@gateway/domain'
import { createCatalogue, createMcpHttp } from '@gateway/mcp'
import {
  memoryRateLimiter,
  memorySessionStore,
  openRedis,
  redisRateLimiter,
  redisSessionStore,
} from '@gateway/stores'
import { tools } from '@gateway/tools'
import { pino } from 'pino'
import { admitSession } from './admit-session.ts'
import type { AppDependencies } from './app.ts'
import { openAuditLog } from './audit-log.ts'
import type { Config } from './config.ts'
import { issuerTable } from './issuers.ts'
import { loggerOptions } from './logging.ts'
import { verifiedTokens } from './verified-tokens.ts'
import { version } from './version.ts'

/** Limits remembered in memory: far more than users, because a forgotten key gets its burst back. */
const maxKeys = 200_000

/** Hours that an idle MCP session lives: longer than any deploy. */
const sessionTtlSeconds = 24 * 3600

/** Joins the packages into what `buildApp` needs; `close` releases what was opened, in the opposite order. */
export const createDependencies = async (
  config: Config,
  tenants: readonly Tenant[],
): Promise<AppDependencies & { close(): Promise<void> }> => {
  const now = Date.now
  const log = pino(loggerOptions(config.logLevel))
  const onError = (err: Error) => log.error({ err }, 'Redis connection')
  const redis = config.redisUrl === undefined ? undefined : await openRedis(config.redisUrl, { onError })
  const audit = await openAuditLog(config.auditFile).catch((cause: NodeJS.ErrnoException) => {
    const fault = `AUDIT_FILE: cannot be opened (${cause.code ?? 'unknown'})`
    throw new ConfigurationError('The environment', [fault])
  })
  const aws = createAwsAccess({
    now,
    userAgent: `mcp-gw/${version}`,
    gatewayCredentials: gatewayCredentials(),
    onFault: (fields, message) => log.error(fields, message),
    ...(config.awsEndpoint !== undefined && { endpoint: config.awsEndpoint }),
  })
  const verified = verifiedTokens(now)
  const calls: CallDependencies = {
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    limiter: redis ? redisRateLimiter(redis) : memoryRateLimiter({ now, maxKeys }),
    aws,
    cursors: cursorCodec(config.stateKey ?? randomBytes(32), now),
    audit,
    now,
  }
  const mcp = createMcpHttp({
    catalogue: createCatalogue(tools),
    sessions: redis
      ? unavailableAtFault(redisSessionStore(redis, { ttlSeconds: sessionTtlSeconds }))
      : memorySessionStore({ now, ttlSeconds: sessionTtlSeconds, maxSessionsPerTenant: 10_000 }),
    serverInfo: { name: 'aws-mcp-gateway', title: 'AWS MCP gateway', version },
    callTool: (call) => callTool(calls, call),
    admitSession: admitSession(calls.limiter),
    newSessionId: () => randomBytes(24).toString('base64url'),
  })
  return {
    publicUrl: config.publicUrl,
    resource: config.resource,
    allowedOrigins: config.allowedOrigins,
    logger: log,
    issuers: issuerTable(tenants, { now, changed: verified.forget }),
    verified,
    tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
    flood: memoryRateLimiter({ now, maxKeys }),
    mcp,
    audit,
    ready: async () => !audit.hasFailed() && (redis === undefined || (await redis.client.ping()) === 'PONG'),
    now,
    async close() {
      aws.close()
      await redis?.close()
      await audit.close()
    },
  }
}

/** A store that cannot be reached is no fault of the request, nor of ours: 503, so that clients try again. */
const unavailableAtFault = (store: SessionStore): SessionStore => {
  const unavailable = (cause: unknown): never => {
    throw new GatewayError('unavailable', 'Sessions cannot be read just now.', {
      cause,
      details: { retryAfterSeconds: 2 },
    })
  }
  return {
    create: (session) => store.create(session).catch(unavailable),
    find: (tenantId, id) => store.find(tenantId, id).catch(unavailable),
    remove: (tenantId, id) => store.remove(tenantId, id).catch(unavailable),
  }
}
