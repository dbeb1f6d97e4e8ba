import { startCompanySso } from '@gateway/backends'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { startHarness, tenantAt } from './testing/harness.ts'

test('a person agrees, signs in at their company and the app gets tokens of their tenant', async () => {
  await using sso = await startCompanySso()
  await using harness = await startHarness([tenantAt('acme', sso)])
  const { client_id: clientId } = await harness.register()
  const answer = await harness.signIn({ clientId })
  expect(Object.fromEntries(answer)).toEqual({
    code: expect.any(String),
    state: 'of-the-app',
    iss: harness.issuer,
  })
  const response = await harness.redeem(answer.get('code') ?? '', { clientId })
  const tokens = (await response.json()) as { access_token: string }
  expect(tokens).toEqual({
    access_token: expect.any(String),
    refresh_token: expect.any(String),
    expires_in: 600,
    scope: 'aws:read',
    token_type: 'Bearer',
  })
  expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
  const claims = decodeJwt(tokens.access_token)
  expect(claims).toMatchObject({
    iss: harness.issuer,
    aud: harness.resource,
    tenant: 'acme',
    idp: sso.issuer,
    groups: ['staff'],
    scope: 'aws:read',
    client_id: clientId,
    gid: expect.any(String),
  })
  expect(harness.audit.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
    'oauth.registration allow',
    'oauth.consent allow',
    'oauth.sign_in allow',
    'oauth.token allow',
  ])
})

test('an app that asks for a sign-in anew has the SSO ask anew; others leave it to the SSO', async () => {
  await using sso = await startCompanySso()
  await using harness = await startHarness([tenantAt('acme', sso)])
  const { client_id: clientId } = await harness.register()
  await harness.signIn({ clientId })
  await harness.signIn({ clientId, parameters: { prompt: 'login' } })
  await harness.signIn({ clientId, parameters: { prompt: 'consent' } })
  const asked = sso.requests.filter(({ path }) => path === '/authorize')
  expect(asked.map(({ parameters }) => parameters.get('prompt'))).toEqual([null, 'login', null])
})

test('who was signed out at their company is told what that means here', async () => {
  await using harness = await startHarness([])
  const page = await harness.send('/signed-out')
  expect([page.status, page.headers.get('x-frame-options')]).toEqual([200, 'DENY'])
  expect(await page.text()).toContain('signed out')
})

test('whatever else is asked of the place of health is refused in our words, and audited', async () => {
  await using harness = await startHarness([])
  expect(await (await harness.send('/healthz')).json()).toEqual({ status: 'ok' })
  for (const method of ['POST', 'DELETE', 'PROPFIND']) {
    const answer = await harness.send('/healthz', { method })
    expect([answer.status, await answer.text()]).toEqual([
      method === 'PROPFIND' ? 405 : 404,
      expect.not.stringContaining('Route'),
    ])
  }
  expect(harness.audit.map(({ event, http }) => [event, http?.method])).toEqual([
    ['oauth.deny', 'POST'],
    ['oauth.deny', 'DELETE'],
    ['oauth.deny', 'PROPFIND'],
  ])
})
