import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import type { Issuers } from './issuers.ts'
import { requestedUser } from './token-request.ts'

interface SsoOptions {
  readonly issuers: Issuers
  /** Host names under which the SSO may be addressed. */
  readonly hostnames: readonly string[]
  /** When set, a token is given only to who sends it. */
  readonly secret?: string
}

interface TenantRoute {
  Params: { tenant: string }
}

/**
 * The development SSO: anybody who can reach it gets a token of any user without a password, so it must never
 * serve anything but a sandbox, or one person's own machine.
 */
export const buildSso = ({ issuers, hostnames, secret }: SsoOptions): FastifyInstance => {
  const app = Fastify({ bodyLimit: 4096 })
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

  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get<TenantRoute>('/:tenant/.well-known/openid-configuration', async (request, reply) => {
    const issuer = await issuers.find(request.params.tenant)
    if (!issuer) return unknownTenant(reply, issuers)
    return {
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/jwks.json`,
      token_endpoint: `${issuer.url}/token`,
      id_token_signing_alg_values_supported: ['ES256'],
      scopes_supported: [...new Set(issuer.users.flatMap(({ scopes }) => scopes))],
    }
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

  return app
}

const unknownTenant = (reply: FastifyReply, { known }: Issuers) =>
  reply.code(404).send({
    error: 'not_found',
    error_description: `No such tenant. Tenants: ${known.map(({ tenantId }) => tenantId).join(', ')}.`,
  })
