import type { Browser, Page } from '@gateway/backends'
import { type CompanySso, startCompanySso } from '@gateway/backends'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appRedirect, type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { expectUnsaid, refusalOf } from './testing/refusal.ts'

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

interface Begun {
  readonly browser: Browser
  readonly consent: Page
  readonly csrf: string
}
const begin = async (): Promise<Begun> => {
  const browser = harness.browser()
  const consent = await browser.open(harness.authUrl({ clientId }))
  expect(consent.status).toBe(200)
  return { browser, consent, csrf: csrfOf(consent) }
}
const csrfOf = ({ text }: Page): string => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
const post = (browser: Browser, url: string, form: Readonly<Record<string, string>> | string) =>
  browser.open(url, { method: 'POST', body: new URLSearchParams(form) })
const isClosed = ({ headers }: { headers: Headers }) => {
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
}

describe('C37 consent', () => {
  const rows: [string, (at: Begun) => Promise<Page>][] = [
    ['without a token', ({ browser, consent }) => post(browser, consent.url, { answer: 'continue' })],
    [
      'with an empty token',
      ({ browser, consent }) => post(browser, consent.url, { answer: 'continue', csrf: '' }),
    ],
    [
      'with a wrong token',
      ({ browser, consent }) => post(browser, consent.url, { answer: 'continue', csrf: 'x'.repeat(43) }),
    ],
    [
      'with the token of two',
      ({ browser, consent, csrf }) => post(browser, consent.url, `answer=continue&csrf=${csrf}&csrf=${csrf}`),
    ],
    [
      'with the token of an earlier page',
      async ({ browser, consent, csrf }) => {
        await browser.open(consent.url)
        return post(browser, consent.url, { answer: 'continue', csrf })
      },
    ],
    [
      'with the token of another interaction',
      async ({ browser, consent }) =>
        post(browser, consent.url, { answer: 'continue', csrf: (await begin()).csrf }),
    ],
    [
      'in another browser',
      ({ consent, csrf }) => post(harness.browser(), consent.url, { answer: 'continue', csrf }),
    ],
    [
      'in a browser with an interaction of its own',
      async ({ consent, csrf }) => post((await begin()).browser, consent.url, { answer: 'continue', csrf }),
    ],
    [
      'with the cookie of another interaction',
      async ({ consent, csrf }) => {
        const other = await begin()
        const cookies = [...other.browser.cookies]
          .map(([key, value]) => `${key.split(' ')[2]}=${value}`)
          .join('; ')
        const headers = { cookie: cookies, accept: 'text/html' }
        const body = new URLSearchParams({ answer: 'continue', csrf })
        return pageOf(await fetch(consent.url, { method: 'POST', headers, body, redirect: 'manual' }))
      },
    ],
    [
      'with a cookie that nobody signed',
      async ({ consent, csrf }) => {
        const headers = {
          cookie: `_interaction=${consent.url.split('/').at(-1)}; _interaction.sig=x`,
          accept: 'text/html',
        }
        const body = new URLSearchParams({ answer: 'continue', csrf })
        return pageOf(await fetch(consent.url, { method: 'POST', headers, body, redirect: 'manual' }))
      },
    ],
    [
      'twice',
      async ({ browser, consent, csrf }) => {
        await browser.submit(consent, { answer: 'continue' })
        return post(browser, consent.url, { answer: 'continue', csrf })
      },
    ],
    ['with no answer', ({ browser, consent, csrf }) => post(browser, consent.url, { csrf })],
    [
      'with another answer',
      ({ browser, consent, csrf }) => post(browser, consent.url, { csrf, answer: 'CONTINUE' }),
    ],
    [
      'as JSON',
      ({ browser, consent, csrf }) =>
        browser.open(consent.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ answer: 'continue', csrf }),
        }),
    ],
    [
      'by GET',
      ({ browser, consent, csrf }) => browser.open(`${consent.url}/done?csrf=${csrf}&answer=continue`),
    ],
    ['/done without a sign-in', ({ browser, consent }) => browser.open(`${consent.url}/done`)],
    [
      '/done after consent only',
      async () => {
        const browser = harness.browser(sso.issuer)
        const consent = await browser.open(harness.authUrl({ clientId }))
        await browser.submit(consent, { answer: 'continue' })
        return browser.open(`${consent.url}/done`)
      },
    ],
    ['/done in another browser', async ({ consent }) => harness.browser().open(`${consent.url}/done`)],
    [
      '/company before consent',
      ({ browser, consent, csrf }) => post(browser, `${consent.url}/company`, { csrf, company: 'acme' }),
    ],
    [
      '/company without a token',
      ({ browser, consent }) => post(browser, `${consent.url}/company`, { company: 'acme' }),
    ],
    [
      'an unknown interaction',
      () => harness.browser().open(`${harness.issuer}/interaction/${'x'.repeat(43)}`),
    ],
    [
      'to go on in another browser',
      async ({ consent }) => harness.browser().open(consent.url.replace('/interaction/', '/auth/')),
    ],
  ]
  test.each(rows)('%s', async (_, attack) => {
    const at = await begin()
    const refusal = await refusalOf(harness, () => attack(at))
    expect([400, 403]).toContain(refusal.status)
    isClosed(refusal)
    expectUnsaid(harness, [at.csrf])
  })

  test('to go on before it was answered only asks again', async () => {
    const { browser, consent } = await begin()
    const page = await browser.open(consent.url.replace('/interaction/', '/auth/'))
    expect(page.status).not.toBe(0)
  })
})

const pageOf = async (answer: Response): Promise<Page> => ({
  url: answer.url,
  status: answer.status,
  text: await answer.text(),
  headers: answer.headers,
})

describe('C37 the callback in a browser that did not begin it', () => {
  /** The callback URL that the SSO sends a browser to, before that goes there. */
  const callbackOf = async ({ browser, consent }: Begun): Promise<string> => {
    sso.says = { ...sso.says, callback: { hold: 'x' } }
    const page = await browser.submit(consent, { answer: 'continue' })
    sso.says = { subject: 'anna', groups: ['staff'] }
    return page.url
  }
  const held = () => harness.browser(`${harness.issuer}/sso/callback`)
  const beginHeld = async (): Promise<{ browser: Browser; url: string }> => {
    const browser = held()
    const consent = await browser.open(harness.authUrl({ clientId }))
    return { browser, url: await callbackOf({ browser, consent, csrf: '' }) }
  }

  test.each([
    ['no cookie', async (url: string) => harness.browser().open(url)],
    [
      'the cookie of another sign-in',
      async (url: string) => {
        const { browser } = await beginHeld()
        return pageOf(await fetch(url, { redirect: 'manual', headers: cookiesOf(browser) }))
      },
    ],
  ])('%s', async (_, attack) => {
    const { url } = await beginHeld()
    expect((await refusalOf(harness, () => attack(url))).status).toBe(400)
  })

  const twice: [string, (url: string) => string][] = [
    ['state', (url) => `${url}&state=${new URL(url).searchParams.get('state')}`],
    ['code', (url) => `${url}&code=x`],
    ['iss', (url) => `${url}&iss=${encodeURIComponent(sso.issuer)}&iss=x`],
    ['error', (url) => `${url}&error=a&error=b`],
  ]
  test.each(twice)('C06 two of %s', async (_, doubled) => {
    const { browser, url } = await beginHeld()
    const attack = async () =>
      pageOf(await fetch(doubled(url), { redirect: 'manual', headers: cookiesOf(browser) }))
    expect((await refusalOf(harness, attack)).status).toBe(400)
  })

  test('used twice', async () => {
    const { browser, url } = await beginHeld()
    const go = async () => pageOf(await fetch(url, { redirect: 'manual', headers: cookiesOf(browser) }))
    expect((await go()).status).toBe(303)
    expect((await refusalOf(harness, go)).status).toBe(400)
  })
})

const cookiesOf = (browser: Browser) => ({
  accept: 'text/html',
  cookie: [...browser.cookies].map(([key, value]) => `${key.split(' ')[2]}=${value}`).join('; '),
})

describe('C38 no page can be framed', () => {
  test('consent, the landing page and errors', async () => {
    const { consent } = await begin()
    isClosed(consent)
    for (const path of ['/', '/auth', '/auth/x', '/interaction/x', '/sso/callback/acme', '/nothing/auth']) {
      const answer = await harness.send(path, { headers: { accept: 'text/html' } })
      if (answer.headers.get('content-type')?.startsWith('text/html')) isClosed(answer)
      else expect(path).toBe('/nothing/auth')
    }
  })
})

describe('C44 a link that an attacker sends', () => {
  test('shows whom it helps, however often the same browser agreed before, and to whom', async () => {
    const attacker = await harness.register({
      client_name: 'Claude',
      redirect_uris: ['https://attacker.example/cb'],
    })
    const browser = harness.browser()
    for (let n = 0; n < 2; n++) {
      expect((await harness.signIn({ clientId, browser })).get('code')).not.toBeNull()
      for (const prompt of ['', 'consent', 'login']) {
        const parameters = { redirect_uri: 'https://attacker.example/cb', prompt }
        const page = await browser.open(harness.authUrl({ clientId: attacker.client_id, parameters }))
        expect(page.status).toBe(200)
        expect(page.url).toContain('/interaction/')
        expect(page.text).toMatch(/<h1><strong>attacker\.example<\/strong>/)
      }
      const none = { redirect_uri: 'https://attacker.example/cb', prompt: 'none' }
      const url = harness.authUrl({ clientId: attacker.client_id, parameters: none })
      const { redirect } = await refusalOf(harness, async () =>
        pageOf(await fetch(url, { redirect: 'manual', headers: cookiesOf(browser) })),
      )
      expect(redirect?.get('error')).toBe('login_required')
    }
  })

  test('the same app is asked for each time', async () => {
    const browser = harness.browser()
    await harness.signIn({ clientId, browser })
    const page = await browser.open(harness.authUrl({ clientId }))
    expect(page.text).toContain('Continue to sign-in')
  })

  test('cancelling tells the app, and asks no SSO', async () => {
    const before = sso.requests.length
    const { browser, consent } = await begin()
    const { url } = await browser.submit(consent, { answer: 'cancel' })
    expect(url).toMatch(new RegExp(`^${appRedirect.replaceAll('.', '\\.')}\\?`))
    expect(new URL(url).searchParams.get('error')).toBe('access_denied')
    expect(sso.requests).toHaveLength(before)
  })
})
