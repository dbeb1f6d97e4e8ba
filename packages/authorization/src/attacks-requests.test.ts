import { type CompanySso, startCompanySso } from '@gateway/backends'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { rawRequest } from './testing/raw-request.ts'
import { refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
let clientId: string
beforeAll(async () => {
  sso = await startCompanySso()
  harness = await startHarness([tenantAt('acme', sso)])
  clientId = (await harness.register()).client_id
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

const posted = ['/token', '/token/revocation', '/reg']
const got = [
  '/',
  '/auth',
  '/auth/x',
  '/jwks',
  '/.well-known/oauth-authorization-server',
  '/interaction/x/done',
]
const host = () => `Host: ${new URL(harness.issuer).host}`

describe('C49 paths and methods that are none', () => {
  const wrong = [
    ...['PUT', 'PATCH', 'DELETE', 'GET', 'HEAD'].flatMap((method) => posted.map((path) => [method, path])),
    ...['PUT', 'PATCH', 'DELETE', 'POST'].flatMap((method) => got.map((path) => [method, path])),
    ...['/interaction/x', '/interaction/x/company', '/sso/callback/acme'].map((path) => ['PUT', path]),
    ['HEAD', '/auth'],
    ['HEAD', '/interaction/x'],
    ['POST', '/sso/callback/acme'],
    ['GET', '/interaction/x/company'],
    ['OPTIONS', '/auth'],
  ] as [string, string][]
  test.each(wrong)('%s %s', async (method, path) => {
    const { status } = await refusalOf(harness, () => harness.send(path, { method }))
    expect([404, 405]).toContain(status)
  })

  test.each(['TRACE', 'CONNECT', 'PROPFIND', 'QUERY', 'MKCOL', 'PURGE', 'LOCK'])('%s', async (method) => {
    for (const path of [...posted, ...got]) {
      const lines = [`${method} ${path} HTTP/1.1`, host(), 'X-Echo: echoed']
      const { status, text } = await refusalOf(harness, () => rawRequest(harness.issuer, lines))
      expect(status, `${method} ${path}`).toBe(405)
      expect(text).not.toContain('echoed')
    }
  })

  test.each([
    ...[
      '/nothing',
      '/me',
      '/session/end',
      '/session/end/confirm',
      '/request',
      '/introspection',
      '/token/introspection',
    ],
    ...[
      '/device',
      '/device/auth',
      '/backchannel',
      '/challenge',
      '/credential',
      '/reg/x',
      '/userinfo',
      '/metrics',
    ],
    ...[
      '/%61uth',
      '/auth/',
      '//auth',
      '/AUTH',
      '/auth%2f',
      '/./token',
      '/token/..%2freg',
      '/token;x',
      '/token%00',
    ],
    ...[
      '/.well-known/oauth-protected-resource',
      '/.well-known/',
      '/.env',
      '/interaction/',
      '/interaction//done',
    ],
  ])('nothing at %s', async (path) => {
    for (const method of ['GET', 'POST']) {
      const lines = [`${method} ${path} HTTP/1.1`, host()]
      const { status } = await refusalOf(harness, () => rawRequest(harness.issuer, lines))
      expect([400, 404], `${method} ${path}`).toContain(status)
    }
  })

  test.each([
    '/%zz',
    '/auth/%',
    '/interaction/%c0%af',
    `/interaction/${'x'.repeat(500)}`,
    `/auth/${'%41'.repeat(99)}`,
  ])('a path that cannot be read: %s', async (path) => {
    const { status, text } = await refusalOf(harness, () => harness.send(path))
    expect([400, 404, 414]).toContain(status)
    expect(text).not.toContain(path)
  })
})

describe('C49 bodies that are no form', () => {
  const good = { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'y' }
  const bodies: [string, string, string | Uint8Array<ArrayBuffer>][] = [
    ['JSON', 'application/json', JSON.stringify(good)],
    ['JSON of a list', 'application/json', '[]'],
    ['no JSON', 'application/json', '{'],
    ['text', 'text/plain', String(new URLSearchParams(good))],
    ['multipart', 'multipart/form-data; boundary=x', '--x\r\n\r\n--x--'],
    ['XML', 'application/xml', '<a/>'],
    ['a form as JSON', 'application/json', String(new URLSearchParams(good))],
    ['a type that is none', 'nonsense', 'x'],
    ['an empty type', '', 'x'],
    ['nothing', 'application/x-www-form-urlencoded', ''],
    ['bytes', 'application/x-www-form-urlencoded', new Uint8Array([0xff, 0xfe, 0, 1])],
    ['broken escapes', 'application/x-www-form-urlencoded', 'grant_type=%zz&%=&&&='],
    ['a charset', 'application/x-www-form-urlencoded; charset=utf-16', 'grant_type=x'],
    ['1 MB', 'application/x-www-form-urlencoded', `grant_type=${'x'.repeat(1_000_000)}`],
    ['many parameters', 'application/x-www-form-urlencoded', 'a=b&'.repeat(8_000)],
    [
      'names of the language',
      'application/x-www-form-urlencoded',
      '__proto__=x&constructor=y&grant_type=toString',
    ],
    ['a list by brackets', 'application/x-www-form-urlencoded', 'grant_type[]=refresh_token&client_id[x]=y'],
  ]
  test.each(bodies)('%s', async (_, type, body) => {
    for (const path of ['/token', '/token/revocation']) {
      const init = { method: 'POST', body, headers: { 'content-type': type } }
      const { status, error } = await refusalOf(harness, () => harness.send(path, init))
      expect([400, 401, 413, 415]).toContain(status)
      expect(error).toMatch(/^(invalid_request|invalid_client|unsupported_grant_type)$/)
    }
  })

  test.each([['gzip'], ['br'], ['x']])('a body in %s', async (encoding) => {
    const headers = { 'content-encoding': encoding, 'content-type': 'application/x-www-form-urlencoded' }
    await refusalOf(harness, () => harness.send('/token', { method: 'POST', body: 'a=b', headers }))
  })

  test('parameters in the query, and in both', async () => {
    for (const body of ['', String(new URLSearchParams(good))]) {
      for (const path of ['/token', '/token/revocation']) {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const url = `${path}?${new URLSearchParams(good)}`
        const { status, error } = await refusalOf(harness, () =>
          harness.send(url, { method: 'POST', body, headers }),
        )
        expect({ status, error }).toEqual({ status: 400, error: 'invalid_request' })
      }
    }
  })
})

describe('C48 sizes at /auth', () => {
  test('50 KB of state', async () => {
    const url = harness.authUrl({ clientId, parameters: { state: 'x'.repeat(50_000) } })
    const { status } = await refusalOf(harness, () => harness.send(url.replace(harness.issuer, '')))
    expect([400, 414, 431]).toContain(status)
  })

  test.each([
    'state',
    'nonce',
    'login_hint',
    'scope',
    'ui_locales',
    'acr_values',
    'claims',
    'resource',
    'prompt',
  ])('8 KB of %s', async (name) => {
    const url = harness.authUrl({ clientId, parameters: { [name]: 'x'.repeat(8_000) } })
    const answer = await harness.send(url.replace(harness.issuer, ''))
    expect(answer.status).toBeLessThan(500)
    const page = answer.headers.get('location')?.startsWith('/interaction/')
      ? await harness.browser().open(url)
      : undefined
    expect(page?.status ?? 200, page?.text).toBeLessThan(500)
  })

  test.each([
    'client_id',
    'redirect_uri',
    'code_challenge',
    'response_type',
    'state',
    'code_challenge_method',
  ])('8 KB of %s are refused', async (name) => {
    const url = harness.authUrl({ clientId, parameters: { [name]: 'x'.repeat(8_000) } })
    await refusalOf(harness, () => harness.send(url.replace(harness.issuer, '')))
  })

  test('a state of 2,048 characters comes back as it was', async () => {
    const state = `${'~'.repeat(2_040)}&=+ %"é`
    const answer = await harness.signIn({ clientId, parameters: { state } })
    expect(answer.get('state')).toBe(state)
  })

  test('20 KB of headers', async () => {
    const lines = ['GET /auth HTTP/1.1', host(), `Cookie: ${'x'.repeat(20_000)}`]
    const { status } = await refusalOf(harness, () => rawRequest(harness.issuer, lines))
    expect(status).toBe(431)
  })
})
