import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { createBrowser } from '@gateway/backends'
import { SignJWT } from 'jose'
import { expect } from 'vitest'
import type { HostShape } from './host-shapes.ts'
import type { SignInGateway } from './sign-in-gateway.ts'

/** What `/token` gives. */
export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly scope: string
}

/** A program that signs in as its vendor has written it. */
export interface Host {
  /** Discovers, registers if it does that, sends a person of a company through their browser, and redeems the code. */
  connect(company: 'acme' | 'globex'): Promise<Tokens>
  refresh(tokens: Tokens): Promise<Tokens[]>
}

interface Server {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly registration_endpoint: string
}

/** Makes a program of that shape; its document and its keys are served by its vendor's host from now on. */
export const openHost = (gateway: SignInGateway, shape: HostShape): Host => {
  const { hosts, url } = gateway
  const { document, registration, redirectUri } = shape
  const keys = shape.signs && generateKeyPairSync('rsa', { modulusLength: 2048 })
  if (document) hosts.answer(document.client_id.slice('https://'.length), hosts.json(document))
  if (keys && document) {
    const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'vendor-1', use: 'sig', alg: shape.signs }
    hosts.answer(String(document.jwks_uri).slice('https://'.length), hosts.json({ keys: [jwk] }))
  }
  const resource = shape.resource && { resource: spellings(url)[shape.resource] }
  const known: { server?: Server; clientId?: string } = {}

  const token = async (form: Record<string, string>): Promise<Response> => {
    const { server, clientId = '' } = known
    if (!server) throw new Error('it is not connected')
    const assertion = keys && {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'RS256', kid: 'vendor-1' })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(server.token_endpoint)
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(keys.privateKey),
    }
    const body = new URLSearchParams({ ...form, client_id: clientId, ...assertion })
    return fetch(server.token_endpoint, { method: 'POST', body })
  }
  const tokens = async (answer: Response): Promise<Tokens> => {
    const text = await answer.text()
    expect([answer.status, text]).toEqual([200, expect.stringContaining('refresh_token')])
    return JSON.parse(text)
  }

  return {
    async connect(company) {
      const server = await discover(url, shape)
      const clientId = document?.client_id ?? (await register(server, registration ?? {}))
      Object.assign(known, { server, clientId })
      const verifier = randomBytes(32).toString('base64url')
      const state = randomUUID()
      const asked = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        state,
        ...resource,
        ...(shape.scope !== undefined && { scope: shape.scope }),
        ...(shape.prompt !== undefined && { prompt: shape.prompt }),
      })
      const browser = createBrowser(redirectUri)
      const consent = await browser.open(`${server.authorization_endpoint}?${asked}`)
      const which = await browser.submit(consent, { answer: 'continue' })
      const back = await browser.submit(which, { company: `anna@${company}.example` })
      expect([back.status, back.text]).toEqual([0, ''])
      const { searchParams } = new URL(back.url)
      expect(Object.fromEntries(searchParams)).toEqual({
        code: expect.any(String),
        state,
        iss: server.issuer,
      })
      return tokens(
        await token({
          grant_type: 'authorization_code',
          code: searchParams.get('code') ?? '',
          redirect_uri: redirectUri,
          code_verifier: verifier,
          ...resource,
        }),
      )
    },
    async refresh({ refresh_token, scope }) {
      const bare = { grant_type: 'refresh_token', refresh_token }
      const whole = shape.refreshes === 'without scope and resource' ? bare : { ...bare, scope, ...resource }
      const times = shape.refreshes === 'twice at once' ? 2 : 1
      const answers = await Promise.all(Array.from({ length: times }, () => token(whole)))
      return Promise.all(answers.map(tokens))
    },
  }
}

const spellings = (origin: string) => ({
  url: `${origin}/mcp`,
  'url/': `${origin}/mcp/`,
  origin,
  'origin/': `${origin}/`,
  ORIGIN: origin.toUpperCase(),
})

/** From nothing but the URL: a 401, what it names, and what that names. */
const discover = async (origin: string, { ignoresChallenge }: HostShape): Promise<Server> => {
  const refused = await fetch(`${origin}/mcp`, { method: 'POST', body: '{}' })
  expect(refused.status).toBe(401)
  const wellKnown = '/.well-known/oauth-authorization-server'
  if (ignoresChallenge) return json(`${origin}${wellKnown}`)
  const named = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? ''
  const { resource, authorization_servers: servers } = await json<{
    resource: string
    authorization_servers: [string]
  }>(named)
  // VS Code refuses any other.
  expect(resource).toBe(`${origin}/mcp`)
  return json(`${servers[0]}${wellKnown}`)
}

const json = async <Value>(url: string): Promise<Value> => {
  const answer = await fetch(url)
  expect([url, answer.status]).toEqual([url, 200])
  return (await answer.json()) as Value
}

const register = async (server: Server, registration: object): Promise<string> => {
  const answer = await fetch(server.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(registration),
  })
  const text = await answer.text()
  expect([answer.status, text]).toEqual([201, expect.stringContaining('client_id')])
  // Whatever it asked for: nobody gets a secret, and all go on without one.
  expect(JSON.parse(text)).toMatchObject({ token_endpoint_auth_method: 'none' })
  expect(text).not.toContain('client_secret":')
  return JSON.parse(text).client_id
}
