import { randomUUID } from 'node:crypto'
import { type AuditLog, GatewayError, type RateLimiter, type Tenant } from '@gateway/domain'
import type { McpHttp } from '@gateway/mcp'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { authenticate } from './authenticate.ts'
import { addJsonParser, bodyLimit } from './body.ts'
import { edge } from './edge.ts'
import { answerFailure } from './failures.ts'
import { healthRoutes, type ReadinessCheck } from './health.ts'
import { createHttpServer } from './http-server.ts'
import type { Issuer } from './issuers.ts'
import { limit } from './limit.ts'
import { mcpRoutes } from './mcp-routes.ts'
import { metadataRoutes } from './metadata.ts'
import { resolveTenant } from './resolve-tenant.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

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
  now(): number
}

/** The first half of the line, top to bottom: edge, authenticate, tenant, limit, MCP. */
export const buildApp = async (deps: AppDependencies): Promise<FastifyInstance> => {
  const app = Fastify({
    loggerInstance: deps.logger,
    bodyLimit,
    genReqId: () => randomUUID(),
    // Ids of requests are ours; a caller's header is not believed.
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    serverFactory: (handler) =>
      createHttpServer(handler, (request, refusal) => recordEarly(deps, request, refusal)),
  })
  app.setErrorHandler(answerFailure(deps))
  app.setNotFoundHandler(async () => {
    throw new GatewayError('not_found', 'There is nothing here. MCP is served at /mcp.')
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  addJsonParser(app)
  healthRoutes(app, deps.ready)

  await app.register(async (open) => {
    await open.register(edge, deps)
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
  { audit, now }: AppDependencies,
  { socket }: { socket: { remoteAddress?: string | undefined } },
  { status }: { status: number },
): void => {
  const ip = socket.remoteAddress ?? 'unknown'
  void audit
    .append({
      schema_version: 1,
      ts: new Date(now()).toISOString(),
      event: 'http.deny',
      outcome: 'deny',
      reason_code:
        status === 405 ? 'method_not_allowed' : status === 431 ? 'headers_too_large' : 'bad_request',
      request_id: randomUUID(),
      source: { ip },
      http: { method: '(none)', route: '(none)', status },
    })
    .catch(() => undefined)
}
