import { type AwsTarget, GatewayError, parseTenants } from '@gateway/domain'
import { memoryRecordStore, memoryTenantStore } from '@gateway/stores'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { openRoleVerification } from './role-verification.ts'

const signIn = (issuer: string) => ({ issuer, jwks: { url: `${issuer}/jwks` }, key: { alg: 'ES256' } })
const text = tenantsText({
  acme: signIn('https://sso.example/acme'),
  globex: signIn('https://sso.example/globex'),
})
const [acme] = parseTenants(JSON.parse(text), 'tenants.yaml')
const [account] = acme?.accounts ?? []
if (!acme || !account?.roles.read) throw new Error('the tenant of the tests is missing')
const target = {
  tenant: acme,
  account,
  roleName: 'read',
  role: account.roles.read,
  region: 'eu-west-1',
} as AwsTarget

/** Sends what AWS answers with `thrown`; the tenants that were looked at because of it. */
const lookedAt = async (thrown: Error): Promise<readonly string[]> => {
  const store = memoryTenantStore({ onError: () => undefined })
  const read = vi.spyOn(store, 'read')
  const verification = openRoleVerification({
    aws: {
      send: () => Promise.reject(thrown),
      forget: () => undefined,
      prober: { probe: () => Promise.reject(new Error('nothing is to be probed')) },
    } as unknown as Parameters<typeof openRoleVerification>[0]['aws'],
    sources: { file: undefined, directory: { list: async () => [] }, close: () => undefined } as never,
    store,
    claims: memoryRecordStore({ now: Date.now }),
    audit: { append: async () => undefined },
    daily: true,
    onFault: () => undefined,
    now: Date.now,
  })
  onTestFinished(() => verification.close())
  await expect(verification.aws.send(target, {} as never, new AbortController().signal)).rejects.toBe(thrown)
  await new Promise((resolve) => setTimeout(resolve, 30))
  return read.mock.calls.map(([id]) => id)
}

const refusal = (code?: string) =>
  new GatewayError('credentials_refused', 'Refused.', {
    details: code === undefined ? {} : { aws: { code } },
  })

test('a role that AWS refuses to a call is verified soon', async () => {
  for (const code of ['AccessDenied', 'AccessDeniedException'])
    expect(await lookedAt(refusal(code))).toContain('acme')
})

test('what is no word of AWS on the role puts it under no suspicion', async () => {
  for (const thrown of [
    refusal(),
    refusal('PackedPolicyTooLarge'),
    refusal('MalformedPolicyDocument'),
    new GatewayError('aws_error', 'Refused.', { details: { aws: { code: 'AccessDenied' } } }),
    new Error('no refusal'),
  ])
    expect(await lookedAt(thrown)).toEqual([])
})
