import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CompanySso, startCompanySso } from '@gateway/backends'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Asked, appRedirect, type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { expectUnsaid, refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
let clientId: string
beforeAll(async () => {
  sso = await startCompanySso()
  sso.says = { subject: 'anna', groups: ['staff', 'builders'] }
  harness = await startHarness([tenantAt('acme', sso)])
  clientId = (await harness.register({ redirect_uris: [appRedirect, 'http://localhost/callback'] })).client_id
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

const pathOf = (asked: Partial<Asked>) => harness.authUrl({ clientId, ...asked }).slice(harness.issuer.length)
const without = (path: string, ...names: string[]) => {
  const url = new URL(path, harness.issuer)
  for (const name of names) url.searchParams.delete(name)
  return url.pathname + url.search
}

describe('told to the app, by a redirect with state and iss', () => {
  const rows: [string, string, () => string][] = [
    [
      'C01 no code_challenge',
      'invalid_request',
      () => without(pathOf({}), 'code_challenge', 'code_challenge_method'),
    ],
    ['C01 plain', 'invalid_request', () => pathOf({ parameters: { code_challenge_method: 'plain' } })],
    ['C01 plain by default', 'invalid_request', () => without(pathOf({}), 'code_challenge_method')],
    ['C01 S512', 'invalid_request', () => pathOf({ parameters: { code_challenge_method: 'S512' } })],
    ['C01 s256', 'invalid_request', () => pathOf({ parameters: { code_challenge_method: 's256' } })],
    ['C01 a method alone', 'invalid_request', () => without(pathOf({}), 'code_challenge')],
    ['C01 a short challenge', 'invalid_request', () => pathOf({ parameters: { code_challenge: 'short' } })],
    ['C01 no base64url', 'invalid_request', () => pathOf({ parameters: { code_challenge: '='.repeat(43) } })],
    ['C01 an empty one', 'invalid_request', () => pathOf({ parameters: { code_challenge: '' } })],
    [
      'C08 a foreign resource',
      'invalid_target',
      () => pathOf({ parameters: { resource: 'https://evil.example' } }),
    ],
    [
      'C08 a path below',
      'invalid_target',
      () => pathOf({ parameters: { resource: `${harness.resource}/x` } }),
    ],
    [
      'C08 another port',
      'invalid_target',
      () => pathOf({ parameters: { resource: 'http://127.0.0.1:3001/mcp' } }),
    ],
    ['C08 https', 'invalid_target', () => pathOf({ parameters: { resource: 'https://127.0.0.1:3000/mcp' } })],
    ['C08 a fragment', 'invalid_target', () => pathOf({ parameters: { resource: `${harness.resource}#x` } })],
    ['C08 a query', 'invalid_target', () => pathOf({ parameters: { resource: `${harness.resource}?x` } })],
    ['C08 no URL', 'invalid_target', () => pathOf({ parameters: { resource: 'mcp' } })],
    [
      'C08 dot segments',
      'invalid_target',
      () => pathOf({ parameters: { resource: `${harness.resource}/../mcp` } }),
    ],
    [
      'C08 userinfo',
      'invalid_target',
      () => pathOf({ parameters: { resource: 'http://a@127.0.0.1:3000/mcp' } }),
    ],
    ['C10 one foreign', 'invalid_target', () => `${pathOf({})}&resource=https%3A%2F%2Fevil.example`],
    [
      'C52 request',
      'request_not_supported',
      () => pathOf({ parameters: { request: 'eyJhbGciOiJub25lIn0.e30.' } }),
    ],
    ['C52 registration', 'registration_not_supported', () => pathOf({ parameters: { registration: '{}' } })],
    ['token', 'unsupported_response_type', () => pathOf({ parameters: { response_type: 'token' } })],
    [
      'code id_token',
      'unsupported_response_type',
      () => pathOf({ parameters: { response_type: 'code id_token' } }),
    ],
    ['none', 'unsupported_response_type', () => pathOf({ parameters: { response_type: 'none' } })],
    ['no response_type', 'invalid_request', () => without(pathOf({}), 'response_type')],
    ['C53 prompt=none', 'login_required', () => pathOf({ parameters: { prompt: 'none' } })],
    ['C53 none and login', 'invalid_request', () => pathOf({ parameters: { prompt: 'none login' } })],
    ['C53 an unknown prompt', 'invalid_request', () => pathOf({ parameters: { prompt: 'create' } })],
    ['a max_age that is none', 'invalid_request', () => pathOf({ parameters: { max_age: '-1' } })],
    ['a max_age beyond numbers', 'invalid_request', () => pathOf({ parameters: { max_age: '1e999' } })],
    [
      'an id_token_hint of nobody',
      'invalid_request',
      () => pathOf({ parameters: { id_token_hint: 'a.b.c' } }),
    ],
    ['a nonce without openid', 'invalid_request', () => pathOf({ parameters: { nonce: 'x' } })],
    ['max_age without openid', 'invalid_request', () => pathOf({ parameters: { max_age: '0' } })],
    ['C06 two scopes', 'invalid_request', () => `${pathOf({ scope: 'aws:read' })}&scope=aws%3Aadmin`],
    ['C06 two challenges', 'invalid_request', () => `${pathOf({})}&code_challenge=${'x'.repeat(43)}`],
    ['C06 two response types', 'invalid_request', () => `${pathOf({})}&response_type=token`],
    [
      'C06 two prompts',
      'invalid_request',
      () => `${pathOf({ parameters: { prompt: 'login' } })}&prompt=none`,
    ],
  ]
  test.each(rows)('%s: %s', async (_, error, path) => {
    const { redirect } = await refusalOf(harness, () => harness.send(path()))
    expect(redirect?.get('error')).toBe(error)
    expect(redirect?.get('iss')).toBe(harness.issuer)
    expect(redirect?.get('state')).toBe('of-the-app')
  })

  test('C06 two states: the app is told without one', async () => {
    const { redirect } = await refusalOf(harness, () => harness.send(`${pathOf({})}&state=other`))
    expect(redirect?.get('error')).toBe('invalid_request')
    expect(redirect?.get('state')).toBeNull()
  })
})

describe('told to the person only: never a redirect', () => {
  const redirectTo = (uri: string) => () => pathOf({ parameters: { redirect_uri: uri } })
  const rows: [string, () => string][] = [
    ['C05 another path', redirectTo('http://127.0.0.1:8765/other')],
    ['C05 a path below', redirectTo('http://127.0.0.1:8765/callback/x')],
    ['C05 another case', redirectTo('http://127.0.0.1:8765/Callback')],
    ['C05 a slash more', redirectTo('http://127.0.0.1:8765/callback/')],
    ['C05 a query', redirectTo('http://127.0.0.1:8765/callback?x=y')],
    ['C05 a fragment', redirectTo('http://127.0.0.1:8765/callback#x')],
    ['C05 localhost.evil.example', redirectTo('http://localhost.evil.example/callback')],
    ['C05 127.0.0.2', redirectTo('http://127.0.0.2/callback')],
    ['C05 127.1', redirectTo('http://127.1/callback')],
    ['C05 0.0.0.0', redirectTo('http://0.0.0.0/callback')],
    ['C05 a name before it', redirectTo('http://127.0.0.1.evil.example:8765/callback')],
    ['C05 userinfo', redirectTo('http://127.0.0.1:8765@evil.example/callback')],
    ['C05 userinfo of it', redirectTo('http://x@127.0.0.1:8765/callback')],
    ['C05 https', redirectTo('https://127.0.0.1:8765/callback')],
    ['C05 port 0', redirectTo('http://127.0.0.1:0/callback')],
    ['C05 port 65536', redirectTo('http://127.0.0.1:65536/callback')],
    ['C05 a backslash', redirectTo('http://127.0.0.1:8765\\@evil.example/callback')],
    ['C05 dot segments', redirectTo('http://127.0.0.1:8765/x/../callback')],
    ['C05 a new line', redirectTo('http://127.0.0.1:8765/callback\r\nSet-Cookie: x=y')],
    ['C05 javascript', redirectTo('javascript:alert(1)//127.0.0.1/callback')],
    ['C05 data', redirectTo('data:text/html,x')],
    ['C05 empty', redirectTo('')],
    ['C05 [::1], which was not registered', redirectTo('http://[::1]:8765/callback')],
    ['C05 none', () => without(pathOf({}), 'redirect_uri')],
    ['C06 two redirects', () => `${pathOf({})}&redirect_uri=${encodeURIComponent('https://evil.example/')}`],
    ['C06 two of the same', () => `${pathOf({})}&redirect_uri=${encodeURIComponent(appRedirect)}`],
    ['C06 two clients', () => `${pathOf({})}&client_id=other`],
    ['C06 two of the same client', () => `${pathOf({})}&client_id=${clientId}`],
    ['no client', () => without(pathOf({}), 'client_id')],
    ['an unknown client', () => pathOf({ clientId: 'dcr-unknown' })],
    ['an empty client', () => pathOf({ clientId: '' })],
    ['a client of the language', () => pathOf({ clientId: '__proto__' })],
    ['a client with NUL', () => pathOf({ clientId: 'dcr-\0' })],
    ['response_mode form_post', () => pathOf({ parameters: { response_mode: 'form_post' } })],
    ['response_mode fragment', () => pathOf({ parameters: { response_mode: 'fragment' } })],
    ['response_mode web_message', () => pathOf({ parameters: { response_mode: 'web_message' } })],
    ['response_mode empty', () => pathOf({ parameters: { response_mode: '' } })],
    ['no parameters', () => '/auth'],
  ]
  test.each(rows)('%s', async (_, path) => {
    for (const accept of ['text/html', 'application/json', '*/*']) {
      const { status, redirect, text, headers } = await refusalOf(harness, () =>
        harness.send(path(), { headers: { accept } }),
      )
      expect(redirect).toBeUndefined()
      expect(status).toBe(400)
      expect(text).not.toContain('evil.example')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    }
  })
})

describe('C52 request_uri', () => {
  test.each(['request_uri', 'request', 'jwks_uri', 'logo_uri', 'sector_identifier_uri'])(
    '%s is not read',
    async (name) => {
      let connections = 0
      const listener = createServer((_, response) => response.end()).on('connection', () => connections++)
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
      const { port } = listener.address() as AddressInfo
      for (const uri of [
        `http://127.0.0.1:${port}/x`,
        'http://127.0.0.1:1/x',
        'urn:ietf:params:oauth:request_uri:x',
      ]) {
        const answer = await harness.send(pathOf({ parameters: { [name]: uri } }))
        const { searchParams } = new URL(answer.headers.get('location') ?? '', harness.issuer)
        if (name.startsWith('request')) expect(searchParams.get('error')).toBe(`${name}_not_supported`)
      }
      expect(connections).toBe(0)
      listener.close()
    },
  )
})

describe('what is allowed', () => {
  const claimsOf = async (answer: URLSearchParams, more: Readonly<Record<string, string>> = {}) => {
    const response = await harness.redeem(answer.get('code') ?? '', { clientId }, more)
    const tokens = (await response.json()) as { access_token: string; scope: string }
    expect(tokens).toHaveProperty('access_token')
    return { ...decodeJwt(tokens.access_token), answered: tokens.scope }
  }

  test.each([
    ['127.0.0.1', 'http://127.0.0.1:40123/callback'],
    ['localhost', 'http://localhost:40123/callback'],
    ['no port', 'http://localhost/callback'],
  ])('C04 another port of %s', async (_, redirect_uri) => {
    const browser = harness.browser(redirect_uri)
    const answer = await harness.signIn({ clientId, parameters: { redirect_uri }, browser })
    expect(await claimsOf(answer, { redirect_uri })).toMatchObject({ tenant: 'acme' })
  })

  test.each([
    ['the origin', 'http://127.0.0.1:3000'],
    ['the origin with a slash', 'http://127.0.0.1:3000/'],
    ['a slash', 'http://127.0.0.1:3000/mcp/'],
    ['capitals', 'HTTP://127.0.0.1:3000/mcp'],
  ])('C09 %s for the resource, in one place and in both', async (_, alias) => {
    for (const [atAuth, atToken] of [
      [alias, harness.resource],
      [harness.resource, alias],
      [alias, alias],
    ]) {
      const answer = await harness.signIn({ clientId, parameters: { resource: atAuth ?? '' } })
      expect(await claimsOf(answer, { resource: atToken ?? '' })).toMatchObject({ aud: harness.resource })
    }
  })

  test('C09 no resource at all', async () => {
    const browser = harness.browser()
    const consent = await browser.open(`${harness.issuer}${without(pathOf({}), 'resource')}`)
    const { url } = await browser.submit(consent, { answer: 'continue' })
    const form = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: appRedirect }
    const code = new URL(url).searchParams.get('code') ?? ''
    const code_verifier = 'a-verifier-of-a-test-that-is-long-enough-for-the-rule'
    const answer = await harness.post('/token', { ...form, code, code_verifier })
    expect(decodeJwt(((await answer.json()) as { access_token: string }).access_token).aud).toBe(
      harness.resource,
    )
  })

  test('C10 two aliases are one', async () => {
    const browser = harness.browser()
    const consent = await browser.open(
      `${harness.issuer}${pathOf({})}&resource=http%3A%2F%2F127.0.0.1%3A3000%2F`,
    )
    const { url } = await browser.submit(consent, { answer: 'continue' })
    expect(await claimsOf(new URL(url).searchParams)).toMatchObject({ aud: harness.resource })
  })

  test.each([
    ['none', undefined, 'aws:read'],
    ['unknown', 'mcp:tools profile', 'aws:read'],
    ['empty', '', 'aws:read'],
    ['spaces', '   ', 'aws:read'],
    ['of OpenID Connect', 'offline_access', 'aws:read'],
    ['in capitals', 'AWS:ADMIN', 'aws:read'],
    ['of odd characters', '"openid" \\ é', 'aws:read'],
    ['twice', 'aws:read aws:read', 'aws:read'],
    ['unknown and known', 'aws:write x', 'aws:read aws:write'],
    ['all', 'aws:read aws:write aws:admin', 'aws:read aws:write'],
  ])('C12 scope %s', async (_, scope, granted) => {
    const answer = await harness.signIn({ clientId, ...(scope !== undefined && { scope }) })
    expect(await claimsOf(answer)).toMatchObject({ scope: granted, answered: granted })
  })

  test.each([
    ['prompt', 'login'],
    ['prompt', 'consent'],
    ['prompt', 'login consent'],
    ['prompt', ''],
    ['max_age', '0'],
    ['max_age', '1'],
    ['login_hint', 'anna@acme.example'],
    ['display', 'popup'],
    ['ui_locales', 'de'],
    ['acr_values', 'x'],
    ['claims', '{'],
    ['nonce', 'x'],
    ['dpop_jkt', 'x'],
    ['authorization_details', '[]'],
    ['unheard_of', 'x'],
  ])('%s=%s asks the person and works', async (name, value) => {
    const answer = await harness.signIn({ clientId, scope: 'openid aws:read', parameters: { [name]: value } })
    expect(await claimsOf(answer)).toMatchObject({ tenant: 'acme' })
  })
})

test('nothing of a sign-in is in a log or the audit', async () => {
  const state = "a state that is nobody else's"
  const answer = await harness.signIn({
    clientId,
    scope: 'openid',
    parameters: { state, nonce: 'nonce-of-the-app' },
  })
  const code = answer.get('code') ?? ''
  const tokens = (await (await harness.redeem(code, { clientId })).json()) as Record<string, string>
  const ofTheSso = sso.requests.flatMap(({ parameters }) =>
    ['code', 'state', 'nonce', 'code_verifier'].map((name) => parameters.get(name)),
  )
  expectUnsaid(harness, [
    ...[
      state,
      code,
      'nonce-of-the-app',
      'a-verifier-of-a-test-that-is-long-enough-for-the-rule',
      sso.clientSecret,
    ],
    ...[tokens.access_token ?? '', tokens.refresh_token ?? ''],
    ...ofTheSso.filter((each) => each !== null),
  ])
})
