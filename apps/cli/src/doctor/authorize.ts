import { createHash, randomBytes } from 'node:crypto'
import type { Deployment } from './deployment.ts'
import { endpointOf } from './register.ts'

/** What an authorization request is made of; null leaves a member out. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly resource: string
  readonly challenge?: null
}

/** How it is answered. */
export type AuthorizationOutcome =
  /** A page of the server, or a redirect to one of its own. */
  | { readonly outcome: 'page' }
  /** The client is told, at its redirect URI. */
  | { readonly outcome: 'error'; readonly parameters: URLSearchParams; readonly state: string }
  /** A page that says no. */
  | { readonly outcome: 'refused'; readonly status: number; readonly text: string }
  /** Somewhere else. */
  | { readonly outcome: 'elsewhere'; readonly location: string }

/** Asks for authorization as a browser would, without going on; undefined where there is no endpoint to ask. */
export const authorize = async (
  { reach, server, issuer }: Deployment,
  { clientId, redirectUri, resource, challenge }: AuthorizationRequest,
): Promise<AuthorizationOutcome | undefined> => {
  const endpoint = endpointOf('authorization_endpoint', await server(), await issuer())
  if (endpoint === undefined) return undefined
  const state = randomBytes(16).toString('base64url')
  const url = new URL(endpoint)
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    resource,
    scope: 'aws:read',
    state,
    ...(challenge !== null && { code_challenge: codeChallenge(), code_challenge_method: 'S256' }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const { status, header, body } = await reach.send({ url: url.href, headers: { accept: 'text/html' } })
  const location = header('location')
  if (location === undefined || status < 300 || status >= 400) {
    return status < 400 ? { outcome: 'page' } : { outcome: 'refused', status, text: body }
  }
  const target = URL.canParse(location, endpoint) ? new URL(location, endpoint) : undefined
  if (!target) return { outcome: 'elsewhere', location }
  if (target.origin === url.origin && target.protocol !== 'cursor:') return { outcome: 'page' }
  if (
    target.href.split('?')[0] === new URL(redirectUri).href.split('?')[0] &&
    target.searchParams.has('error')
  ) {
    return { outcome: 'error', parameters: target.searchParams, state }
  }
  return { outcome: 'elsewhere', location }
}

/** RFC 7636 section 4.2, of a verifier that is thrown away. */
const codeChallenge = (): string =>
  createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url')
