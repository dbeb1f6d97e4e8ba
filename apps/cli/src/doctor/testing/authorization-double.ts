import { randomUUID } from 'node:crypto'
import { serverMetadata } from './gateway-double.ts'
import { type Asked, json, nothing, type Reply } from './reply.ts'

/** Clients by their id, with their redirect URIs. */
export type Clients = Map<string, readonly string[]>

/** Client documents, as if the double had read them. */
const documents: Readonly<Record<string, readonly string[]>> = {
  'https://claude.ai/oauth/mcp-oauth-client-metadata': ['https://claude.ai/api/mcp/auth_callback'],
  'https://claude.ai/oauth/claude-code-client-metadata': [
    'http://localhost/callback',
    'http://127.0.0.1/callback',
  ],
  'https://vscode.dev/oauth/client-metadata.json': ['http://127.0.0.1/', 'http://127.0.0.1:33418/'],
  'https://chatgpt.com/oauth/codex/client.json': ['http://127.0.0.1/callback/b7d8c1a0'],
}

/** An authorization server that does as it should up to the page that asks the person. */
export const answerOfAuthorization = (
  asked: Asked,
  {
    issuer,
    resource,
    clients,
  }: { readonly issuer: string; readonly resource: string; readonly clients: Clients },
): Reply => {
  const { method, url, headers } = asked
  if (headers.host !== new URL(issuer).host) return nothing(421)
  switch (`${method} ${url.pathname}`) {
    case 'GET /.well-known/oauth-authorization-server':
      return json(200, serverMetadata({ authorization: issuer }))
    case 'POST /reg':
      return registered(JSON.parse(asked.body), issuer, clients)
    case 'GET /auth':
      return authorized(url.searchParams, { issuer, resource, clients })
  }
  const id = /^\/reg\/(.*)$/.exec(url.pathname)?.[1]
  if (method === 'DELETE' && id !== undefined && headers.authorization === `Bearer of-${id}`) {
    return nothing(clients.delete(id) ? 204 : 401)
  }
  return nothing(404)
}

const registered = (
  sent: { readonly redirect_uris: readonly string[] },
  issuer: string,
  clients: Clients,
): Reply => {
  const allowed = /^(https:\/\/|cursor:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/
  if (!sent.redirect_uris.every((uri) => allowed.test(uri))) {
    return json(400, { error: 'invalid_redirect_uri', error_description: 'Not such a redirect.' })
  }
  const id = randomUUID()
  clients.set(id, sent.redirect_uris)
  return json(201, {
    ...sent,
    client_id: id,
    token_endpoint_auth_method: 'none',
    registration_client_uri: `${issuer}/reg/${id}`,
    registration_access_token: `of-${id}`,
  })
}

const authorized = (
  asked: URLSearchParams,
  {
    issuer,
    resource,
    clients,
  }: { readonly issuer: string; readonly resource: string; readonly clients: Clients },
): Reply => {
  const id = asked.get('client_id') ?? ''
  const known = clients.get(id) ?? documents[id]
  const redirect = asked.get('redirect_uri') ?? ''
  if (!known?.some((uri) => withoutPort(uri) === withoutPort(redirect))) return nothing(400)
  const told = (error: string): Reply => {
    const to = new URL(redirect)
    for (const [name, value] of Object.entries({ error, state: asked.get('state') ?? '', iss: issuer })) {
      to.searchParams.set(name, value)
    }
    return { status: 303, headers: { location: to.href } }
  }
  if (asked.get('code_challenge_method') !== 'S256') return told('invalid_request')
  const { origin } = new URL(resource)
  const aliases = [resource, `${resource}/`, origin, `${origin}/`]
  if (!aliases.includes(asked.get('resource') ?? '')) return told('invalid_target')
  return { status: 303, headers: { location: `/interaction/${randomUUID()}` } }
}

const withoutPort = (uri: string) => uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+/, '$1')
