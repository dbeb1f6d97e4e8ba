import { parseTenants, type Role, type Tenant } from '@gateway/domain'
import { expect, test } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { renewedBy } from './same-rules.ts'

const signIn = (issuer: string) => ({ issuer, jwks: { url: `${issuer}/jwks` }, key: { alg: 'ES256' } })
const text = tenantsText({
  acme: signIn('https://sso.example/acme'),
  globex: signIn('https://sso.example/globex'),
})
const [acme] = parseTenants(JSON.parse(text), 'tenants.yaml')
if (!acme) throw new Error('the tenant of the tests is missing')

const changeRoles = (change: Partial<Role>): Tenant => ({
  ...acme,
  accounts: acme.accounts.map((account) => ({
    ...account,
    roles: { read: account.roles.read && { ...account.roles.read, ...change } },
  })),
})

const renewed = (now: Tenant | undefined, before = changeRoles({})) => renewedBy({ known: () => now })(before)

test('what stays open goes on with the external ids that are in force', () => {
  for (const now of [
    changeRoles({ nextExternalId: 'the-next-one' }),
    changeRoles({ externalId: 'the-next-one' }),
  ])
    expect(renewed(now)).toBe(now)
})

test('it goes on with no other rules, which end it', () => {
  const before = changeRoles({})
  for (const now of [
    undefined,
    changeRoles({ blocked: 'It was rejected.' }),
    changeRoles({ groups: ['others'] }),
    changeRoles({ scopes: ['aws:admin'] }),
    { ...before, status: 'suspended' as const },
    { ...before, connections: [] },
    { ...before, accounts: before.accounts.slice(1) },
  ])
    expect(renewed(now, before)).toBe(before)
})
