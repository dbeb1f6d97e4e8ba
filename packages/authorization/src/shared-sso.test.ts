import { startCompanySso } from '@gateway/backends'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'

test('one person of one SSO at two companies: what each gave goes on being of that company', async () => {
  await using sso = await startCompanySso()
  const [acme, globex] = [
    tenantAt('acme', sso, { pins: { org: 'acme' } }),
    tenantAt('globex', sso, { pins: { org: 'globex' } }),
  ]
  await using harness = await startHarness([acme, globex])
  const { client_id: clientId } = await harness.register()
  sso.says = { subject: 'anna', groups: ['staff'], claims: { org: 'acme' } }
  const first = await tokensAt(harness, clientId, 'acme')
  sso.says = { subject: 'anna', groups: ['builders'], claims: { org: 'globex' } }
  const second = await tokensAt(harness, clientId, 'globex')
  expect(decodeJwt(second.access_token)).toMatchObject({ tenant: 'globex', groups: ['builders'] })
  expect(decodeJwt(first.access_token).sub).toBe(decodeJwt(second.access_token).sub)
  const renewed = await harness.post('/token', {
    grant_type: 'refresh_token',
    refresh_token: first.refresh_token,
    client_id: clientId,
  })
  const { access_token } = (await renewed.json()) as Tokens
  expect(decodeJwt(access_token)).toMatchObject({ tenant: 'acme', groups: ['staff'], scope: 'aws:read' })
})

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

const tokensAt = async (harness: Harness, clientId: string, company: string): Promise<Tokens> => {
  const answer = await harness.signIn({ clientId, parameters: { login_hint: `anna@${company}.example` } })
  return (await (await harness.redeem(answer.get('code') ?? '', { clientId })).json()) as Tokens
}
