import { type CompanySso, startCompanySso } from '@gateway/backends'
import { memoryRevocationStore } from '@gateway/stores'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { appRedirect, type Harness, startHarness, tenantAt, verifier } from './testing/harness.ts'
import { expectUnsaid, refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
let clientId: string
const revocations = memoryRevocationStore({ now: () => Date.now() })
beforeAll(async () => {
  sso = await startCompanySso()
  harness = await startHarness([tenantAt('acme', sso)], { revocations })
  clientId = (await harness.register()).client_id
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly scope: string
}
const codeOf = async (scope = 'aws:read'): Promise<string> =>
  (await harness.signIn({ clientId, scope })).get('code') ?? ''
const tokensOf = async (code: string): Promise<Tokens> => {
  const answer = await harness.redeem(code, { clientId })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return (await answer.json()) as Tokens
}
const refresh = (token: string, more: Readonly<Record<string, string>> = {}) =>
  harness.post('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: clientId, ...more })
const isRevoked = async (accessToken: string): Promise<boolean> => {
  const { tenant, sub = '', gid } = decodeJwt<{ tenant: string; gid: string }>(accessToken)
  return (await revocations.read({ tenantId: tenant, userId: sub, clientId, grantId: gid })).denied
}

describe('C02 a wrong verifier', () => {
  const wrong: [string, string][] = [
    ['another', 'another-verifier-that-is-as-long-as-the-rule-wants-it'],
    ['none', ''],
    ['short', 'short'],
    ['the challenge', 'NUaDxEFBh1BwXGSpB6bxWZGHgUvxyqJ4_Yo6S6sZQ1U'],
    ['in capitals', verifier.toUpperCase()],
    ['with a space', `${verifier} `],
    ['10 KB', 'x'.repeat(10_000)],
  ]
  test.each(wrong)('%s: refused, and the code still works', async (_, code_verifier) => {
    const code = await codeOf()
    const { status, error, reason } = await refusalOf(harness, () =>
      harness.redeem(code, { clientId }, { code_verifier }),
    )
    expect(status).toBe(400)
    // What cannot be a verifier is not even compared (RFC 7636 section 4.1).
    expect(error).toMatch(
      /^[!-}]{43,128}$/.test(code_verifier) ? /^invalid_grant$/ : /^invalid_(request|grant)$/,
    )
    expect(reason).toBe(error)
    await tokensOf(code)
    expectUnsaid(harness, [code])
  })

  test('five in a row, and the code is dead', async () => {
    const code = await codeOf()
    const guess = { code_verifier: wrong[0]?.[1] ?? '' }
    for (let n = 0; n < 5; n++) await refusalOf(harness, () => harness.redeem(code, { clientId }, guess))
    const { error } = await refusalOf(harness, () => harness.redeem(code, { clientId }))
    expect(error).toBe('invalid_grant')
  })

  test('five at once, and the code is dead', async () => {
    const code = await codeOf()
    const guess = { code_verifier: wrong[0]?.[1] ?? '' }
    await Promise.all(Array.from({ length: 5 }, () => harness.redeem(code, { clientId }, guess)))
    const { error } = await refusalOf(harness, () => harness.redeem(code, { clientId }))
    expect(error).toBe('invalid_grant')
  })

  test('another redirect counts as well', async () => {
    const code = await codeOf()
    const other = { redirect_uri: 'http://127.0.0.1:9/callback' }
    for (let n = 0; n < 5; n++) await refusalOf(harness, () => harness.redeem(code, { clientId }, other))
    await refusalOf(harness, () => harness.redeem(code, { clientId }))
  })
})

describe('C14 a code used twice', () => {
  test('is refused, and ends what it gave', async () => {
    const code = await codeOf()
    const tokens = await tokensOf(code)
    expect(await isRevoked(tokens.access_token)).toBe(false)
    const { error } = await refusalOf(harness, () => harness.redeem(code, { clientId }))
    expect(error).toBe('invalid_grant')
    expect(await isRevoked(tokens.access_token)).toBe(true)
    expect((await refusalOf(harness, () => refresh(tokens.refresh_token))).error).toBe('invalid_grant')
  })

  test('ends no other sign-in of the same person', async () => {
    const other = await tokensOf(await codeOf())
    const code = await codeOf()
    await tokensOf(code)
    await refusalOf(harness, () => harness.redeem(code, { clientId }))
    expect(await isRevoked(other.access_token)).toBe(false)
    expect((await refresh(other.refresh_token)).status).toBe(200)
  })

  test('of ten at once exactly one gets tokens', async () => {
    const code = await codeOf()
    const answers = await Promise.all(Array.from({ length: 10 }, () => harness.redeem(code, { clientId })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(9)
  })
})

test('C16 the code of another client is refused, and stays good for its own', async () => {
  const other = await harness.register({ client_name: 'Other', redirect_uris: [appRedirect] })
  const code = await codeOf()
  const { error } = await refusalOf(harness, () => harness.redeem(code, { clientId: other.client_id }))
  expect(error).toBe('invalid_grant')
  await tokensOf(code)
})

test.each([
  ['unknown', 'x'.repeat(43)],
  ['empty', ''],
  ['of 10 KB', 'x'.repeat(10_000)],
  ['of the language', '__proto__'],
  ['with NUL', 'a\0b'],
])('a code that is %s', async (_, code) => {
  const { error } = await refusalOf(harness, () => harness.redeem(code, { clientId }))
  expect(error).toMatch(/^invalid_(grant|request)$/)
})

describe('C06 parameters of /token given twice', () => {
  test.each(['grant_type', 'code', 'client_id', 'redirect_uri', 'code_verifier'])('%s', async (name) => {
    const code = await codeOf()
    const form = { grant_type: 'authorization_code', code, client_id: clientId, redirect_uri: appRedirect }
    const pairs: [string, string][] = [...Object.entries({ ...form, code_verifier: verifier }), [name, 'x']]
    for (const twice of [pairs, pairs.with(-1, [name, new URLSearchParams(pairs).get(name) ?? ''])]) {
      const { status, error } = await refusalOf(harness, () => harness.post('/token', twice))
      expect([400, 401]).toContain(status)
      expect(error).toMatch(/^invalid_(request|client)$/)
    }
  })

  test('C10 two resources: one foreign, and both aliases', async () => {
    const code = await codeOf()
    const form = { grant_type: 'authorization_code', code, client_id: clientId, redirect_uri: appRedirect }
    const pairs: [string, string][] = [
      ...Object.entries({ ...form, code_verifier: verifier }),
      ['resource', harness.resource],
    ]
    const foreign = await refusalOf(harness, () =>
      harness.post('/token', [...pairs, ['resource', 'https://evil.example']]),
    )
    expect(foreign.error).toBe('invalid_target')
    const again = await codeOf()
    const both = pairs.map(([name, value]): [string, string] => [name, name === 'code' ? again : value])
    expect((await harness.post('/token', [...both, ['resource', `${harness.resource}/`]])).status).toBe(200)
  })
})

describe('by the clock', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())
  const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

  test('C17 a code after 61 s', async () => {
    const [late, soon] = [await codeOf(), await codeOf()]
    pass(55)
    await tokensOf(soon)
    pass(6)
    expect((await refusalOf(harness, () => harness.redeem(late, { clientId }))).error).toBe('invalid_grant')
  })

  test('C18 a refresh token twice within 30 s: both work, of one family', async () => {
    const first = await tokensOf(await codeOf())
    const one = (await (await refresh(first.refresh_token)).json()) as Tokens
    pass(29)
    const other = (await (await refresh(first.refresh_token)).json()) as Tokens
    const grants = [first, one, other].map(({ access_token }) => decodeJwt(access_token).gid)
    expect(new Set(grants).size).toBe(1)
    expect((await refresh(one.refresh_token)).status).toBe(200)
  })

  test('C18 ten at once all work', async () => {
    const { refresh_token } = await tokensOf(await codeOf())
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refresh_token)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  })

  test('C18 later use is a theft: the family ends', async () => {
    const first = await tokensOf(await codeOf())
    const second = (await (await refresh(first.refresh_token)).json()) as Tokens
    pass(61)
    expect((await refusalOf(harness, () => refresh(first.refresh_token))).error).toBe('invalid_grant')
    expect(await isRevoked(second.access_token)).toBe(true)
    expect((await refusalOf(harness, () => refresh(second.refresh_token))).error).toBe('invalid_grant')
    expectUnsaid(harness, [first.refresh_token, second.refresh_token])
  })

  test('an interaction that nobody answered for 10 minutes has ended', async () => {
    const browser = harness.browser()
    const consent = await browser.open(harness.authUrl({ clientId }))
    pass(601)
    await refusalOf(harness, () => browser.submit(consent, { answer: 'continue' }))
  })
})
