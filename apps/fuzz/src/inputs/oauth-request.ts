import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Json, Material } from './input.ts'
import { jsonText, mutateJson } from './mutate-json.ts'
import type { GoodRequest, Headers } from './request-text.ts'

/** A request to the authorization server whose parameters are wrong in one thing or more. */
export const oauthRequest = (random: Random, { hosts, token, pieces, source }: Material): GoodRequest => {
  const headers: Headers = [
    ['Host', hosts.authorization],
    ['X-Forwarded-For', source],
    ['Accept', 'text/html, application/json'],
  ]
  const given = (parameters: Json): string => {
    const pairs = Object.entries(mutateOnce(random, parameters)).map(
      ([name, value]) =>
        [name, typeof value === 'string' ? value : JSON.stringify(value)] as [string, string],
    )
    const form = new URLSearchParams(pairs)
    if (random.chance(0.2)) form.append(random.pick(Object.keys(parameters)), random.pick(hostileTexts))
    return String(form)
  }
  const post = (path: string, body: string, type: string): GoodRequest => ({
    door: 'authorization',
    method: 'POST',
    path,
    headers: [...headers, ['Content-Type', type]],
    body,
  })
  const get = (path: string): GoodRequest => ({ door: 'authorization', method: 'GET', path, headers })
  const authorize: Json = {
    client_id: random.pick([
      'https://client.example/a.json',
      'http://127.0.0.1:1/x',
      'claude',
      'x'.repeat(300),
    ]),
    response_type: 'code',
    redirect_uri: random.pick(redirectUris),
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: random.pick(['S256', 'plain']),
    scope: 'aws:read',
    state: random.pick(hostileTexts),
    resource: String(pieces.claims.aud),
  }
  const registration: Json = {
    client_name: random.pick(hostileTexts),
    redirect_uris: [random.pick(redirectUris), random.pick(redirectUris)],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
  const exchange: Json = {
    grant_type: random.pick(['authorization_code', 'refresh_token', 'client_credentials', jwtBearer]),
    code: random.pick(hostileTexts),
    code_verifier: 'x'.repeat(50),
    refresh_token: random.pick(hostileTexts),
    assertion: random.pick([token, 'a.b.c']),
    client_id: random.pick(['claude', 'https://client.example/a.json']),
    redirect_uri: random.pick(redirectUris),
    resource: String(pieces.claims.aud),
  }
  switch (random.below(7)) {
    case 0:
      return get(random.pick(documents))
    case 1:
      return get(`/auth?${given(authorize)}`)
    case 2:
      return post('/token', given(exchange), form)
    case 3:
      return post('/token/revocation', given({ token: random.pick([token, 'x']), client_id: 'claude' }), form)
    case 4:
      return get(`/${random.pick(pages)}?${given({ code: 'x', state: random.pick(hostileTexts), iss: 'x' })}`)
    default:
      return post('/reg', jsonText(mutateJson(random, registration)), 'application/json')
  }
}

const mutateOnce = (random: Random, parameters: Json): Json => {
  const mutated = mutateJson(random, parameters)
  return typeof mutated === 'object' && mutated !== null && !Array.isArray(mutated)
    ? (mutated as Json)
    : parameters
}

const form = 'application/x-www-form-urlencoded'
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

const documents = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/jwks',
  '/healthz',
  '/',
  '/auth/none',
]

const pages = [
  'callback',
  'callback/acme',
  'interaction/x',
  'interaction/__proto__',
  'approvals/x',
  'auth/%00',
]

const redirectUris = [
  'http://127.0.0.1:33418/callback',
  'http://localhost/callback',
  'https://client.example/callback',
  'http://localhost.evil.example/',
  'http://127.0.0.2/',
  'cursor://anysphere.cursor-retrieval/oauth/callback',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://client.example/#fragment',
  'https://user:password@client.example/',
  'http://[::1]:99999/',
  'https://xn--/',
  'http://%00/',
  '//x',
  '',
]
