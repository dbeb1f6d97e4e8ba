import type { Browser, Page } from '@gateway/backends'
import { type CompanySso, startCompanySso } from '@gateway/backends'
import type { AuditLog, OAuthStore, RevocationStore } from '@gateway/domain'
import { memoryOAuthStore, memoryRevocationStore } from '@gateway/stores'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { failing } from './testing/failing.ts'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { expectUnsaid } from './testing/refusal.ts'

const now = () => Date.now()
const store = failing<OAuthStore>(memoryOAuthStore({ now }))
const revocations = failing<RevocationStore>(memoryRevocationStore({ now }))
const auditLog = failing<AuditLog>({ append: async () => undefined })
let sso: CompanySso
let harness: Harness
let clientId: string
beforeAll(async () => {
  sso = await startCompanySso()
  const parts = { store: store.target, revocations: revocations.target, audit: auditLog.target }
  harness = await startHarness([tenantAt('acme', sso)], parts)
  clientId = (await harness.register()).client_id
})
beforeEach(() => {
  sso.answers = true
  for (const { away } of [store, revocations, auditLog]) away.clear()
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

/** What an outage may look like: 503 with a time to come back, or a redirect that tells the app so. */
const outageOf = (answer: Page | Response): string => {
  const { status, headers } = answer
  const url = headers.get('location') ?? ('url' in answer ? answer.url : '')
  if (status === 0 || status === 303) return new URL(url, harness.issuer).searchParams.get('error') ?? 'none'
  if (status !== 503) return status < 400 ? 'none' : `status ${status}`
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(headers.get('www-authenticate')).toBeNull()
  expect(headers.get('cache-control')).toBe('no-store')
  return 'temporarily_unavailable'
}
const safely = (text: string): void => expect(text).not.toMatch(/ECONN|redis|Error:|node_modules|at \S+:\d+/)

interface Steps {
  readonly browser: Browser
  readonly consent: Page
  readonly code: string
  readonly refreshToken: string
  readonly accessToken: string
}
/** As far as a sign-in is before a step. */
const begun = async (): Promise<Steps> => {
  const done = await harness.signIn({ clientId })
  const tokens = (await (await harness.redeem(done.get('code') ?? '', { clientId })).json()) as Record<
    string,
    string
  >
  const browser = harness.browser()
  return {
    browser,
    consent: await browser.open(harness.authUrl({ clientId })),
    code: (await harness.signIn({ clientId })).get('code') ?? '',
    refreshToken: tokens.refresh_token ?? '',
    accessToken: tokens.access_token ?? '',
  }
}
const json = { 'content-type': 'application/json' }
const register = (name: string) => {
  const body = JSON.stringify({ client_name: name, redirect_uris: ['http://127.0.0.1/callback'] })
  return harness.send('/reg', { method: 'POST', headers: json, body })
}
const refresh = (token: string) =>
  harness.post('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: clientId })
const steps: [string, (at: Steps) => Promise<Page | Response>][] = [
  ['/auth', async () => harness.browser().open(harness.authUrl({ clientId }))],
  ['consent shown', async ({ browser, consent }) => browser.open(consent.url)],
  [
    'consent given, SSO, callback, done',
    async ({ browser, consent }) => browser.submit(consent, { answer: 'continue' }),
  ],
  ['consent cancelled', async ({ browser, consent }) => browser.submit(consent, { answer: 'cancel' })],
  ['code', async ({ code }) => harness.redeem(code, { clientId })],
  ['refresh', async ({ refreshToken }) => refresh(refreshToken)],
  [
    'revocation of a refresh token',
    async (at) => harness.post('/token/revocation', { token: at.refreshToken, client_id: clientId }),
  ],
  [
    'revocation of an access token',
    async (at) => harness.post('/token/revocation', { token: at.accessToken, client_id: clientId }),
  ],
  ['registration', async () => register(crypto.randomUUID())],
]
const methods = ['upsert', 'find', 'consume', 'destroy', 'revokeByGrantId', 'touch', 'take', 'count', 'claim']

describe.each(['all', ...methods])('without %s of the store', (method) => {
  test.each(steps)('%s', async (_, step) => {
    const at = await begun()
    store.away.add(method)
    const answer = await step(at)
    const text = typeof answer.text === 'string' ? answer.text : await answer.text()
    safely(text)
    // Not every step needs every method; what is refused for it is an outage and nothing else.
    expect(
      ['temporarily_unavailable', ...(method === 'all' ? [] : ['none', 'access_denied'])],
      text,
    ).toContain(outageOf(answer))
  })
})

describe('without the store of revocations', () => {
  test.each(['code', 'refresh', 'revocation of an access token'])('%s', async (name) => {
    const at = await begun()
    revocations.away.add('all')
    const answer = await steps.find(([each]) => each === name)?.[1](at)
    expect(answer && outageOf(answer)).toBe('temporarily_unavailable')
  })

  test('a refresh loses nothing, however long it lasts', async () => {
    const { refreshToken } = await begun()
    revocations.away.add('read')
    await refresh(refreshToken)
    revocations.away.clear()
    const later = Date.now() + 300_000
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => later)
    expect((await refresh(refreshToken)).status).toBe(200)
    clock.mockRestore()
  })
})

describe('without the audit log nothing is handed out', () => {
  test.each(['consent given, SSO, callback, done', 'code', 'refresh', 'registration'])('%s', async (name) => {
    const at = await begun()
    auditLog.away.add('append')
    const answer = await steps.find(([each]) => each === name)?.[1](at)
    const text = typeof answer?.text === 'string' ? answer.text : await answer?.text()
    expect(answer && outageOf(answer)).toBe('temporarily_unavailable')
    expect(text).not.toMatch(/access_token|client_id"/)
    expect(answer?.url).not.toMatch(/[?&]code=/)
  })
})

describe('without the SSO', () => {
  test('503 with a link that goes on, and nothing is lost', async () => {
    const { browser, consent } = await begun()
    const down = tenantAt('acme', sso, { metadataUrl: `${sso.issuer}/.well-known/openid-configuration` })
    harness.setTenants([down])
    sso.answers = false
    const page = await browser.submit(consent, { answer: 'continue' })
    expect(outageOf(page)).toBe('temporarily_unavailable')
    const retry = /href="(\/interaction\/[^"]+)"/.exec(page.text)?.[1]
    expect(retry).toBe(new URL(consent.url).pathname)
    sso.answers = true
    const again = await browser.open(`${harness.issuer}${retry}`)
    const last = await browser.submit(again, { answer: 'continue' })
    expect(new URL(last.url).searchParams.get('code')).not.toBeNull()
    harness.setTenants([tenantAt('acme', sso)])
  })

  test.each([
    ['500', { status: 500, type: 'text/html', body: '<h1>Traceback</h1>' }],
    ['502 of a proxy', { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' }],
    ['HTML', { status: 200, type: 'text/html', body: '<h1>Maintenance</h1>' }],
    ['1 MB', { status: 200, type: 'application/json', body: `"${'x'.repeat(1_000_000)}"` }],
  ])('its token endpoint answers %s: 503, and the person can try again', async (_, token) => {
    const { browser, consent } = await begun()
    sso.says = { ...sso.says, token }
    const page = await browser.submit(consent, { answer: 'continue' })
    expect(outageOf(page)).toBe('temporarily_unavailable')
    expect(page.text).not.toMatch(/Traceback|gateway<|Maintenance/)
    sso.says = { subject: 'anna', groups: ['staff'] }
    const retry = /href="(\/interaction\/[^"]+)"/.exec(page.text)?.[1] ?? ''
    const again = await browser.open(`${harness.issuer}${retry}`)
    const last = await browser.submit(again, { answer: 'continue' })
    expect(new URL(last.url).searchParams.get('code')).not.toBeNull()
  })
})

test('the console stays silent, and logs and audit have no secret', async () => {
  const spies = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name))
  const at = await begun()
  store.away.add('all')
  for (const [, step] of steps) await step(at)
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  expectUnsaid(harness, [at.code, at.refreshToken, at.accessToken, sso.clientSecret])
})
