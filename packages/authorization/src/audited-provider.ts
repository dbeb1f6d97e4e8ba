import type { IncomingMessage } from 'node:http'
import type { GatewayError } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'
import { decodeJwt } from 'jose'
import type Provider from 'oidc-provider'
import type { errors, KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import type { AuthorizationContext } from './context.ts'
import { record } from './http/record.ts'
import { errorPage } from './pages/error-page.ts'
import { pageHeaders } from './pages/page-headers.ts'
import { unavailableIn } from './reachable.ts'
import { useAfter } from './use-after.ts'

/** Failures with a code, of its verifier or its client, after which it is dead (RFC 9700 section 2.1.1 asks for less). */
const mostCodeFailures = 5

/**
 * Has every answer of the provider followed by what belongs to it: one audit event for a refusal and for a token, the end of a
 * code that is guessed at, and 503 instead of 500 where a store is away.
 */
export const auditProvider = (provider: Provider, context: AuthorizationContext): void => {
  const { requests, store, logger } = context
  const failures = new WeakMap<object, Error>()
  const remember = (ctx: KoaContextWithOIDC, error: Error): void => {
    failures.set(ctx, error)
  }
  provider.on('authorization.error', remember)
  provider.on('grant.error', remember)
  provider.on('registration_create.error', remember)
  provider.on('revocation.error', remember)
  provider.on('jwks.error', remember)
  provider.on('discovery.error', remember)
  provider.on('server_error', remember)
  const revoking = new WeakSet<object>()
  provider.on('grant.revoked', (ctx) => void revoking.add(ctx))

  // What goes wrong behind the provider's own handlers, such as with the audit log: nothing is handed out then.
  provider.use(async (ctx, next) => {
    try {
      await next()
    } catch (thrown) {
      const request = requests.get(ctx.req)
      const away = unavailableIn(thrown)
      logger.error({ reqId: request?.id, err: thrown }, 'authorization server failed')
      ctx.remove('Location')
      ctx.remove('Set-Cookie')
      answerOutage(ctx, request, away)
      if (!request) return
      const reason = away ? 'temporarily_unavailable' : 'server_error'
      await record(context, request, {
        event: 'oauth.deny',
        outcome: 'error',
        reason,
        status: ctx.status,
      }).catch((err: unknown) => logger.error({ reqId: request.id, err }, 'audit event lost'))
    }
  })
  useAfter(provider, async (ctx) => {
    const request = requests.get(ctx.req)
    if (!request) throw new TypeError('a request that came another way')
    const error = failures.get(ctx)
    // An error that was answered with success all the same is none (RFC 7009 section 2.2).
    if (error && ctx.status !== 200) await refused(ctx, request, error)
    else if (ctx.oidc?.route === 'token') await minted(ctx, request)
    else if (ctx.oidc?.route === 'registration') {
      await record(context, request, {
        event: 'oauth.registration',
        outcome: 'allow',
        clientId: clientIdIn(ctx.body),
      })
    }
  })

  const refused = async (ctx: KoaContextWithOIDC, request: FastifyRequest, error: Error): Promise<void> => {
    const away = unavailableIn(error)
    // Where client and redirect are known the app is told by a redirect.
    if (away && ctx.status >= 400) {
      answerOutage(ctx, request, away)
    } else if (ctx.status >= 500)
      logger.error({ reqId: request.id, err: error }, 'authorization server failed')
    const code = away ? 'temporarily_unavailable' : 'error' in error ? String(error.error) : 'server_error'
    await record(context, request, {
      event: 'oauth.deny',
      outcome: ctx.status >= 500 ? 'error' : 'deny',
      reason: revoking.has(ctx) ? reuseOf(ctx) : code,
      detail: detailOf(error),
      clientId: ctx.oidc.client?.clientId,
      status: ctx.status,
    })
    const tried = ctx.oidc.route === 'token' ? ctx.oidc.params?.code : undefined
    if (code === 'invalid_grant' && typeof tried === 'string') await countFailure(tried)
  }

  const countFailure = async (code: string): Promise<void> => {
    // Of what was never a code nothing is kept: anybody can name as many as they like.
    if (!(await store.find('AuthorizationCode', code))) return
    if ((await store.count('CodeFailure', code, 120)) < mostCodeFailures) return
    await store.destroy('AuthorizationCode', code)
  }

  const minted = async (ctx: KoaContextWithOIDC, request: FastifyRequest): Promise<void> => {
    const { sub, tenant, scope, idp } = claimsIn(ctx.body)
    await record(context, request, {
      event: 'oauth.token',
      outcome: 'allow',
      detail: scope,
      tenantId: tenant,
      clientId: ctx.oidc.client?.clientId,
      // A machine is its client, and nobody else.
      user: idp === undefined ? undefined : { id: sub, issuer: context.issuer, subject: sub },
    })
  }
}

/** Answers 503, or 500 where nothing is known to be away, in place of whatever the provider was about to say. */
const answerOutage = (
  ctx: Pick<KoaContextWithOIDC, 'path' | 'status' | 'body' | 'set'>,
  request: FastifyRequest | undefined,
  away: GatewayError | undefined,
): void => {
  ctx.status = away ? 503 : 500
  if (away) ctx.set('Retry-After', String(away.details.retryAfterSeconds ?? 2))
  ctx.set('Cache-Control', 'no-store')
  if (/^\/auth/.test(ctx.path)) {
    ctx.set(pageHeaders({ formTargets: [] }))
    ctx.body = errorPage({ status: ctx.status, requestId: request?.id ?? 'unknown' })
    return
  }
  const error = away ? 'temporarily_unavailable' : 'server_error'
  ctx.body = { error, error_description: away?.message ?? 'The sign-in service failed. Try again.' }
}

/** What was used twice, and has ended its grant with that. */
const reuseOf = ({ oidc }: KoaContextWithOIDC): string =>
  oidc.params?.grant_type === 'refresh_token' ? 'refresh_reuse' : 'code_reuse'

/** What the provider says of an error for its own log: sentences of its own, which name no secret. */
const detailOf = (error: Error): string | undefined => {
  const { error_detail } = error as Partial<errors.OIDCProviderError>
  return error_detail?.slice(0, 200)
}

/** What a token answer says in its access token, whichever grant it is of. */
const claimsIn = (body: unknown) =>
  tokenClaims.parse(decodeJwt(z.object({ access_token: z.string() }).parse(body).access_token))

const tokenClaims = z.object({
  sub: z.string(),
  tenant: z.string(),
  scope: z.string(),
  idp: z.string().optional(),
})

const clientIdIn = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'client_id' in body ? String(body.client_id) : undefined

/** Which request of the server a request of the provider is made from. */
export type RequestsOfProvider = WeakMap<IncomingMessage, FastifyRequest>
