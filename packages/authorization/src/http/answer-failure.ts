import { asGatewayError, GatewayError } from '@gateway/domain'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors } from 'oidc-provider'
import type { AuthorizationContext } from '../context.ts'
import { errorPage, notServedPage } from '../pages/error-page.ts'
import { unavailableIn } from '../reachable.ts'
import { OAuthRefusal } from './oauth-error.ts'
import { record } from './record.ts'
import { sendPage } from './send-page.ts'
import { TooMuchToDo } from './too-much.ts'

/** Paths that browsers come to; all others answer programs. */
const pagePaths = /^\/($|auth|interaction\/|sso\/|approvals\/)/

/** The one place where a refused or failed request becomes a page or an OAuth error, and an audit event. */
export const answerFailure =
  (context: Pick<AuthorizationContext, 'audit' | 'now' | 'retries' | 'companies'>) =>
  async (thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { code, message, status, detail, retryAfterSeconds, quota } = failureOf(thrown)
    if (status >= 500 && !(thrown instanceof TooMuchToDo))
      request.log.error({ code, status, err: thrown }, 'request failed')
    else request.log.info({ code, status }, 'request refused')
    await record(context, request, {
      event: eventOf(request),
      outcome: status >= 500 ? 'error' : 'deny',
      reason: code,
      detail,
      tenantId: context.companies.get(request),
      status,
    }).catch((err: unknown) => request.log.error({ err }, 'audit event lost'))
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterSeconds)))
    if (quota) {
      // draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
      reply.header('ratelimit-policy', `"address";q=${quota.most};w=${quota.seconds};qu="requests"`)
      reply.header('ratelimit', `"address";r=0;t=${Math.ceil(retryAfterSeconds ?? quota.seconds)}`)
    }
    reply.header('cache-control', 'no-store')
    if (pagePaths.test(request.routeOptions?.url ?? request.url.split('?')[0] ?? '')) {
      const isApproval = ofApproval(request)
      const retry = (status === 503 || isApproval) && retryOf(context, request)
      const view = { requestId: request.id, ...(isApproval && approvalWords(status)), ...retry }
      return code === 'unknown_tenant'
        ? sendPage(reply, notServedPage(view), status)
        : sendPage(reply, errorPage({ ...view, status, ...(own(thrown) && { sentence: message }) }), status)
    }
    return reply
      .code(status)
      .type('application/json')
      .send(JSON.stringify({ error: oauthCode(code), error_description: message }))
  }

const ofApproval = (request: FastifyRequest): boolean =>
  request.routeOptions?.url?.startsWith('/approvals/') ?? false

/** What was refused: a step of a sign-in, or a look at an approval or a decision on it. */
const eventOf = (request: FastifyRequest) => {
  if (!ofApproval(request)) return 'oauth.deny'
  return request.method === 'POST' ? 'approval.decide' : 'approval.view'
}

/** Whoever decides came by a link, and has no app to go back to. */
const approvalWords = (status: number) => ({
  title: status >= 500 ? 'Approvals are not available right now' : 'You cannot continue here',
  advice: `Nothing was decided. ${status >= 500 ? 'Wait a minute, and open' : 'Open'} the link again; if this stays, ask your administrators.`,
})

/** The page to begin again at: the consent of the same request, which has lost nothing. */
const retryOf = ({ retries }: Pick<AuthorizationContext, 'retries'>, request: FastifyRequest) => {
  const { uid } = { uid: undefined, ...(request.params as object) } as { uid: unknown }
  const own = typeof uid === 'string' ? `/interaction/${encodeURIComponent(uid)}` : undefined
  const path = retries.get(request) ?? own
  return path === undefined ? {} : { retry: { path, label: 'Try again' } }
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly detail?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly quota?: OAuthRefusal['quota']
}

const own = (thrown: unknown): boolean => thrown instanceof GatewayError || thrown instanceof OAuthRefusal

const failureOf = (thrown: unknown): Failure => {
  if (thrown instanceof OAuthRefusal) return { ...thrown, code: thrown.code, message: thrown.message }
  const away = unavailableIn(thrown)
  if (away) return unavailable(away)
  // Of the provider, thrown by rules of ours with sentences of ours.
  if (thrown instanceof errors.OIDCProviderError) {
    const { error: code, status } = thrown
    const message = thrown.error_description ?? thrown.message
    return { code, message, status, ...(status === 503 && { retryAfterSeconds: 2 }) }
  }
  const status = statusOf(thrown)
  if (!(thrown instanceof GatewayError) && status !== undefined && status < 500) {
    return { code: 'invalid_request', message: 'The request cannot be read.', status }
  }
  const { code, message, status: own, cause } = asGatewayError(thrown)
  return { code, message, status: own, detail: typeof cause === 'string' ? cause : undefined }
}

const unavailable = ({ code, message, status, cause, details }: GatewayError): Failure => ({
  code,
  message,
  status,
  detail: typeof cause === 'string' ? cause : undefined,
  retryAfterSeconds: details.retryAfterSeconds ?? 2,
})

/** The framework's own refusals keep their status, not their wording. */
const statusOf = (thrown: unknown): number | undefined =>
  thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : undefined

const oauthCode = (code: string): string =>
  ({
    unavailable: 'temporarily_unavailable',
    internal: 'server_error',
    bad_request: 'invalid_request',
    parse_error: 'invalid_request',
    payload_too_large: 'invalid_request',
  })[code] ?? code
