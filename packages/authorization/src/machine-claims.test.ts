import { startCompanySso } from '@gateway/backends'
import type { Tenant } from '@gateway/domain'
import { decodeJwt, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'

const { privateKey, publicKey } = await generateKeyPair('ES256')
const pem = await exportSPKI(publicKey)

const withMachine = (tenant: Tenant, clientId: string): Tenant => ({
  ...tenant,
  machineClients: [{ clientId, publicKeys: [pem], scopes: ['aws:read', 'aws:write'], groups: ['builders'] }],
})

const ask = async (harness: Harness, clientId: string, more: Record<string, string> = {}) => {
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(harness.issuer)
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(privateKey)
  return harness.post('/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...more,
  })
}

test('a machine that a tenant registered gets tokens of that tenant, for what it is registered for', async () => {
  await using sso = await startCompanySso()
  await using harness = await startHarness([withMachine(tenantAt('acme', sso), 'acme.ci')])
  const all = await ask(harness, 'acme.ci')
  const answer = (await all.json()) as { access_token: string; scope: string }
  expect(all.status).toBe(200)
  expect(answer).toEqual({
    access_token: expect.any(String),
    expires_in: 600,
    scope: 'aws:read aws:write',
    token_type: 'Bearer',
  })
  const claims = decodeJwt(answer.access_token)
  expect(claims).toMatchObject({
    tenant: 'acme',
    client_id: 'acme.ci',
    groups: ['builders'],
    aud: harness.resource,
  })
  expect(claims).not.toHaveProperty('idp')
  const narrow = await ask(harness, 'acme.ci', { scope: 'aws:read', resource: `${harness.resource}/` })
  expect(await narrow.json()).toMatchObject({ scope: 'aws:read' })
  const wider = await ask(harness, 'acme.ci', { scope: 'aws:admin' })
  expect([wider.status, await wider.json()]).toMatchObject([400, { error: 'invalid_scope' }])
})

test('a machine of one tenant is nothing to another one, and nothing when it is gone or its tenant suspended', async () => {
  await using sso = await startCompanySso()
  await using other = await startCompanySso()
  const globex = tenantAt('globex', other)
  await using harness = await startHarness([withMachine(tenantAt('acme', sso), 'acme.ci'), globex])
  for (const clientId of ['globex.ci', 'acme.other', 'globex.acme.ci']) {
    const answer = await ask(harness, clientId)
    expect([answer.status, await answer.json()], clientId).toMatchObject([401, { error: 'invalid_client' }])
  }
  harness.setTenants([{ ...withMachine(tenantAt('acme', sso), 'acme.ci'), status: 'suspended' }, globex])
  expect((await ask(harness, 'acme.ci')).status).toBe(401)
  harness.setTenants([tenantAt('acme', sso), globex])
  expect((await ask(harness, 'acme.ci')).status).toBe(401)
  // Of another tenant that wrote down the same name, which its own faults refuse at load.
  harness.setTenants([withMachine(globex, 'acme.ci')])
  expect((await ask(harness, 'acme.ci')).status).toBe(401)
})

test('a machine gets sixty tokens in a minute, and is in the way of no other', async () => {
  await using sso = await startCompanySso()
  await using harness = await startHarness([
    withMachine(tenantAt('acme', sso), 'acme.ci'),
    withMachine(tenantAt('globex', sso), 'globex.ci'),
  ])
  const statuses: number[] = []
  for (let n = 0; n < 61; n++) statuses.push((await ask(harness, 'acme.ci', { scope: 'aws:read' })).status)
  expect(new Set(statuses.slice(0, 60))).toEqual(new Set([200]))
  expect(statuses[60]).toBe(429)
  const refused = await ask(harness, 'acme.ci')
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    'retry-after': '60',
    'ratelimit-policy': '"address";q=60;w=60;qu="requests"',
    ratelimit: '"address";r=0;t=60',
  })
  expect(await refused.json()).toMatchObject({ error: 'slow_down' })
  expect(harness.audit.at(-1)).toMatchObject({ event: 'oauth.deny', reason_code: 'oauth:slow_down' })
  expect((await ask(harness, 'globex.ci')).status).toBe(200)
})
