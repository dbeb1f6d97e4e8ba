import { randomUUID } from 'node:crypto'
import {
  type AuditLog,
  GatewayError,
  type Measured,
  type RateLimiter,
  type TenantDirectory,
} from '@gateway/domain'
import type { McpHttp, Server, SseSessions } from '@gateway/mcp'
import type { Tracing } from '@gateway/telemetry'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { type AdminAccess, adminApi } from './admin/admin-api.ts'
import { authenticate } from './authenticate.ts'
import { addJsonParser, bodyLimit } from './body.ts'
import { cors } from './cors.ts'
import type { EarlyRefusal } from './early-refusal.ts'
import { edge } from './edge.ts'
import type { EventStreams } from './event-streams.ts'
import { type FailedTokens, slowFailedTokens } from './failed-tokens.ts'
import { answerFailure } from './failures.ts'
import { healthRoutes } from './health.ts'
import { createHttpServer, type HttpTimeouts } from './http-server.ts'
import { httpSpan } from './http-span.ts'
import type { Issuers } from './issuers.ts'
import { limit } from './limit.ts'
import { mcpRoutes } from './mcp-routes.ts'
import { measureRequest, measureRequests } from './measure-requests.ts'
import { type MetadataOptions, metadataRoutes } from './metadata.ts'
import type { OpenBounds } from './open-bounds.ts'
import type { Overload } from './overload.ts'
import type { ReadinessCheck } from './readiness.ts'
import { resolveTenant } from './resolve-tenant.ts'
import type { Revocations } from './revocations.ts'
import { sseRoutes } from './sse-routes.ts'
import type { VerifiedTokens } from './verified-tokens.ts'
import { webSocketRoutes } from './web-socket-routes.ts'
import type { WebSockets } from './web-sockets.ts'
import { writeDeadline } from './write-deadline.ts'

/** All that the HTTP half of the line needs. */
export interface AppDependencies {
  readonly publicUrl: string
  readonly metadata: MetadataOptions
  readonly allowedOrigins: readonly string[]
  /** See `Config`. */
  readonly trustedProxies: readonly string[]
  readonly logger: FastifyBaseLogger
  readonly issuers: Issuers
  readonly verified: VerifiedTokens
  readonly directory: TenantDirectory
  readonly revocations: Revocations
  readonly openBounds: OpenBounds
  /** Absent where no admin API is served. */
  readonly admin: AdminAccess | undefined
  readonly flood: RateLimiter
  /** Failed sign-ins by address, apart from the limits of users: strangers can make up addresses. */
  readonly strangers: FailedTokens
  /** Sends requests away before anything else is done for them. */
  readonly overload?: Overload | undefined
  readonly server: Server
  readonly mcp: McpHttp
  /** Absent where HTTP+SSE is not served. */
  readonly sse: SseSessions | undefined
  readonly webSockets: WebSockets
  readonly eventStreams: EventStreams
  readonly audit: AuditLog
  readonly tracing: Tracing
  readonly measured: Measured
  readonly ready: ReadinessCheck
  /** Has every port say that the process is not ready any more. */
  drain(): void
  /** Other time limits of the HTTP server than its own. */
  readonly timeouts?: Partial<HttpTimeouts>
  /** Milliseconds that it goes on to take requests when it is told to stop, without being ready. */
  readonly drainDelay?: number
  /** Milliseconds that a client may take to read an answer. */
  readonly writeTimeout?: number
  now(): number
}

/** The first half of the line, top to bottom: edge, authenticate, tenant, limit, MCP. */
export const buildApp = async (deps: AppDependencies): Promise<FastifyInstance> => {
  const answer = answerFailure(deps)
  const app = Fastify({
    loggerInstance: deps.logger,
    bodyLimit,
    genReqId: () => randomUUID(),
    // Ids of requests are ours; a caller's header is not believed.
    requestIdHeader: false,
    // Without the options that Fastify passes, which pino looks through for every request.
    childLoggerFactory: (logger, bindings) => logger.child(bindings),
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    trustProxy: [...deps.trustedProxies],
    forceCloseConnections: 'idle',
    // A request that is already here when the process drains is answered; its connection then ends.
    return503OnClosing: false,
    // Paths that cannot be decoded; the framework would quote them.
    frameworkErrors: (error, request, reply) => {
      measureRequest(request, reply, deps)
      answer(error, request, reply).catch(() => reply.raw.destroy())
    },
    // The server below answers those itself.
    clientErrorHandler: () => undefined,
    serverFactory: (handler) =>
      createHttpServer({
        handler,
        refused: (...refusal) => recordEarly(deps, ...refusal),
        timeouts: deps.timeouts,
        overload: deps.overload,
      }),
  })
  app.setErrorHandler(answer)
  // Before what refuses a request, which is one all the same.
  measureRequests(app, deps.measured)
  if (deps.tracing.exported) await app.register(httpSpan, deps.tracing)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    // Here and not in a handler, which would have the body of a stranger read and parsed first.
    if (request.is404) throw new GatewayError('not_found', 'There is nothing here. MCP is served at /mcp.')
    done()
  })
  await app.register(writeDeadline, { ms: deps.writeTimeout })
  addJsonParser(app)
  healthRoutes(app, deps)
  // After the hook of those: clients are sent away when balancers do not send them back here.
  app.addHook('preClose', async () => deps.eventStreams.drain())
  app.addHook('onClose', async () => deps.overload?.close())

  await app.register(async (open) => {
    await open.register(edge, { ...deps, anyOrigin: true })
    metadataRoutes(open, deps.metadata)
  })

  const slowed = slowFailedTokens(deps.strangers)
  await app.register(async (guarded) => {
    guarded.setErrorHandler(async (thrown, request, reply) =>
      answer(await slowed(thrown, request), request, reply),
    )
    await guarded.register(edge, deps)
    await guarded.register(cors, deps)
    await guarded.register(authenticate, deps)
    await guarded.register(resolveTenant, deps)
    await guarded.register(limit, deps)
    mcpRoutes(guarded, deps)
    if (deps.sse) sseRoutes(guarded, { ...deps, sse: deps.sse })
    await guarded.register(webSocketRoutes, deps)
  })

  const { admin } = deps
  if (admin) await app.register(adminApi, { ...deps, admin, prefix: '/admin/v1' })
  return app
}

const recordEarly = (
  { audit, logger, measured, now }: AppDependencies,
  { code, status, detail }: EarlyRefusal,
  requestId: string,
  remoteAddress = 'unknown',
): void => {
  logger.info({ reqId: requestId, code, status }, 'request refused')
  if (status === 503) measured({ of: 'overload' })
  measured({ of: 'http', method: '(none)', route: '(none)', status })
  audit
    .append({
      schema_version: 1,
      ts: new Date(now()).toISOString(),
      event: 'http.deny',
      outcome: status >= 500 ? 'error' : 'deny',
      reason_code: code,
      ...(detail !== undefined && { detail }),
      request_id: requestId,
      source: { ip: remoteAddress },
      http: { method: '(none)', route: '(none)', status },
    })
    .catch((err: unknown) => logger.error({ reqId: requestId, err }, 'audit event lost'))
}
