import { type CompanySso, startCompanySso } from '@gateway/backends'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { idJagGrantType } from './grants/id-jag.ts'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'

test('C45 an assertion of the company becomes a token of its person, with the groups of their last sign-in', async () => {
  await using sso = await startCompanySso()
  const tenant = tenantAt('acme', sso, { idJag: true })
  await using harness = await startHarness([{ ...tenant, preRegisteredClients: [host] }])
  const { client_id } = await harness.register()
  const own = await harness.signIn({ clientId: client_id })
  const signedIn = (await (
    await harness.redeem(own.get('code') ?? '', { clientId: client_id })
  ).json()) as Tokens
  const answer = await swap(harness, await assertion(harness, sso))
  const tokens = (await answer.json()) as Tokens
  expect([answer.status, tokens]).toEqual([
    200,
    { access_token: expect.any(String), expires_in: 600, scope: 'aws:read', token_type: 'Bearer' },
  ])
  const [browser, assertedClaims] = [decodeJwt(signedIn.access_token), decodeJwt(tokens.access_token)]
  expect(assertedClaims).toMatchObject({
    tenant: 'acme',
    idp: sso.issuer,
    sub: browser.sub,
    groups: ['staff'],
  })
  expect(assertedClaims.gid).not.toBe(browser.gid)
  const user = { id: browser.sub, issuer: harness.issuer, subject: browser.sub }
  expect(harness.audit.filter(({ event }) => event === 'oauth.token')).toMatchObject([
    { outcome: 'allow', tenant_id: 'acme', user, detail: 'aws:read', client: { id: client_id } },
    { outcome: 'allow', tenant_id: 'acme', user, detail: 'aws:read', client: { id: 'acme.studio' } },
  ])
})

test('C45 an assertion that was used, and one of a person of whom nothing is known, give no token', async () => {
  await using sso = await startCompanySso()
  const tenant = tenantAt('acme', sso, { idJag: true })
  await using harness = await startHarness([{ ...tenant, preRegisteredClients: [host] }])
  const nobody = await swap(harness, await assertion(harness, sso, { sub: 'stranger' }))
  expect([nobody.status, await nobody.json()]).toMatchObject([400, { error: 'invalid_scope' }])
  const once = await assertion(harness, sso, { groups: ['builders'] })
  expect((await swap(harness, once)).status).toBe(200)
  const again = await swap(harness, once)
  expect([again.status, await again.json()]).toMatchObject([400, { error: 'invalid_grant' }])
  expect(harness.audit.filter(({ outcome }) => outcome === 'deny')).toHaveLength(2)
})

const host = { clientId: 'acme.studio', name: 'Studio', redirectUris: ['https://studio.example/back'] }

interface Tokens {
  readonly access_token: string
}

const assertion = (harness: Harness, sso: CompanySso, claims: object = {}) =>
  sso.sign(
    {
      iss: sso.issuer,
      sub: 'anna',
      aud: harness.issuer,
      client_id: 'acme.studio',
      resource: harness.resource,
      scope: 'aws:read',
      jti: crypto.randomUUID(),
      iat: Math.floor(Date.now() / 1000),
      exp: Math.floor(Date.now() / 1000) + 120,
      ...claims,
    },
    { typ: 'oauth-id-jag+jwt' },
  )

const swap = (harness: Harness, text: string) =>
  harness.post('/token', { grant_type: idJagGrantType, assertion: text, client_id: 'acme.studio' })
