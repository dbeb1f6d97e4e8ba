import { startCompanySso } from '@gateway/backends'
import { expect, test } from 'vitest'
import { startHarness, tenantAt } from './testing/harness.ts'
import { refusalOf } from './testing/refusal.ts'

test('C40 an answer of one company’s SSO, which another sent people to, is given to neither', async () => {
  await using acme = await startCompanySso()
  await using mallory = await startCompanySso()
  await using harness = await startHarness([tenantAt('acme', acme), tenantAt('mallory', mallory)])
  const { client_id: clientId } = await harness.register()
  // Mallory's SSO sends whoever comes on to that of acme, which sends them back with a code and the state that it was given.
  const browser = harness.browser(`${mallory.issuer}/authorize`)
  const parameters = { login_hint: 'anna@mallory.example' }
  const consent = await browser.open(harness.authUrl({ clientId, parameters }))
  const { url } = await browser.submit(consent, { answer: 'continue' })
  const begun = new URL(url).searchParams
  expect(begun.get('redirect_uri')).toBe(`${harness.issuer}/sso/callback/mallory`)
  const back = new URLSearchParams({ code: 'of-acme', state: begun.get('state') ?? '' })
  const { status, reason } = await refusalOf(harness, () =>
    browser.open(`${harness.issuer}/sso/callback/acme?${back}`),
  )
  expect([status, reason]).toEqual([400, 'sign_in_refused'])
  const asked = [...acme.requests, ...mallory.requests].map(({ path }) => path)
  expect(asked).not.toContain('/token')
})

test('a refusal after somebody came back is in the audit log of their company', async () => {
  await using sso = await startCompanySso()
  await using harness = await startHarness([tenantAt('acme', sso)])
  const { client_id: clientId } = await harness.register()
  const attempt = async () => {
    const browser = harness.browser()
    const consent = await browser.open(harness.authUrl({ clientId }))
    const { status } = await browser.submit(consent, { answer: 'continue' })
    const { reason_code, tenant_id, outcome, detail } = harness.audit.at(-1) ?? {}
    return { status, reason_code, tenant_id, outcome, detail }
  }
  sso.says = { ...sso.says, groups: ['nobody'] }
  expect(await attempt()).toEqual({
    status: 403,
    reason_code: 'oauth:not_permitted',
    tenant_id: 'acme',
    outcome: 'deny',
    detail: undefined,
  })
  const body = JSON.stringify({ error: 'invalid_client' })
  sso.says = { ...sso.says, token: { status: 401, type: 'application/json', body } }
  expect(await attempt()).toEqual({
    status: 503,
    reason_code: 'oauth:unavailable',
    tenant_id: 'acme',
    outcome: 'error',
    detail: 'the SSO answered invalid_client',
  })
})
