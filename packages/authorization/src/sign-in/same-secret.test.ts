import { startCompanySso } from '@gateway/backends'
import { expect, test } from 'vitest'
import { startHarness, tenantAt } from '../testing/harness.ts'
import { refusalOf } from '../testing/refusal.ts'
import { sameSecret } from './pending.ts'

test('texts of as many characters and more bytes are other texts', () => {
  expect(sameSecret('abc', 'abc')).toBe(true)
  for (const other of ['abd', 'ab', 'abcd', 'äbc', '☃☃☃', '\ud800bc', '']) {
    expect(sameSecret('abc', other), other).toBe(false)
    expect(sameSecret(other, 'abc'), other).toBe(false)
  }
})

test('C37 C40 a state and a form token of the right number of wide characters are refused like any other', async () => {
  await using sso = await startCompanySso()
  await using harness = await startHarness([tenantAt('acme', sso)])
  const wide = 'é'.repeat(43)
  const { status } = await refusalOf(harness, () =>
    harness.send(`/sso/callback/acme?code=1&state=${encodeURIComponent(wide)}`, {
      headers: { cookie: `sign-in=${'a'.repeat(43)}` },
    }),
  )
  expect(status).toBe(400)
  const { client_id: clientId } = await harness.register()
  const browser = harness.browser()
  const consent = await browser.open(harness.authUrl({ clientId }))
  const posted = await refusalOf(harness, () => browser.submit(consent, { answer: 'continue', csrf: wide }))
  expect(posted.status).toBe(400)
})
