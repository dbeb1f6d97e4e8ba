import type { Browser, Page } from '@gateway/backends'
import { type CompanySso, startCompanySso } from '@gateway/backends'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { refusalOf } from './testing/refusal.ts'

let ofAcme: CompanySso
let ofGlobex: CompanySso
let shared: CompanySso
let harness: Harness
let clientId: string
const pinned = (id: string, tid: string) => tenantAt(id, shared, { pins: { tid } })
const all = () => [
  tenantAt('acme', ofAcme),
  tenantAt('globex', ofGlobex),
  pinned('initech', 'of-initech'),
  pinned('umbrella', 'of-umbrella'),
]
beforeAll(async () => {
  ofAcme = await startCompanySso('anna')
  ofGlobex = await startCompanySso('gina')
  shared = await startCompanySso('ivan')
  harness = await startHarness(all())
  clientId = (await harness.register()).client_id
})
beforeEach(() => {
  harness.setTenants(all())
  ofAcme.says = { subject: 'anna', groups: ['staff'] }
  ofGlobex.says = { subject: 'gina', groups: ['staff'] }
  shared.says = { subject: 'ivan', groups: ['staff'], claims: { tid: 'of-initech' } }
})
afterAll(async () => {
  for (const each of [harness, ofAcme, ofGlobex, shared]) await each[Symbol.asyncDispose]()
})

/** As far as the answer to which company. */
const choose = async (
  company: string,
  parameters = {},
  browser: Browser = harness.browser(),
): Promise<Page> => {
  const consent = await browser.open(harness.authUrl({ clientId, parameters }))
  const choice = await browser.submit(consent, { answer: 'continue' })
  return browser.submit(choice, { company })
}
const tenantOf = async ({ url }: Page): Promise<unknown> => {
  const answer = await harness.redeem(new URL(url).searchParams.get('code') ?? '', { clientId })
  return decodeJwt(((await answer.json()) as { access_token: string }).access_token).tenant
}

test.each([
  ['acme', 'acme'],
  ['ACME ', 'acme'],
  ['anna@acme.example', 'acme'],
  ['gina@GLOBEX.example', 'globex'],
  ['initech', 'initech'],
])('%s signs in at its own company', async (company, tenant) => {
  expect(await tenantOf(await choose(company))).toBe(tenant)
})

describe('a person of acme, whatever they ask for, is of acme', () => {
  test.each([
    { tenant: 'globex' },
    { tenant_id: 'globex', company: 'globex' },
    { login_hint: '@globex.example.acme.example' },
    { acr_values: 'tenant:globex', scope: 'openid' },
    { ui_locales: 'globex' },
    { domain_hint: 'globex.example', organization: 'globex' },
  ])('%j', async (parameters) => {
    expect(await tenantOf(await choose('acme', parameters))).toBe('acme')
  })

  test('an e-mail address of globex in the form leads to the SSO of globex, whose people sign in', async () => {
    const before = ofAcme.requests.length
    expect(await tenantOf(await choose('anna@globex.example'))).toBe('globex')
    expect(ofAcme.requests).toHaveLength(before)
  })

  test('an e-mail address or tenant that the SSO claims counts for nothing', async () => {
    const claims = { email: 'anna@globex.example', tenant: 'globex', hd: 'globex.example', tid: 'of-globex' }
    ofAcme.says = { ...ofAcme.says, claims }
    expect(await tenantOf(await choose('acme'))).toBe('acme')
  })

  test('the SSO of acme cannot sign a person of globex in', async () => {
    ofAcme.says = { ...ofAcme.says, claims: { iss: ofGlobex.issuer, sub: 'gina' } }
    expect((await refusalOf(harness, () => choose('acme'))).status).toBe(400)
  })

  test('C40 the SSO of acme sends the callback of globex', async () => {
    ofAcme.says = { ...ofAcme.says, callback: { iss: ofGlobex.issuer } }
    expect((await refusalOf(harness, () => choose('acme'))).status).toBe(400)
  })

  test('the callback of one sign-in cannot be given another', async () => {
    const url = `${harness.issuer}/sso/callback`
    const [one, other] = [harness.browser(url), harness.browser(url)]
    const [atAcme, atGlobex] = [await choose('acme', {}, one), await choose('globex', {}, other)]
    const mixed = new URL(atGlobex.url)
    mixed.searchParams.set('state', new URL(atAcme.url).searchParams.get('state') ?? '')
    const cookie = [...one.cookies].map(([key, value]) => `${key.split(' ')[2]}=${value}`).join('; ')
    const headers = { cookie, accept: 'text/html' }
    expect((await refusalOf(harness, () => fetch(mixed, { headers, redirect: 'manual' }))).status).toBe(400)
  })
})

describe('C42 one issuer of several companies', () => {
  test.each(['initech', 'umbrella'])('the pin decides for %s', async (company) => {
    shared.says = { ...shared.says, claims: { tid: `of-${company}` } }
    expect(await tenantOf(await choose(company))).toBe(company)
  })

  test.each([
    ['of the other company', { tid: 'of-umbrella' }],
    ['of nobody here', { tid: 'of-hooli' }],
    ['of none', {}],
    ['of both', { tid: ['of-initech', 'of-umbrella'] }],
  ])('sent by initech, a person %s is nobody', async (_, claims) => {
    shared.says = { ...shared.says, claims }
    const { status, reason } = await refusalOf(harness, () => choose('initech'))
    expect({ status, reason }).toEqual({ status: 403, reason: 'unknown_tenant' })
  })

  test('pins that fit two companies fit none', async () => {
    const both = tenantAt('both', shared, { pins: { tid: 'of-initech', hd: 'x' } })
    harness.setTenants([...all(), both])
    shared.says = { ...shared.says, claims: { tid: 'of-initech', hd: 'x' } }
    for (const company of ['initech', 'both']) {
      expect((await refusalOf(harness, () => choose(company))).status).toBe(403)
    }
  })

  test('who signs in at another company too keeps what the first one gave for the first one alone', async () => {
    const last = await choose('initech')
    const answer = await harness.redeem(new URL(last.url).searchParams.get('code') ?? '', { clientId })
    const { refresh_token = '' } = (await answer.json()) as { refresh_token?: string }
    shared.says = { ...shared.says, claims: { tid: 'of-umbrella' } }
    await choose('umbrella')
    const form = { grant_type: 'refresh_token', refresh_token, client_id: clientId }
    const again = (await (await harness.post('/token', form)).json()) as { access_token: string }
    expect(decodeJwt(again.access_token)).toMatchObject({ tenant: 'initech' })
  })
})

describe('companies that cannot sign in', () => {
  const fault = 'No company of that name signs in here'
  test.each([
    'hooli',
    '',
    ' ',
    '__proto__',
    'constructor',
    'acme\0',
    '*',
    '@',
    'x'.repeat(10_000),
    "' or 1=1",
    'ac',
  ])('%j: asked again, one event, and no name of another', async (company) => {
    const { status, text } = await refusalOf(harness, () => choose(company))
    expect(status).toBe(400)
    expect(text).toContain(fault)
    expect(text).not.toMatch(/Acme Ltd|Globex|Initech/)
  })

  test('suspended before the choice: told so once they are known', async () => {
    harness.setTenants(all().map((tenant) => ({ ...tenant, status: 'suspended' })))
    const { status, text } = await refusalOf(harness, () => choose('acme'))
    expect(status).toBe(403)
    expect(text).toContain('suspended')
  })

  test('suspended, gone or changed while the person signs in', async () => {
    for (const next of [
      () => all().map((tenant) => ({ ...tenant, status: 'suspended' as const })),
      () => [],
      () => [tenantAt('acme', ofAcme, { pins: { tid: 'x' } }), tenantAt('globex', ofGlobex)],
    ]) {
      harness.setTenants(all())
      const stopped = harness.browser(`${harness.issuer}/sso/callback`)
      const { url } = await choose('acme', {}, stopped)
      harness.setTenants(next())
      const cookie = [...stopped.cookies].map(([key, value]) => `${key.split(' ')[2]}=${value}`).join('; ')
      const attack = () => fetch(url, { headers: { cookie, accept: 'text/html' }, redirect: 'manual' })
      expect([400, 403]).toContain((await refusalOf(harness, attack)).status)
    }
  })

  test('suspended between the sign-in and the code, and between the code and the token', async () => {
    const { url } = await choose('acme')
    harness.setTenants(all().map((tenant) => ({ ...tenant, status: 'suspended' })))
    const code = new URL(url).searchParams.get('code') ?? ''
    expect((await refusalOf(harness, () => harness.redeem(code, { clientId }))).error).toBe('invalid_grant')
  })

  test('a person with no group that gives anything: 403, and no code', async () => {
    ofAcme.says = { ...ofAcme.says, groups: ['strangers'] }
    const { status, reason } = await refusalOf(harness, () => choose('acme'))
    expect({ status, reason }).toEqual({ status: 403, reason: 'not_permitted' })
  })
})
