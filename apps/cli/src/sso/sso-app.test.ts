import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeEach, expect, test } from 'vitest'
import { createIssuers, type Issuers } from './issuers.ts'
import { buildSso } from './sso-app.ts'
import { sandboxUsers } from './users.ts'

const base = 'http://127.0.0.1:3001'
const audience = 'http://127.0.0.1:3000/mcp'
const admin = 'http://127.0.0.1:3000/admin'
const tenants = ['acme', 'globex'].map((id) => ({ id, users: sandboxUsers }))
let issuers: Issuers

beforeEach(async () => {
  issuers = await createIssuers({ tenants, url: base, resource: audience })
})

const sso = (secret?: string) =>
  buildSso({ issuers, hostnames: ['127.0.0.1'], ...(secret !== undefined && { secret }) })

const ask = async (url: string, body: string, headers: Record<string, string> = {}, secret?: string) => {
  const answer = await sso(secret).inject({
    method: 'POST',
    url,
    headers: { host: '127.0.0.1:3001', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })
  return answer
}

const get = (url: string, host = '127.0.0.1:3001') => sso().inject({ method: 'GET', url, headers: { host } })

const keysOf = async (tenant: string) => (await get(`/${tenant}/jwks.json`)).json<JSONWebKeySet>()

test('a token verifies against the keys of its issuer and has the claims that a gateway demands', async () => {
  const answer = await ask('/acme/token', 'user=operator')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['cache-control']).toBe('no-store')
  const { access_token, ...rest } = answer.json<{ access_token: string }>()
  expect(rest).toEqual({ token_type: 'Bearer', expires_in: 7200, scope: 'aws:read aws:write' })
  expect(access_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(decodeProtectedHeader(access_token)).toEqual({
    alg: 'ES256',
    typ: 'at+jwt',
    kid: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  })
  const { payload } = await jwtVerify(access_token, createLocalJWKSet(await keysOf('acme')), {
    issuer: `${base}/acme`,
    audience,
    typ: 'at+jwt',
    algorithms: ['ES256'],
  })
  expect(payload).toEqual({
    iss: `${base}/acme`,
    aud: audience,
    sub: 'acme-operator',
    client_id: 'sandbox',
    scope: 'aws:read aws:write',
    groups: ['aws-operators'],
    iat: expect.any(Number),
    exp: (payload.iat ?? 0) + 7200,
    jti: expect.any(String),
  })
})

test('each tenant has a key of its own, and no private part of any is served', async () => {
  const [acme, globex] = [await keysOf('acme'), await keysOf('globex')]
  expect(acme.keys[0]?.x).not.toBe(globex.keys[0]?.x)
  expect(acme.keys[0]?.kid).not.toBe(globex.keys[0]?.kid)
  expect(Object.keys(acme.keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  const token = (await ask('/acme/token', 'user=reader', { accept: 'text/plain' })).body
  await expect(jwtVerify(token, createLocalJWKSet(globex))).rejects.toThrow()
})

test('a user is named as a form or as JSON', async () => {
  const form = await ask('/globex/token', 'user=admin')
  const json = await ask('/globex/token', '{"user":"admin"}', { 'content-type': 'application/json' })
  for (const answer of [form, json]) {
    expect(answer.json()).toMatchObject({ scope: 'aws:read aws:write aws:admin' })
  }
})

test.each(['user=root', 'user=', '', 'user=__proto__'])('form %j gets no token', async (body) => {
  const answer = await ask('/acme/token', body)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toEqual({
    error: 'invalid_request',
    error_description: 'Send user=NAME as a form or as JSON. Users of acme: reader, operator, admin.',
  })
})

test('an unknown tenant is 404 and names the known ones', async () => {
  for (const answer of [await ask('/initech/token', 'user=reader'), await get('/initech/jwks.json')]) {
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ error_description: 'No such tenant. Tenants: acme, globex.' })
  }
})

test('the discovery document names issuer, keys and token endpoint', async () => {
  expect((await get('/globex/.well-known/openid-configuration')).json()).toMatchObject({
    issuer: `${base}/globex`,
    jwks_uri: `${base}/globex/jwks.json`,
    token_endpoint: `${base}/globex/token`,
  })
})

const signIn = { redirectUri: 'http://127.0.0.1:3002/sso/callback', secrets: new Map([['acme', 'known']]) }

test('where people sign in through a browser, the document says how, and programs inside are sent inside', async () => {
  const app = buildSso({
    issuers,
    hostnames: ['127.0.0.1', 'sandbox'],
    signIn,
    internalUrl: 'http://sandbox:3001',
  })
  const document = async (host: string) =>
    (await app.inject({ url: '/acme/.well-known/openid-configuration', headers: { host } })).json()
  const endpoints = {
    issuer: `${base}/acme`,
    authorization_endpoint: `${base}/acme/authorize`,
    end_session_endpoint: `${base}/acme/sign-out`,
    token_endpoint: `${base}/acme/oauth/token`,
    userinfo_endpoint: `${base}/acme/oauth/userinfo`,
    jwks_uri: `${base}/acme/jwks.json`,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  }
  expect(await document('127.0.0.1:3001')).toMatchObject(endpoints)
  expect(await document('sandbox:3001')).toMatchObject({
    ...endpoints,
    token_endpoint: 'http://sandbox:3001/acme/oauth/token',
    userinfo_endpoint: 'http://sandbox:3001/acme/oauth/userinfo',
    jwks_uri: 'http://sandbox:3001/acme/jwks.json',
  })
  expect(await document('evil.example')).toEqual({ error: 'unknown_host' })
  const exchange = await app.inject({
    method: 'POST',
    url: '/acme/oauth/token',
    headers: { host: 'sandbox:3001', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=authorization_code&client_id=aws-mcp-gateway&client_secret=known&code=none',
  })
  expect(exchange.json()).toMatchObject({ error: expect.stringMatching(/^invalid_(request|grant)$/) })
})

test('with a secret, a person signs in only with it', async () => {
  const secret = 'a-printed-secret'
  const app = buildSso({ issuers, hostnames: ['127.0.0.1'], signIn, secret })
  const host = '127.0.0.1:3001'
  const parameters = new URLSearchParams({
    client_id: 'aws-mcp-gateway',
    redirect_uri: `${signIn.redirectUri}/acme`,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  const begun = await app.inject({ url: `/acme/authorize?${parameters}`, headers: { host } })
  const cookie = begun.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const url = String(begun.headers.location)
  const page = await app.inject({ url, headers: { host, cookie } })
  expect(page.body).toContain('<input type="password" name="secret"')
  const choose = (form: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url,
      headers: { host, cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    })
  for (const wrong of [undefined, '', 'a-printed-secreT']) {
    const answer = await choose({ user: 'admin', ...(wrong !== undefined && { secret: wrong }) })
    expect([answer.statusCode, answer.headers.location]).toEqual([400, undefined])
    expect(answer.body).toContain('role="alert"')
    expect(answer.body).not.toContain(secret)
  }
  expect((await choose({ user: 'admin', secret })).headers.location).toContain('/acme/authorize/')
})

test('without an authorization server nobody signs in through a browser', async () => {
  for (const path of ['authorize', 'authorize/x', 'login/x', 'sign-out', 'oauth/userinfo']) {
    expect((await get(`/acme/${path}`)).statusCode).toBe(404)
  }
})

test('a name that a web page pointed at loopback is refused', async () => {
  expect((await get('/acme/jwks.json', 'evil.example:3001')).statusCode).toBe(421)
  expect((await ask('/acme/token', 'user=reader', { host: 'evil.example:3001' })).statusCode).toBe(421)
  const app = buildSso({ issuers, hostnames: ['127.0.0.1'], signIn })
  for (const path of ['authorize', 'login/x', 'sign-out']) {
    const answer = await app.inject({ url: `/acme/${path}`, headers: { host: 'evil.example:3001' } })
    expect(answer.statusCode).toBe(421)
  }
})

test('with a secret, only who knows it gets a token', async () => {
  const secret = 'a-printed-secret'
  for (const body of ['user=reader', 'user=reader&secret=', 'user=reader&secret=a-printed-secreT']) {
    const answer = await ask('/acme/token', body, {}, secret)
    expect([answer.statusCode, answer.json().error]).toEqual([400, 'invalid_grant'])
    expect(answer.body).not.toContain(secret)
  }
  const answer = await ask('/acme/token', `user=reader&secret=${secret}`, {}, secret)
  expect(answer.statusCode).toBe(200)
})

test('with operators, tenants that are made later can sign in, each at an issuer of its own', async () => {
  issuers = await createIssuers({ tenants, url: base, resource: audience, adminResource: admin })
  const answer = await ask('/initech/token', 'user=operator', { accept: 'text/plain' })
  const { payload } = await jwtVerify(answer.body, createLocalJWKSet(await keysOf('initech')), {
    issuer: `${base}/initech`,
    audience,
  })
  expect(payload).toMatchObject({ sub: 'initech-operator', scope: 'aws:read aws:write' })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
  await expect(jwtVerify(answer.body, createLocalJWKSet(await keysOf('acme')))).rejects.toThrow()
  // The key of an issuer stays.
  expect(await keysOf('initech')).toEqual(await keysOf('initech'))
  for (const name of ['Initech', '-initech', 'a'.repeat(33), '__proto__', '%2e%2e', 'a%2Fb']) {
    expect((await ask(`/${name}/token`, 'user=reader')).statusCode, name).toBe(404)
  }
})

test('the token of an operator is for the admin API, names its group and no scope, and is good for an hour', async () => {
  issuers = await createIssuers({ tenants, url: base, resource: audience, adminResource: admin })
  const answer = await ask('/operators/token', 'user=operator')
  expect(answer.json()).toMatchObject({ expires_in: 3600, scope: '' })
  const keys = createLocalJWKSet(await keysOf('operators'))
  const { payload } = await jwtVerify(answer.json().access_token, keys, {
    issuer: `${base}/operators`,
    audience: admin,
    typ: 'at+jwt',
  })
  expect(payload).toMatchObject({ groups: ['gateway-operators'], client_id: 'sandbox', scope: '' })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
  for (const user of ['reader', 'admin']) {
    expect((await ask('/operators/token', `user=${user}`)).statusCode).toBe(400)
  }
  const ofUser = (await ask('/acme/token', 'user=operator', { accept: 'text/plain' })).body
  await expect(jwtVerify(ofUser, keys)).rejects.toThrow()
})

test('without operators nobody can sign in as one', async () => {
  issuers = await createIssuers({ tenants, url: base, resource: audience })
  expect((await ask('/operators/token', 'user=operator')).statusCode).toBe(404)
})
