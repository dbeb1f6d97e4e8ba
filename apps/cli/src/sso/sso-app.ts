import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { discoveryOf } from './discovery.ts'
import type { Issuers } from './issuers.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { createSignIns, type SignInSetup } from './sign-ins.ts'
import { requestedUser } from './token-request.ts'

interface SsoOptions {
  readonly issuers: Issuers
  /** Host names under which the SSO may be addressed. */
  readonly hostnames: readonly string[]
  /** When set, a token is given only to who sends it, and a person signs in only with it. */
  readonly secret?: string
  /** Absent where nobody signs in through a browser. */
  readonly signIn?: SignInSetup
  /** Under which programs reach the SSO, where that is another name than people's. */
  readonly internalUrl?: string
}

interface TenantRoute {
  Params: { tenant: string }
}

/**
 * The development SSO: anybody who can reach it signs in as any user without a password, so it must never serve
 * anything but a sandbox, or one person's own machine.
 */
export const buildSso = (options: SsoOptions): FastifyInstance => {
  const { issuers, hostnames, secret, internalUrl } = options
  const app = Fastify({ bodyLimit: 4096 })
  const signIns = createSignIns(options.signIn, issuers.operators)
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  // A web page can point a name of its own at 127.0.0.1 (DNS rebinding) and would then read tokens.
  app.addHook('onRequest', async (request, reply) => {
    if (hostnames.includes(request.hostname)) return
    return reply.code(421).send({ error: 'unknown_host' })
  })

  // Asked by the health check of the image.
  app.get('/livez', async () => ({ status: 'ok' }))

  app.get<TenantRoute>('/:tenant/.well-known/openid-configuration', async (request, reply) => {
    const issuer = await issuers.find(request.params.tenant)
    if (!issuer) return unknownTenant(reply, issuers)
    const internal = internalUrl !== undefined && request.host === new URL(internalUrl).host
    const direct = internal ? `${internalUrl}/${issuer.tenantId}` : issuer.url
    return discoveryOf(issuer, direct, signIns.client(issuer))
  })

  app.get<TenantRoute>('/:tenant/jwks.json', async (request, reply) => {
    const issuer = await issuers.find(request.params.tenant)
    return issuer ? issuer.jwks : unknownTenant(reply, issuers)
  })

  app.post<TenantRoute>('/:tenant/token', async (request, reply) => {
    const issuer = await issuers.find(request.params.tenant)
    if (!issuer) return unknownTenant(reply, issuers)
    reply.header('cache-control', 'no-store')
    const user = requestedUser(issuer, request.body, secret)
    if ('error' in user) return reply.code(400).send(user)
    const token = await issuer.tokenFor(user)
    // For `TOKEN=$(curl ...)` in a shell without a JSON parser.
    if (request.headers.accept === 'text/plain') return reply.type('text/plain').send(token)
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: issuer.lifeSeconds,
      scope: user.scopes.join(' '),
    }
  })

  signInRoutes(app, { issuers, signIns, secret })
  return app
}

const unknownTenant = (reply: FastifyReply, { known }: Issuers) =>
  reply.code(404).send({
    error: 'not_found',
    error_description: `No such tenant. Tenants: ${known.map(({ tenantId }) => tenantId).join(', ')}.`,
  })
