import { join } from 'node:path'
import { type Backend, freePort, startRedis } from '@gateway/backends'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freezeRedis, makeReadOnly, makeWritable } from './support/redis-troubles.ts'
import { type Company, type SignInService, startSignInService } from './support/sign-in-service.ts'

const backend = {
  cacheDir: join(import.meta.dirname, '..', '..', '..', '.cache'),
  mayInstall: true,
  env: process.env,
}

interface Place {
  redis: Backend
  readonly two: SignInService
}

const stack = new AsyncDisposableStack()
/** One for each way in which a Redis fails. */
let places: Readonly<Record<keyof typeof outages, Place>>

const openPlace = async (): Promise<Place> => {
  const place = { redis: await startRedis({ ...backend, port: await freePort() }) }
  stack.defer(() => place.redis.stop())
  return Object.assign(place, { two: stack.use(await startSignInService({ redisUrl: place.redis.url })) })
}

beforeAll(async () => {
  const [frozen, readOnly, gone] = await Promise.all([openPlace(), openPlace(), openPlace()])
  places = { frozen, 'read-only': readOnly, gone }
})
afterAll(() => stack.disposeAsync())

/** Longest that anybody waits to be told. */
const patienceMs = 3_000

interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly ms: number
}

/** What somebody sees, and when. */
const see = async (
  asking: () => Promise<{ status: number; headers: Headers; text: string | (() => Promise<string>) }>,
): Promise<Seen> => {
  const started = performance.now()
  const { status, headers, text } = await asking()
  return {
    status,
    headers,
    text: typeof text === 'string' ? text : await text(),
    ms: performance.now() - started,
  }
}

/** One line for a table: what kind of answer it was. */
const lineOf = ({ status, headers, text }: Seen): string => {
  const type = headers.get('content-type') ?? ''
  const code = /json/.test(type) ? (JSON.parse(text).error?.data?.code ?? JSON.parse(text).error) : 'a page'
  const retry = headers.get('retry-after')
  return [status, ...(status >= 400 ? [code] : []), ...(retry === null ? [] : [`again in ${retry} s`])].join(
    ', ',
  )
}

/** What holds of each refusal in an outage. */
const expectOutage = ({ status, headers, text, ms }: Seen, what: string): void => {
  expect.soft([what, status]).toEqual([what, 503])
  expect.soft(String(headers.get('retry-after')), what).toMatch(/^[1-9]\d*$/)
  expect.soft(headers.has('www-authenticate'), what).toBe(false)
  expect.soft(headers.get('cache-control'), what).toBe('no-store')
  expect.soft(ms, what).toBeLessThan(patienceMs)
  expect.soft(text, what).not.toMatch(/redis|ECONN|ioredis|Command timed out|node_modules|127\.0\.0\.1/i)
}

/** What people and programs do at one place. */
const actsAt = (two: SignInService) => {
  const askFor = (path: string, init?: RequestInit) => async () => {
    const answer = await two.ask(0, path, init)
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const postTo = (path: string, form: Readonly<Record<string, string>>) =>
    askFor(path, { method: 'POST', body: new URLSearchParams(form) })
  const callWith = (token: string, method?: string, params?: object) => async () => {
    const { status, headers, body } = await two.call(0, token, method, params)
    const all = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
    return { status, headers: new Headers(all), text: body }
  }

  /** Each refusal has left exactly one record, as an error and not as a denial. */
  const expectAudited = async (refusals: readonly Seen[]): Promise<void> => {
    const ids = refusals.map(({ headers }) => headers.get('x-request-id'))
    await two.service.audit((events) => ids.every((id) => events.some(({ request_id }) => request_id === id)))
    const events = await two.service.audit()
    for (const id of ids) {
      const own = events.filter(({ request_id, outcome }) => request_id === id && outcome !== 'allow')
      expect.soft(own.map(({ outcome }) => outcome)).toEqual(['error'])
    }
  }

  /** One client for all: strangers may register twenty in an hour. */
  const app = () => two.register(0, 'Test app')

  const tokens = async (company: Company = 'acme') => two.tokens(company, await app())

  const signsIn = async (company: Company): Promise<number> => {
    const { access_token } = await tokens(company)
    return (await two.call(0, access_token)).status
  }

  /** A browser that has come to a place of a sign-in, and what is there. */
  const cameTo = async (stopAt?: string, company: Company = 'acme') => {
    const clientId = await app()
    const browser = two.browser(() => 0, stopAt)
    return { clientId, browser, page: await two.signIn(browser, { clientId, company }) }
  }

  const refreshOf = ({ clientId, refresh_token }: { clientId: string; refresh_token: string }) => ({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token,
  })

  /** What the browser asks that its company's SSO has sent back. */
  const cameBack = ({ page }: { readonly page: { readonly url: string } }) => {
    const { pathname, search, searchParams } = new URL(page.url)
    return askFor(`${pathname}${search}`, { headers: { cookie: `sign-in=${searchParams.get('state')}` } })
  }

  const begun = async () => {
    const clientId = await app()
    const browser = two.browser(() => 0)
    return { clientId, browser, consent: await browser.open(two.authUrl(clientId)) }
  }

  return { askFor, postTo, callWith, expectAudited, app, tokens, signsIn, cameTo, refreshOf, cameBack, begun }
}

test('SSO', async () => {
  const { two } = places.frozen
  const { app, tokens, signsIn, postTo, refreshOf, expectAudited } = actsAt(two)
  const before = await tokens('globex')
  const table: Record<string, string> = {}
  const refusals: Seen[] = []
  const trySignIn = async (what: string, answers: typeof two.sso.acme.answers) => {
    const clientId = await app()
    two.sso.acme.answers = answers
    const seen = await see(() =>
      two.signIn(
        two.browser(() => 0),
        { clientId },
      ),
    )
    table[what] = lineOf(seen)
    refusals.push(seen)
    expectOutage(seen, what)
    two.sso.acme.answers = true
  }
  await trySignIn('refuses connections, metadata not known yet', false)
  await trySignIn('silent, metadata not known yet', 'hangs')
  await trySignIn('token endpoint refuses connections', (path) => path !== '/token')
  await trySignIn('token endpoint silent', (path) => (path === '/token' ? 'hangs' : true))
  await trySignIn('keys refuse connections, not known yet', (path) => path !== '/jwks')
  await trySignIn('keys silent, not known yet', (path) => (path === '/jwks' ? 'hangs' : true))
  // Who signs in at the other company notices nothing, and who has signed in needs no SSO.
  two.sso.acme.answers = false
  expect(await signsIn('globex')).toBe(200)
  two.sso.globex.answers = false
  const refreshed = await see(postTo('/token', refreshOf(before)))
  expect(refreshed.status).toBe(200)
  const { access_token } = JSON.parse(refreshed.text)
  expect((await two.call(0, access_token)).status).toBe(200)
  two.sso.acme.answers = true
  two.sso.globex.answers = true
  expect(await signsIn('acme')).toBe(200)
  await expectAudited(refusals)
  expect(table).toMatchInlineSnapshot(`
    {
      "keys refuse connections, not known yet": "503, a page, again in 5 s",
      "keys silent, not known yet": "503, a page, again in 5 s",
      "refuses connections, metadata not known yet": "503, a page, again in 5 s",
      "silent, metadata not known yet": "503, a page, again in 5 s",
      "token endpoint refuses connections": "503, a page, again in 5 s",
      "token endpoint silent": "503, a page, again in 5 s",
    }
  `)
})

test('keys of a company that brings tokens of its own', async () => {
  const { two } = places.frozen
  const { tokens, callWith, expectAudited } = actsAt(two)
  const { acme, globex } = two.service
  expect((await two.call(0, acme.token())).status).toBe(200)
  const gus = await tokens('globex')
  acme.jwks.serve('error 500')
  globex.jwks.serve('a closed connection')
  const known = await see(callWith(acme.token()))
  const cold = await see(callWith(globex.token()))
  const through = await see(callWith(gus.access_token))
  expectOutage(cold, 'cold')
  await expectAudited([cold])
  expect({
    'keys known': lineOf(known),
    'keys not known yet': lineOf(cold),
    'a token of the authorization server': lineOf(through),
  }).toMatchInlineSnapshot(`
    {
      "a token of the authorization server": "200",
      "keys known": "200",
      "keys not known yet": "503, unavailable, again in 5 s",
    }
  `)
  acme.jwks.serve({ keys: [acme.key.jwk] })
  globex.jwks.serve({ keys: [globex.key.jwk] })
  await vi.waitFor(async () => expect((await two.call(0, globex.token())).status).toBe(200), {
    timeout: 8_000,
    interval: 250,
  })
})

const outages = {
  async frozen({ redis }: Place) {
    await freezeRedis(redis.url, 8_000)
  },
  async 'read-only'({ redis }: Place) {
    await makeReadOnly(redis.url)
  },
  async gone({ redis }: Place) {
    await redis.stop()
  },
}

/** What each caller sees while Redis is so, and afterwards. */
const seenWhile = async (how: keyof typeof outages): Promise<Readonly<Record<string, string>>> => {
  const place = places[how]
  const { two } = place
  const { askFor, postTo, callWith, expectAudited, tokens, signsIn, cameTo, cameBack, refreshOf, begun } =
    actsAt(two)
  const fresh = await tokens()
  const remembered = await tokens()
  const gus = await tokens('globex')
  const toConsent = await begun()
  const toAnswer = await begun()
  const atCallback = await cameTo(`${two.issuer}/sso/callback`)
  const atDone = await cameTo(`${two.issuer}/sso/callback`)
  const done = await cameBack(atDone)()
  const withCode = await cameTo()
  const unused = await tokens()
  const whoami = { name: 'aws_whoami', arguments: {} }
  expect((await two.call(0, remembered.access_token)).status).toBe(200)
  const asked = {
    'GET /auth': () => two.browser(() => 0).open(two.authUrl(toConsent.clientId)),
    'GET /interaction/:uid': () => toConsent.browser.open(toConsent.consent.url),
    'POST /interaction/:uid': () => toAnswer.browser.submit(toAnswer.consent, { answer: 'continue' }),
    'GET /sso/callback/:tenantId': cameBack(atCallback),
    'GET /interaction/:uid/done': () => atDone.browser.open(`${two.issuer}${done.headers.get('location')}`),
    'POST /token, a code': postTo('/token', two.codeForm(withCode.page, withCode.clientId)),
    'POST /token, a refresh token': postTo('/token', refreshOf(fresh)),
    'POST /token/revocation': postTo('/token/revocation', {
      token: gus.access_token,
      client_id: gus.clientId,
    }),
    'POST /reg': askFor('/reg', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [`http://127.0.0.1:1/${how}`] }),
    }),
    'GET /jwks': askFor('/jwks'),
    'GET /.well-known/oauth-authorization-server': askFor('/.well-known/oauth-authorization-server'),
    'tools/list, token seen a moment ago': callWith(remembered.access_token),
    'a read, token seen a moment ago': callWith(remembered.access_token, 'tools/call', whoami),
    'tools/list, token not seen yet': callWith(unused.access_token),
    'tools/list, not seen yet, of the company': callWith(two.service.acme.token()),
  }
  await outages[how](place)
  const table: Record<string, string> = {}
  const refusals: Seen[] = []
  const look = async (what: string, asking: Parameters<typeof see>[0]) => {
    const seen = await see(asking)
    // A Redis that refuses some of what it is asked is not asked at all for two seconds now and then.
    table[what] = how === 'read-only' && /not seen yet/.test(what) ? 'as it happens' : lineOf(seen)
    if (seen.status < 400) return
    refusals.push(seen)
    expectOutage(seen, what)
  }
  await Promise.all(Object.entries(asked).map(([what, asking]) => look(what, asking)))
  await new Promise((resolve) => setTimeout(resolve, 5_100))
  await look('tools/list, token seen 5 s ago', callWith(remembered.access_token))
  if (how === 'read-only') await makeWritable(place.redis.url)
  if (how === 'gone')
    place.redis = await startRedis({ ...backend, port: Number(new URL(place.redis.url).port) })
  // Nobody starts anything again, and everybody can sign in.
  await vi.waitFor(async () => {
    expect(await signsIn('acme')).toBe(200)
    expect(await signsIn('globex')).toBe(200)
  }, 15_000)
  table['tools/list afterwards, token from before'] = lineOf(await see(callWith(unused.access_token)))
  table['refresh afterwards, token from before'] = lineOf(await see(postTo('/token', refreshOf(fresh))))
  await expectAudited(refusals)
  return table
}

test('Redis', async () => {
  const [frozen, readOnly, gone] = await Promise.all([
    seenWhile('frozen'),
    seenWhile('read-only'),
    seenWhile('gone'),
  ])
  const rows = Object.entries(frozen).map(([what, line]) => {
    const lines = { frozen: line, 'read-only': readOnly[what], gone: gone[what] }
    return [what, new Set(Object.values(lines)).size === 1 ? line : lines]
  })
  expect(Object.fromEntries(rows)).toMatchInlineSnapshot(`
    {
      "GET /.well-known/oauth-authorization-server": "200",
      "GET /auth": "503, a page, again in 2 s",
      "GET /interaction/:uid": "503, a page, again in 2 s",
      "GET /interaction/:uid/done": "503, a page, again in 2 s",
      "GET /jwks": "200",
      "GET /sso/callback/:tenantId": "503, a page, again in 2 s",
      "POST /interaction/:uid": "503, a page, again in 2 s",
      "POST /reg": "503, temporarily_unavailable, again in 2 s",
      "POST /token, a code": "503, temporarily_unavailable, again in 2 s",
      "POST /token, a refresh token": "503, temporarily_unavailable, again in 2 s",
      "POST /token/revocation": "503, temporarily_unavailable, again in 2 s",
      "a read, token seen a moment ago": "200",
      "refresh afterwards, token from before": {
        "frozen": "200",
        "gone": "400, invalid_grant",
        "read-only": "200",
      },
      "tools/list afterwards, token from before": {
        "frozen": "200",
        "gone": "401, invalid_token",
        "read-only": "200",
      },
      "tools/list, not seen yet, of the company": {
        "frozen": "503, unavailable, again in 2 s",
        "gone": "503, unavailable, again in 2 s",
        "read-only": "as it happens",
      },
      "tools/list, token not seen yet": {
        "frozen": "503, unavailable, again in 2 s",
        "gone": "503, unavailable, again in 2 s",
        "read-only": "as it happens",
      },
      "tools/list, token seen 5 s ago": "200",
      "tools/list, token seen a moment ago": "200",
    }
  `)
  for (const { two } of Object.values(places)) {
    expect(two.service.replica(0).output()).not.toMatch(/unhandled|the process failed/i)
  }
}, 120_000)
