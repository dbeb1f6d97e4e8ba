import { type AuditLog, GatewayError, type RateLimiter } from '@gateway/domain'
import type { AccessAdmin, StopAdmin, TenantAdmin } from '@gateway/registry'
import type { FastifyInstance } from 'fastify'
import { authenticate } from '../authenticate.ts'
import { edge } from '../edge.ts'
import { type FailedTokens, slowFailedTokens } from '../failed-tokens.ts'
import { answerFailure } from '../failures.ts'
import type { Issuers } from '../issuers.ts'
import type { VerifiedTokens } from '../verified-tokens.ts'
import { accessRoutes } from './access-routes.ts'
import { accountRoutes } from './account-routes.ts'
import { adminAnswer } from './admin-failures.ts'
import { admitOperator } from './admit-operator.ts'
import { stopRoutes } from './stop-routes.ts'
import { tenantRoutes } from './tenant-routes.ts'

/** Who may operate the gateway, and what they operate. */
export interface AdminAccess {
  /** The issuer of operators, and none of a tenant. */
  readonly issuers: Issuers
  /** Apart from that of users: a token that is good here is not good there. */
  readonly verified: VerifiedTokens
  readonly group: string
  readonly tenants: TenantAdmin
  readonly access: AccessAdmin
  readonly stops: StopAdmin
}

/** What the admin API needs. */
export interface AdminApiOptions {
  readonly admin: AdminAccess
  readonly publicUrl: string
  readonly flood: RateLimiter
  /** Failed sign-ins by address. */
  readonly strangers: FailedTokens
  readonly audit: AuditLog
  now(): number
}

/**
 * The admin API, registered under `/admin/v1` in a scope of its own: nothing of a user's sign-in leads into it. Browsers
 * have no business here, so no page of another origin is let in.
 */
export const adminApi = async (app: FastifyInstance, options: AdminApiOptions): Promise<void> => {
  const { admin, publicUrl, flood, strangers, now } = options
  const answer = answerFailure(options, adminAnswer)
  const slowed = slowFailedTokens(strangers, ['missing_token', 'invalid_token', 'not_operator'])
  app.setErrorHandler(async (thrown, request, reply) => answer(await slowed(thrown, request), request, reply))
  await app.register(edge, { publicUrl, allowedOrigins: [] })
  const { issuers, verified, group } = admin
  await app.register(authenticate, { issuers, verified, revocations: ofUsers, now })
  await app.register(admitOperator, { group, flood })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  tenantRoutes(app, admin.tenants)
  accountRoutes(app, admin.tenants)
  accessRoutes(app, admin.access)
  stopRoutes(app, admin.stops)
  // For operators only: a stranger is asked who they are before they learn what there is.
  app.all('/*', { onRequest: nothing }, nothing)
}

/** Operators are of no tenant, and what is revoked is of one. */
const ofUsers = { check: () => undefined }

const nothing = async (): Promise<never> => {
  throw new GatewayError('not_found', 'There is nothing here. Tenants are at /admin/v1/tenants.')
}
