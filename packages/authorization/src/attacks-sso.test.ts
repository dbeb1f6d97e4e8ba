import { createHmac } from 'node:crypto'
import type { Page } from '@gateway/backends'
import { type CompanySso, type Says, startCompanySso } from '@gateway/backends'
import { type OAuthStore, principalId } from '@gateway/domain'
import { memoryOAuthStore } from '@gateway/stores'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { expectUnsaid, refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
let clientId: string
let subject: string
const store: OAuthStore = memoryOAuthStore({ now: () => Date.now() })
beforeAll(async () => {
  sso = await startCompanySso()
  harness = await startHarness([tenantAt('acme', sso, { pins: { tid: 'of-acme' } })], { store })
  clientId = (await harness.register()).client_id
})
beforeEach(() => {
  subject = crypto.randomUUID()
  sso.says = { subject, groups: ['staff'], claims: { tid: 'of-acme' } }
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

const signIn = async (): Promise<Page> => {
  const browser = harness.browser()
  const consent = await browser.open(harness.authUrl({ clientId }))
  return browser.submit(consent, { answer: 'continue' })
}
/** What a sign-in comes to where the SSO says this; nobody gets an account by it. */
const refusedSignIn = async (says: Partial<Says>) => {
  sso.says = { ...sso.says, ...says }
  const refusal = await refusalOf(harness, signIn)
  expect(refusal.headers.get('x-frame-options')).toBe('DENY')
  expect(await store.find('Account', `acme ${principalId(sso.issuer, subject)}`)).toBeUndefined()
  const ofTheSso = sso.requests.slice(-3).flatMap(({ parameters }) => [...parameters.values()])
  expectUnsaid(
    harness,
    ofTheSso.filter((value) => value.length > 30 && !value.includes('://')),
  )
  return refusal
}
const unsigned = (header: object, claims: JWTPayload, signature = ''): string =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${signature}`
const signedBy = async (alg: string, claims: JWTPayload, header: object = {}): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg, kid: 'sso-1', ...header })
    .sign((await generateKeyPair(alg)).privateKey)

test('the SSO of these tests signs people in', async () => {
  expect(new URL((await signIn()).url).searchParams.get('code')).not.toBeNull()
})

describe('C41 an ID token with', () => {
  const now = () => Math.floor(Date.now() / 1000)
  const claims: [string, () => Readonly<Record<string, unknown>>][] = [
    ['another nonce', () => ({ nonce: 'another' })],
    ['an empty nonce', () => ({ nonce: '' })],
    ['no nonce', () => ({ nonce: undefined })],
    ['a nonce that is no text', () => ({ nonce: ['x'] })],
    ['another aud', () => ({ aud: 'another' })],
    ['no aud', () => ({ aud: undefined })],
    ['the aud of the gateway', () => ({ aud: harness.resource })],
    ['auds of others', () => ({ aud: ['another'] })],
    ['an azp of another', () => ({ aud: [sso.clientId, 'another'], azp: 'another' })],
    ['an end in the past', () => ({ exp: now() - 60, iat: now() - 120 })],
    ['no end', () => ({ exp: undefined })],
    ['an end that is text', () => ({ exp: 'never' })],
    ['no iat', () => ({ iat: undefined })],
    ['an iat in the future', () => ({ iat: now() + 3600, nbf: now() + 3600 })],
    ['another iss', () => ({ iss: 'https://else.example' })],
    ['the iss with a slash', () => ({ iss: `${sso.issuer}/` })],
    ['no iss', () => ({ iss: undefined })],
    ['no sub', () => ({ sub: undefined })],
    ['an empty sub', () => ({ sub: '' })],
    ['a sub that is a number', () => ({ sub: 7 })],
    ['a sub of 10 KB', () => ({ sub: 'x'.repeat(10_000) })],
  ]
  test.each(claims)('%s', async (_, replaced) => {
    const { status } = await refusedSignIn({ claims: { tid: 'of-acme', ...replaced() } })
    expect([400, 403]).toContain(status)
  })

  const pins: [string, Readonly<Record<string, unknown>>][] = [
    ['another tid', { tid: 'of-globex' }],
    ['no tid', {}],
    ['the tid in capitals', { tid: 'OF-ACME' }],
    ['a list of tids', { tid: ['of-acme'] }],
    ['a tid with a space', { tid: 'of-acme ' }],
    ['a tid of the language', { tid: { toString: 'of-acme' } }],
    ['hd in place of tid', { hd: 'of-acme' }],
  ]
  test.each(pins)('C42 %s: 403, and a page that says so', async (_, replaced) => {
    const { status, text, reason } = await refusedSignIn({ claims: replaced })
    expect({ status, reason }).toEqual({ status: 403, reason: 'unknown_tenant' })
    expect(text).toContain('Your company is not connected to this gateway')
    expect(text).not.toContain('acme')
  })

  const tokens: [string, (claims: JWTPayload) => Promise<string>][] = [
    ['alg none', async (claims) => unsigned({ alg: 'none' }, claims)],
    ['alg None', async (claims) => unsigned({ alg: 'None', kid: 'sso-1' }, claims)],
    ['no alg', async (claims) => unsigned({ kid: 'sso-1' }, claims, 'AA')],
    ['alg ES256 and no signature', async (claims) => unsigned({ alg: 'ES256', kid: 'sso-1' }, claims)],
    [
      'a signature of zeros',
      async (claims) => unsigned({ alg: 'ES256', kid: 'sso-1' }, claims, 'A'.repeat(86)),
    ],
    [
      'HS256 by the client secret',
      async (claims) => {
        const text = unsigned({ alg: 'HS256', kid: 'sso-1' }, claims).slice(0, -1)
        return `${text}.${createHmac('sha256', sso.clientSecret).update(text).digest('base64url')}`
      },
    ],
    [
      'HS256 by the client id',
      async (claims) => {
        const text = unsigned({ alg: 'HS256' }, claims).slice(0, -1)
        return `${text}.${createHmac('sha256', sso.clientId).update(text).digest('base64url')}`
      },
    ],
    ['another key of the same name', (claims) => signedBy('ES256', claims)],
    ['another key of another name', (claims) => signedBy('ES256', claims, { kid: 'sso-2' })],
    ['an algorithm that is not configured', (claims) => signedBy('RS256', claims)],
    [
      'a key that it brings',
      async (claims) => {
        const { privateKey, publicKey } = await generateKeyPair('ES256')
        const jwk = await exportJWK(publicKey)
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', jwk }).sign(privateKey)
      },
    ],
    ['the address of a key', (claims) => signedBy('ES256', claims, { jku: 'http://127.0.0.1:1/jwks' })],
    ['a critical header', (claims) => signedBy('ES256', claims, { 'x-must': true })],
    ['five parts', async () => 'a.b.c.d.e'],
    ['no form', async () => 'nonsense'],
    ['nothing', async () => ''],
    ['200 KB', async () => 'x'.repeat(200_000)],
  ]
  test.each(tokens)('%s', async (_, idToken) => {
    const { status } = await refusedSignIn({ idToken })
    expect([400, 403]).toContain(status)
  })

  test('claims changed behind the signature', async () => {
    const real = sso.says
    const swapped = async (claims: JWTPayload) => {
      const [header, , signature] = (await signedBy('ES256', claims)).split('.')
      return `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'boss' })).toString('base64url')}.${signature}`
    }
    expect((await refusedSignIn({ ...real, idToken: swapped })).status).toBe(400)
  })
})

describe('C41 a token endpoint that answers', () => {
  const json = 'application/json'
  const wrong: [string, Says['token']][] = [
    [
      'no ID token',
      { status: 200, type: json, body: '{"access_token":"x-of-the-sso","token_type":"Bearer"}' },
    ],
    ['a list', { status: 200, type: json, body: '[]' }],
    ['null', { status: 200, type: json, body: 'null' }],
    [
      'an ID token that is a number',
      { status: 200, type: json, body: '{"access_token":"x","token_type":"b","id_token":1}' },
    ],
    ['JSON cut short', { status: 200, type: json, body: '{"access_token":' }],
    [
      'invalid_grant',
      { status: 400, type: json, body: '{"error":"invalid_grant","error_description":"Traceback"}' },
    ],
    ['invalid_client', { status: 401, type: json, body: '{"error":"invalid_client"}' }],
    ['a redirect', { status: 302, type: 'text/html', body: '' }],
  ]
  test.each(wrong)('%s', async (_, token) => {
    const { status, text } = await refusedSignIn(token ? { token } : {})
    expect([400, 403, 503]).toContain(status)
    expect(text).not.toContain('Traceback')
  })

  test.each(['/token', '/jwks', '/.well-known/openid-configuration'])(
    'nothing at %s: 503 in seconds',
    async (silentAt) => {
      const other = await startCompanySso()
      harness.setTenants([tenantAt('acme', other, { pins: { tid: 'of-acme' } })])
      other.says = { ...sso.says, silentAt }
      const { status, headers } = await refusalOf(harness, signIn)
      expect(status).toBe(503)
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      harness.setTenants([tenantAt('acme', sso, { pins: { tid: 'of-acme' } })])
      await other[Symbol.asyncDispose]()
    },
    20_000,
  )
})

describe('the callback', () => {
  const callbacks: [string, Says['callback'] & object][] = [
    ['C40 the iss of another connection', { iss: 'https://else.example' }],
    ['C40 an empty iss', { iss: '' }],
    ['C40 the iss with a slash', { iss: 'SSO/' }],
    [
      'C40 another iss beside an error',
      { code: undefined, error: 'access_denied', iss: 'https://else.example' },
    ],
    ['another state', { state: 'x'.repeat(43) }],
    ['no state', { state: undefined }],
    ['an empty state', { state: '' }],
    ['no code', { code: undefined }],
    ['an empty code', { code: '' }],
    ['another code', { code: 'of-nobody' }],
    ['an error', { code: undefined, error: 'server_error', error_description: '<b>Traceback</b>' }],
    ['an error of login', { code: undefined, error: 'login_required' }],
    ['a response of its own', { response: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['an error of the language', { code: undefined, error: '__proto__' }],
  ]
  test.each(callbacks)('%s', async (_, callback) => {
    const own = Object.entries(callback).map(([name, value]) => [
      name,
      value === 'SSO/' ? `${sso.issuer}/` : value,
    ])
    const { status, text } = await refusedSignIn({ callback: Object.fromEntries(own) })
    expect([400, 403]).toContain(status)
    expect(text).not.toContain('Traceback')
  })

  test('the right iss is taken, and a refusal by the person reaches the app', async () => {
    sso.says = { ...sso.says, callback: { iss: sso.issuer } }
    expect(new URL((await signIn()).url).searchParams.get('code')).not.toBeNull()
    sso.says = {
      ...sso.says,
      callback: { code: undefined, error: 'access_denied', error_description: 'Traceback' },
    }
    const { searchParams } = new URL((await signIn()).url)
    expect(searchParams.get('error')).toBe('access_denied')
    expect(String(searchParams)).not.toContain('Traceback')
  })
})
