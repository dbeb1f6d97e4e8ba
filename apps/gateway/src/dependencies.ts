import { randomBytes } from 'node:crypto'
import { createAwsAccess, gatewayCredentials } from '@gateway/aws'
import {
  type CallDependencies,
  ConfigurationError,
  callTool,
  cursorCodec,
  getPrompt,
  readResource,
  type Tenant,
} from '@gateway/domain'
import { createMcpHttp, createServer, createSseSessions, type McpDependencies } from '@gateway/mcp'
import { memoryRateLimiter } from '@gateway/stores'
import { pino } from 'pino'
import { admitSession } from './admit-session.ts'
import type { AppDependencies } from './app.ts'
import { openAuditLog } from './audit-log.ts'
import type { Config } from './config.ts'
import { createEventStreams } from './event-streams.ts'
import { recordCallRefusal } from './failures.ts'
import { issuerTable } from './issuers.ts'
import { openLogStream } from './log-stream.ts'
import { loggerOptions } from './logging.ts'
import { readOffers } from './offers.ts'
import { maxKeys, openStores } from './stores.ts'
import { verifiedTokens } from './verified-tokens.ts'
import { version } from './version.ts'
import { createWebSockets } from './web-sockets.ts'

/** Joins the packages into what `buildApp` needs; `close` releases what was opened, in the opposite order. */
export const createDependencies = async (
  config: Config,
  tenants: readonly Tenant[],
): Promise<AppDependencies & { close(): Promise<void> }> => {
  const now = Date.now
  const log = pino(loggerOptions(config.logLevel), openLogStream())
  const offerOf = await readOffers(config, tenants)
  const stores = await openStores(config, { now, onError: (err) => log.error({ err }, 'Redis connection') })
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
  const [stateKey, ...olderKeys] = config.stateKeys
  const stateKeys = [stateKey ?? randomBytes(32), ...olderKeys] as const
  const calls: CallDependencies = {
    offerOf,
    limiter: stores.limiter,
    aws,
    cursors: cursorCodec(stateKeys, now),
    audit,
    changes: { publish: (tenantId, change) => server.changes.publish(tenantId, change) },
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
    serverInfo: { name: 'aws-mcp-gateway', title: 'AWS MCP gateway', version },
    newId: () => randomBytes(24).toString('base64url'),
    now,
  }
  const server = createServer(protocol)
  const flood = memoryRateLimiter({ now, maxKeys })
  const sse = config.sseTransport
    ? createSseSessions(server, { logOf: (reqId) => log.child({ reqId }) })
    : undefined
  return {
    publicUrl: config.publicUrl,
    resource: config.resource,
    allowedOrigins: config.allowedOrigins,
    logger: log,
    issuers: issuerTable(tenants, { now, changed: verified.forget }),
    verified,
    tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
    flood,
    server,
    mcp: createMcpHttp(server),
    sse,
    webSockets: createWebSockets({ server, flood, now }),
    eventStreams: createEventStreams(),
    audit,
    ready: async () => !audit.hasFailed() && (await stores.ready()),
    drainDelay: config.drainDelayMs,
    now,
    async close() {
      sse?.close()
      server.hub.close()
      aws.close()
      await stores.close()
      await audit.close()
    },
  }
}
