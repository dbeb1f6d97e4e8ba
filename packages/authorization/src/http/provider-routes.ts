import { GatewayError } from '@gateway/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { registrationId } from '../client-features.ts'
import { isOriginOf } from '../clients/origins.ts'
import { cleanRegistration } from '../clients/registration.ts'
import type { AuthorizationContext } from '../context.ts'
import { authParameters, setResource } from './auth-parameters.ts'
import { clientThatAsks } from './client-that-asks.ts'
import { forwardedRequest } from './forwarded-request.ts'
import { limitStrangers } from './limit-strangers.ts'
import { OAuthRefusal } from './oauth-error.ts'
import { formOf } from './read-form.ts'

/** The endpoints of the provider, each with what must hold of a request before it sees it. There are no others. */
export const providerRoutes = (app: FastifyInstance, context: AuthorizationContext): void => {
  const { issuer, resource, clients, store } = context
  const { host, protocol } = new URL(issuer)

  const forward = async (
    request: FastifyRequest,
    reply: FastifyReply,
    {
      path = request.routeOptions.url ?? '/',
      query,
      body,
      type,
    }: { path?: string; query?: URLSearchParams; body?: string; type?: string } = {},
  ): Promise<FastifyReply> => {
    const provider = await context.provider()
    const search = query === undefined || query.size === 0 ? '' : `?${query}`
    const raw = forwardedRequest(request.raw, {
      url: `${path}${search}`,
      headers: {
        ...passedOn(request),
        host,
        'x-forwarded-proto': protocol.slice(0, -1),
        ...(type !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body }),
    })
    context.requests.set(raw, request)
    if (request.method === 'POST') reply.header('cache-control', 'no-store')
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    await provider.callback()(raw, reply.raw)
    return reply
  }
  const queryOf = (request: FastifyRequest) => new URL(request.raw.url ?? '/', issuer).searchParams

  app.get('/auth', async (request, reply) => {
    const query = authParameters(queryOf(request), resource)
    await limitStrangers(context, request, 'RequestsFrom')
    return forward(request, reply, { query })
  })
  app.get<{ Params: { uid: string } }>('/auth/:uid', async (request, reply) =>
    forward(request, reply, { path: `/auth/${encodeURIComponent(request.params.uid)}` }),
  )
  for (const url of [
    '/jwks',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ]) {
    app.get(url, async (request, reply) => forward(request, reply))
    app.options(url, async (request, reply) => forward(request, reply))
  }

  app.post('/token', async (request, reply) => {
    const parameters = bodyOf(request)
    setResource(parameters, resource)
    // Here and not in the provider, which would spend the code, and takes a foreign one beside ours.
    if (parameters.getAll('resource').some((each) => each !== resource))
      throw new OAuthRefusal('invalid_target', 'The resource is none of this server.')
    // Where people signed in many of them share a client and a network, and what they present cannot be guessed.
    const client = clientThatAsks(request, parameters)
    if (client !== undefined) await limitStrangers(context, request, 'TokensFrom', client)
    return forward(request, reply, { body: String(parameters), type: form })
  })
  app.post('/token/revocation', async (request, reply) =>
    forward(request, reply, { body: String(bodyOf(request)), type: form }),
  )
  for (const url of ['/token', '/token/revocation']) {
    app.options(url, async (request, reply) => forward(request, reply))
  }

  app.post('/reg', async (request, reply) => {
    if (typeof request.body !== 'string')
      throw new OAuthRefusal('invalid_client_metadata', 'Send client metadata as a JSON object.')
    const metadata = cleanRegistration(parsed(request.body), {
      ...(clients.allow && { allow: clients.allow }),
    })
    if (isOriginOf(metadata.redirect_uris, request.headers.origin ?? ''))
      allowOrigin(reply, request.headers.origin ?? '')
    const known = await store.find('Client', registrationId(metadata))
    if (!known) await limitStrangers(context, request, 'RegistrationsFrom')
    return forward(request, reply, { body: JSON.stringify(metadata), type: 'application/json' })
  })

  // Which app asks is told only by the registration itself; that is answered to pages of its own origin.
  app.options('/reg', async (request, reply) =>
    allowOrigin(reply, request.headers.origin ?? '')
      .code(204)
      .headers({
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': '3600',
      })
      .send(),
  )

  const bodyOf = (request: FastifyRequest): URLSearchParams => {
    if (queryOf(request).size > 0)
      throw new OAuthRefusal('invalid_request', 'Send the parameters in the body only.')
    return new URLSearchParams(formOf(request.body))
  }
}

const form = 'application/x-www-form-urlencoded'

const allowOrigin = (reply: FastifyReply, origin: string): FastifyReply =>
  origin === '' ? reply : reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin' })

/** Headers of a caller that the provider needs; what a proxy may have added or a caller made up is not among them. */
const passedOn = ({ headers }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    [
      'accept',
      'authorization',
      'content-type',
      'cookie',
      'origin',
      'user-agent',
      'access-control-request-method',
      'access-control-request-headers',
    ].flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, name === 'cookie' ? withoutSession(value) : value]] : []
    }),
  )

/** Nobody stays signed in here: each request asks anew, whoever signed in before in the same browser. */
const withoutSession = (cookie: string): string =>
  cookie
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => !/^_session(\.\w+)*=/.test(pair))
    .join('; ')

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new GatewayError('parse_error', 'The body is not JSON.')
  }
}
