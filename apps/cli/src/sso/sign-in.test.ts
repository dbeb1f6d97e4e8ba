import { freePort } from '@gateway/backends'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Sso, startSso } from './start-sso.ts'
import { openBrowser } from './testing/browser.ts'
import { sandboxUsers } from './users.ts'

const resource = 'http://127.0.0.1:3000/mcp'
const redirectUri = 'http://127.0.0.1:3002/sso/callback'
const secrets = new Map([
  ['acme', 'secret-of-acme'],
  ['globex', 'secret-of-globex'],
])
const tenants = [
  { id: 'acme', name: '<Acme> & "Sons"', users: sandboxUsers },
  { id: 'globex', name: 'Globex Industries', users: sandboxUsers },
]

let sso: Sso
const said = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name))
beforeAll(async () => {
  sso = await startSso({
    tenants,
    resource,
    adminResource: 'http://127.0.0.1:3000/admin',
    port: await freePort(),
    signIn: { redirectUri, secrets },
  })
})
afterAll(() => sso.stop())

type Browser = ReturnType<typeof openBrowser>

const discover = (tenant: string, secret = secrets.get(tenant)) =>
  client.discovery(new URL(`${sso.url}/${tenant}`), 'aws-mcp-gateway', secret, undefined, {
    execute: [client.allowInsecureRequests],
  })

/** Begins a sign-in as the authorization server does. */
const begin = async (tenant: string, parameters: Record<string, string> = {}) => {
  const config = await discover(tenant)
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${redirectUri}/${tenant}`,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  return { config, url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } }
}

/** The page that asks who somebody is, or where they ended without it. */
const open = (browser: Browser, url: URL) => browser.follow(url, sso.url)

const choose = (browser: Browser, page: URL, form: Record<string, string>) =>
  browser.follow(page, sso.url, form)

/** A whole sign-in; gives the URL at which the person returned with a code. */
const signIn = async (
  browser: Browser,
  tenant: string,
  user: string,
  parameters?: Record<string, string>,
) => {
  const begun = await begin(tenant, parameters)
  const page = await open(browser, begun.url)
  expect(page.answer.status).toBe(200)
  const { url } = await choose(browser, page.url, { user })
  expect(url.origin).toBe('http://127.0.0.1:3002')
  return { ...begun, back: url }
}

test.each(sandboxUsers.map((user) => [user]))(
  '$id signs in by code and PKCE, and the ID token says who',
  async (user) => {
    const { config, back, checks } = await signIn(openBrowser(), 'acme', user.id)
    expect(back.searchParams.get('iss')).toBe(`${sso.url}/acme`)
    const tokens = await client.authorizationCodeGrant(config, back, checks)
    expect(tokens.claims()).toMatchObject({
      iss: `${sso.url}/acme`,
      aud: 'aws-mcp-gateway',
      sub: `acme-${user.id}`,
      name: user.name,
      email: `${user.id}@acme.example`,
      email_verified: true,
      groups: user.groups,
    })
    const keys = createRemoteJWKSet(new URL(`${sso.url}/acme/jwks.json`))
    const { protectedHeader } = await jwtVerify(tokens.id_token ?? '', keys, { algorithms: ['ES256'] })
    expect(protectedHeader.typ).not.toBe('at+jwt')
    expect(tokens.refresh_token).toBeUndefined()
    // The same person as by a direct token, signed by the same key.
    const direct = (await sso.signInEverybody())[0]?.users.find(({ id }) => id === user.id)?.token ?? ''
    expect((await jwtVerify(direct, keys)).payload.sub).toBe(tokens.claims()?.sub)
    expect(decodeProtectedHeader(direct).typ).toBe('at+jwt')
    const info = await client.fetchUserInfo(config, tokens.access_token, `acme-${user.id}`)
    expect(info.email).toBe(`${user.id}@acme.example`)
  },
)

test('a second sign-in is silent, prompt=login and prompt=select_account ask again, and another person can be chosen', async () => {
  const browser = openBrowser()
  await signIn(browser, 'acme', 'reader')
  const second = await begin('acme')
  const silent = await open(browser, second.url)
  expect(silent.url.origin).toBe('http://127.0.0.1:3002')
  const tokens = await client.authorizationCodeGrant(second.config, silent.url, second.checks)
  expect(tokens.claims()?.sub).toBe('acme-reader')
  for (const [prompt, user] of [
    ['login', 'reader'],
    ['login', 'admin'],
    ['select_account', 'operator'],
  ] as const) {
    const again = await signIn(browser, 'acme', user, { prompt })
    const other = await client.authorizationCodeGrant(again.config, again.back, again.checks)
    expect(other.claims()?.sub, prompt).toBe(`acme-${user}`)
  }
  const last = await begin('acme', { prompt: 'none' })
  const remembered = await open(browser, last.url)
  const claims = (await client.authorizationCodeGrant(last.config, remembered.url, last.checks)).claims()
  expect(claims?.sub).toBe('acme-operator')
})

test('prompt=none without a sign-in before it, and a person who does not want to, are errors for the client', async () => {
  const none = await open(openBrowser(), (await begin('acme', { prompt: 'none' })).url)
  expect(none.url.searchParams.get('error')).toBe('login_required')
  const browser = openBrowser()
  const { url, config, checks } = await begin('acme')
  const page = await open(browser, url)
  const back = await choose(browser, page.url, { cancel: 'yes' })
  expect(back.url.searchParams.get('error')).toBe('access_denied')
  await expect(client.authorizationCodeGrant(config, back.url, checks)).rejects.toMatchObject({
    error: 'access_denied',
  })
})

test('who signed in at acme is nobody at globex, and a code of acme is nothing there', async () => {
  const browser = openBrowser()
  const { back, checks } = await signIn(browser, 'acme', 'admin')
  const atGlobex = await begin('globex')
  const page = await open(browser, atGlobex.url)
  expect(page.answer.status).toBe(200)
  expect(await page.answer.text()).toContain('<h1>Globex Industries</h1>')
  // The cookies of acme, sent to globex by force.
  const stolen = [...browser.cookies].map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; ')
  const forced = await fetch(atGlobex.url, { redirect: 'manual', headers: { cookie: stolen } })
  expect(forced.headers.get('location')).toMatch(/^\/globex\/login\//)
  for (const { path } of browser.cookies.values()) expect(path).toMatch(/^\/(acme|globex)(\/|$)/)
  const { state, ...code } = Object.fromEntries(back.searchParams)
  const crossed = new URL(
    `${redirectUri}/globex?${new URLSearchParams({ ...code, iss: `${sso.url}/globex` })}`,
  )
  expect(state).toBeDefined()
  const { expectedState: _, ...others } = checks
  await expect(client.authorizationCodeGrant(atGlobex.config, crossed, others)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

test('a code is good once, also for two requests at the same moment', async () => {
  const { config, back, checks } = await signIn(openBrowser(), 'acme', 'reader')
  const tries = await Promise.allSettled(
    [1, 2, 3].map(() => client.authorizationCodeGrant(config, back, checks)),
  )
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(client.authorizationCodeGrant(config, back, checks)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

test('a wrong client secret, none, that of another company and a wrong PKCE verifier get no token', async () => {
  for (const secret of ['wrong', secrets.get('globex')]) {
    const { back, checks } = await signIn(openBrowser(), 'acme', 'reader')
    const attempt = client.authorizationCodeGrant(await discover('acme', secret), back, checks)
    await expect(attempt).rejects.toMatchObject({ error: 'invalid_client' })
  }
  const withNone = await signIn(openBrowser(), 'acme', 'reader')
  const none = await client.discovery(
    new URL(`${sso.url}/acme`),
    'aws-mcp-gateway',
    undefined,
    client.None(),
    {
      execute: [client.allowInsecureRequests],
    },
  )
  await expect(client.authorizationCodeGrant(none, withNone.back, withNone.checks)).rejects.toMatchObject({
    error: 'invalid_client',
  })
  const { config, back, checks } = await signIn(openBrowser(), 'acme', 'reader')
  const wrong = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }
  await expect(client.authorizationCodeGrant(config, back, wrong)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

test.each([
  ['another redirect', { redirect_uri: `${redirectUri}/acme2` }, 400],
  ['the redirect of another company', { redirect_uri: `${redirectUri}/globex` }, 400],
  ['a redirect on another port', { redirect_uri: 'http://127.0.0.1:3003/sso/callback/acme' }, 400],
  ['another client', { client_id: 'sandbox' }, 400],
  ['a client with markup in its name', { client_id: '<script>alert(1)</script>' }, 400],
  ['a response in the fragment', { response_mode: 'fragment' }, 400],
  ['a response by a form, which needs a script', { response_mode: 'form_post' }, 400],
])('%s ends at a page and goes nowhere', async (_, parameters, status) => {
  const { url } = await begin('acme')
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const { answer } = await open(openBrowser(), url)
  expect([answer.status, answer.headers.has('location')]).toEqual([status, false])
  const text = await answer.text()
  expect(text).toContain('This sign-in cannot go on.')
  expect(text).not.toContain('<script')
})

test.each([
  ['no PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
  ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['a token without a code', { response_type: 'id_token' }, 'invalid_request'],
])('%s is refused', async (_, parameters, error) => {
  const { url } = await begin('acme')
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '') url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  const { url: end } = await open(openBrowser(), url)
  // For another response type the error is in the fragment, as its answer would have been.
  const said = new URLSearchParams(end.search || end.hash.slice(1))
  expect([said.get('error'), said.has('code')]).toEqual([error, false])
})

test.each([['root'], ['acme-reader'], ['__proto__'], ['']])('nobody signs in as %j', async (user) => {
  const browser = openBrowser()
  const page = await open(browser, (await begin('acme')).url)
  const { answer, url } = await choose(browser, page.url, { user })
  expect([answer.status, url.href]).toEqual([400, page.url.href])
})

test('a sign-in goes on in the browser that began it, under its own name, and nowhere else', async () => {
  const [begun, another] = [openBrowser(), openBrowser()]
  const page = await open(begun, (await begin('acme')).url)
  const other = await open(another, (await begin('acme')).url)
  for (const answer of [
    await openBrowser().visit(page.url),
    await openBrowser().visit(page.url, { user: 'admin' }),
    await another.visit(page.url, { user: 'admin' }),
    await begun.visit(page.url.href.replace('/acme/', '/globex/'), { user: 'admin' }),
  ]) {
    expect([answer.status, answer.headers.has('location')]).toEqual([400, false])
    expect(await answer.text()).toContain('was begun in another browser')
  }
  // The cookie of one sign-in and the name of another.
  const cookie = [...begun.cookies].map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; ')
  const forced = await fetch(other.url, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams({ user: 'admin' }),
  })
  expect(forced.status).toBe(400)
})

test('the page lists people and what they may do, runs no script, and escapes what it shows', async () => {
  const { answer } = await open(openBrowser(), (await begin('acme', { login_hint: '"><script>' })).url)
  const text = await answer.text()
  expect(text).toContain('<h1>&#60;Acme&#62; &#38; &#34;Sons&#34;</h1>')
  expect(text).toContain('have no passwords')
  for (const { id, name, may } of sandboxUsers) {
    expect(text).toContain(`<button name="user" value="${id}"><strong>${name}</strong>`)
    expect(text).toContain(may)
    expect(text).toContain(`${id}@acme.example`)
  }
  expect(text).not.toMatch(/<script|<img|<link|\son\w+=|javascript:|https?:/i)
  expect(text).toContain('<html lang="en">')
  expect(text).toContain('prefers-color-scheme: dark')
  expect(text).toContain('width=device-width')
  const policy = answer.headers.get('content-security-policy')
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; .*frame-ancestors 'none'$/)
  expect(answer.headers.get('x-frame-options')).toBe('DENY')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  for (const line of answer.headers.getSetCookie()) expect(line).toMatch(/httponly/i)
})

test('sign-out asks, and after it the next sign-in asks who somebody is', async () => {
  const browser = openBrowser()
  const { config, back, checks } = await signIn(browser, 'acme', 'reader')
  const { id_token } = await client.authorizationCodeGrant(config, back, checks)
  const page = await browser.visit(client.buildEndSessionUrl(config, { id_token_hint: id_token ?? '' }))
  const text = await page.text()
  expect(text).toContain('Sign out of &#60;Acme&#62;')
  expect(text).not.toContain('<script')
  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? []
  expect(new URL(action).origin).toBe(sso.url)
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(text) ?? []
  const forged = await browser.visit(action, { xsrf: 'guessed', logout: 'yes' })
  expect(forged.status).toBe(400)
  const { answer } = await browser.follow(action, sso.url, { xsrf, logout: 'yes' })
  expect(await answer.text()).toContain('You are signed out.')
  const next = await open(browser, (await begin('acme')).url)
  expect(next.url.pathname).toMatch(/^\/acme\/login\//)
  // Nobody is signed in any more: the same page, without a script.
  const twice = await openBrowser().follow(`${sso.url}/acme/sign-out`, sso.url)
  expect(await twice.answer.text()).toContain('You are signed out.')
})

test('companies that came later have a public client, and operators have no sign-in through a browser', async () => {
  const { config, back, checks } = await signIn(openBrowser(), 'initech', 'operator')
  expect(config.serverMetadata().token_endpoint_auth_methods_supported).toEqual(['none'])
  const tokens = await client.authorizationCodeGrant(config, back, checks)
  expect(tokens.claims()).toMatchObject({ sub: 'initech-operator', email: 'operator@initech.example' })
  const answer = await fetch(`${sso.url}/operators/authorize?client_id=aws-mcp-gateway`)
  expect(answer.status).toBe(404)
  const document = await (await fetch(`${sso.url}/operators/.well-known/openid-configuration`)).json()
  expect(document).not.toHaveProperty('authorization_endpoint')
})

test('headers that claim another origin change no URL', async () => {
  const begun = await begin('acme')
  const answer = await fetch(begun.url, {
    redirect: 'manual',
    headers: {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    },
  })
  expect(answer.headers.get('location')).toMatch(/^\/acme\/login\/[\w-]+$/)
  expect(answer.headers.getSetCookie().join()).not.toContain('secure')
})

test('nothing of all this wrote to the console', async () => {
  await signIn(openBrowser(), 'acme', 'reader')
  expect(said.flatMap(({ mock }) => mock.calls)).toEqual([])
})
