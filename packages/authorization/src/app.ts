import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GatewayError } from '@gateway/domain'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import type { Configuration } from 'oidc-provider'
import { advertiseOneMode } from './advertise.ts'
import { approvalRoutes } from './approvals/approval-routes.ts'
import { auditProvider } from './audited-provider.ts'
import type { AuthorizationContext } from './context.ts'
import { createCurrentProvider } from './current-provider.ts'
import { createIssuerKeys, registerGrants } from './grants/register-grants.ts'
import { answerFailure } from './http/answer-failure.ts'
import { healthRoutes, isHealthRoute } from './http/health-routes.ts'
import { providerRoutes } from './http/provider-routes.ts'
import { addBodyParsers, maxBodyBytes } from './http/read-form.ts'
import { record } from './http/record.ts'
import { refuseEarly } from './http/refuse-early.ts'
import { refuseFraming } from './http/refuse-framing.ts'
import { sendPage } from './http/send-page.ts'
import { TooMuchToDo } from './http/too-much.ts'
import { machineClaims } from './machine-claims.ts'
import type { AuthorizationOptions } from './options.ts'
import { errorPage } from './pages/error-page.ts'
import { landingPage } from './pages/landing-page.ts'
import { pageHeaders } from './pages/page-headers.ts'
import { signedOutPage } from './pages/signed-out-page.ts'
import { createProvider } from './provider.ts'
import { reachable } from './reachable.ts'
import { revokeForReal } from './revocations-made.ts'
import { callbackRoute, redirectUriOf } from './sign-in/callback-route.ts'
import { createCompanySignIns } from './sign-in/company-sign-ins.ts'
import { interactionRoutes } from './sign-in/interaction-routes.ts'
import { createPending } from './sign-in/pending.ts'
import { createUpstream } from './sign-in/upstream.ts'
import { createTokenRights } from './token-rights.ts'

/**
 * The authorization server as a Fastify instance of its own: its host name serves nothing else. A request passes the checks of
 * its host, then either a step of ours (consent, company, SSO) or oidc-provider behind cleaned parameters.
 */
export const buildAuthorizationServer = async (given: AuthorizationOptions): Promise<FastifyInstance> => {
  const options = {
    ...given,
    store: reachable(given.store),
    revocations: reachable(given.revocations),
    audit: reachable(given.audit),
  }
  const { issuer, store, logger } = options
  const requests = new WeakMap<IncomingMessage, FastifyRequest>()
  const issuerKeys = createIssuerKeys()
  const rights = createTokenRights({ ...options, machineClaims: machineClaims(options) })
  const renderError: NonNullable<Configuration['renderError']> = (ctx) => {
    const request = requests.get(ctx.req)
    ctx.set(pageHeaders({ formTargets: [] }))
    ctx.body = errorPage({ status: ctx.status, requestId: request?.id ?? 'unknown' })
  }
  const context: AuthorizationContext = {
    ...options,
    requests,
    retries: new WeakMap(),
    companies: new WeakMap(),
    provider: createCurrentProvider(options.keys, (keys) => {
      const provider = createProvider(options, { keys, rights, clients: options.clients, renderError })
      registerGrants(provider, options, issuerKeys)
      auditProvider(provider, context)
      advertiseOneMode(provider)
      revokeForReal(provider, {
        ...options,
        jwks: keys.jwks,
        async onRevoked(ctx, tenantId) {
          const request = requests.get(ctx.req)
          const clientId = ctx.oidc.client?.clientId
          if (request)
            await record(options, request, {
              event: 'oauth.revocation',
              outcome: 'allow',
              tenantId,
              clientId,
            })
        },
      })
      return provider
    }),
    signIns: createCompanySignIns(options),
    upstream: createUpstream({ ...options, redirectUriOf: (id) => redirectUriOf(issuer, id) }),
    pending: createPending(store),
  }
  const answer = answerFailure(context)
  const app = Fastify({
    loggerInstance: logger,
    bodyLimit: maxBodyBytes,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    // What is under way when the process drains is answered; its connection then ends.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: [...(options.trustedProxies ?? [])],
    routerOptions: { maxParamLength: 128 },
    requestTimeout: requestTimeoutMs,
    http: { maxHeaderSize: maxHeaderBytes, headersTimeout: requestTimeoutMs, requireHostHeader: false },
    // Paths that cannot be decoded; the framework would quote them.
    frameworkErrors: (error, request, reply) => {
      answer(error, request, reply).catch(() => reply.raw.destroy())
    },
    // Answered below.
    clientErrorHandler: () => undefined,
  })
  const closing = new WeakSet<Duplex>()
  refuseEarly(app.server, closing, context)
  app.server.maxConnections = 5_000
  app.server.maxRequestsPerSocket = 1_000
  app.setErrorHandler(answer)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  refuseFraming(app, closing)
  app.addHook('onRequest', async (request) => {
    // Whoever looks after the process asks by its address.
    if (isHealthRoute(request.routeOptions.url)) return
    const reason = options.tooMuch?.()
    if (reason !== undefined) throw new TooMuchToDo(reason)
    if (!isHostOf(issuer, request)) throw new GatewayError('unknown_host', 'This host is not served here.')
    if (request.is404) throw new GatewayError('not_found', 'There is nothing here.')
  })
  addBodyParsers(app)
  healthRoutes(app, options)
  // Where companies' SSOs may send people after a sign-out; nobody stays signed in here.
  app.get('/signed-out', async (_, reply) => sendPage(reply, signedOutPage()))
  app.get('/', async (_, reply) => sendPage(reply, landingPage(options)))
  interactionRoutes(app, context)
  callbackRoute(app, context)
  approvalRoutes(app, context)
  providerRoutes(app, context)
  app.addHook('onClose', async () => context.signIns.close())
  return app
}

/** Bytes of all headers of a request. */
const maxHeaderBytes = 16_384

/** Milliseconds in which a request must have arrived: it is small, and whoever sends it slowly only holds a socket. */
const requestTimeoutMs = 15_000

/** Exactly one `Host`, and that of the issuer: oidc-provider would tell its endpoints under any other (421). */
const isHostOf = (issuer: string, request: FastifyRequest): boolean => {
  const hosts = request.raw.rawHeaders.filter(
    (_, i, all) => i % 2 === 1 && all[i - 1]?.toLowerCase() === 'host',
  )
  return hosts.length === 1 && hosts[0]?.toLowerCase() === new URL(issuer).host
}
