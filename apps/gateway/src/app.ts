import { randomUUID } from 'node:crypto'
import { type AuditLog, GatewayError, type RateLimiter, type Tenant } from '@gateway/domain'
import type { McpHttp } from '@gateway/mcp'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { authenticate } from './authenticate.ts'
import { addJsonParser, bodyLimit } from './body.ts'
import type { EarlyRefusal } from './early-refusal.ts'
import { edge } from './edge.ts'
import { answerFailure } from './failures.ts'
import { healthRoutes, type ReadinessCheck } from './health.ts'
import { createHttpServer, type HttpTimeouts } from './http-server.ts'
import type { Issuer } from './issuers.ts'
import { limit } from './limit.ts'
import { mcpRoutes } from './mcp-routes.ts'
import { metadataRoutes } from './metadata.ts'
import { resolveTenant } from './resolve-tenant.ts'
import type { VerifiedTokens } from './verified-tokens.ts'
import { writeDeadline } from './write-deadline.ts'

/** All that the HTTP half of the line needs. */
export interface AppDependencies {
  readonly publicUrl: string
  readonly resource: string
  readonly allowedOrigins: readonly string[]
  readonly logger: FastifyBaseLogger
  readonly issuers: ReadonlyMap<string, Issuer>
  readonly verified: VerifiedTokens
  readonly tenants: ReadonlyMap<string, Tenant>
  readonly flood: RateLimiter
  readonly mcp: McpHttp
  readonly audit: AuditLog
  readonly ready: ReadinessCheck
  /** Other time limits of the HTTP server than its own. */
  readonly timeouts?: Partial<HttpTimeouts>
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
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // A request that is already here when the process drains is answered; its connection then ends.
    return503OnClosing: false,
    // Paths that cannot be decoded; the framework would quote them.
    frameworkErrors: (error, request, reply) => {
      answer(error, request, reply).catch(() => reply.raw.destroy())
    },
    // The server below answers those itself.
    clientErrorHandler: () => undefined,
    serverFactory: (handler) =>
      createHttpServer({
        handler,
        refused: (...refusal) => recordEarly(deps, ...refusal),
        timeouts: deps.timeouts,
      }),
  })
  app.setErrorHandler(answer)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // Here and not in a handler, which would have the body of a stranger read and parsed first.
    if (request.is404) throw new GatewayError('not_found', 'There is nothing here. MCP is served at /mcp.')
  })
  await app.register(writeDeadline, { ms: deps.writeTimeout })
  addJsonParser(app)
  healthRoutes(app, deps.ready)

  await app.register(async (open) => {
    await open.register(edge, { ...deps, anyOrigin: true })
    metadataRoutes(open, deps.resource)
  })

  await app.register(async (guarded) => {
    await guarded.register(edge, deps)
    await guarded.register(authenticate, deps)
    await guarded.register(resolveTenant, deps)
    await guarded.register(limit, deps)
    mcpRoutes(guarded, deps)
  })
  return app
}

const recordEarly = (
  { audit, logger, now }: AppDependencies,
  { code, status }: EarlyRefusal,
  requestId: string,
  remoteAddress = 'unknown',
): void => {
  logger.info({ reqId: requestId, code, status }, 'request refused')
  audit
    .append({
      schema_version: 1,
      ts: new Date(now()).toISOString(),
      event: 'http.deny',
      outcome: 'deny',
      reason_code: code,
      request_id: requestId,
      source: { ip: remoteAddress },
      http: { method: '(none)', route: '(none)', status },
    })
    .catch((err: unknown) => logger.error({ reqId: requestId, err }, 'audit event lost'))
}
