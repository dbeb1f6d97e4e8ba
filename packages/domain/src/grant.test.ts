import { expect, test } from 'vitest'
import { grantOf } from './grant.ts'
import { scopes } from './principal.ts'
import { grantIn, principalOf, tenantOf } from './testing/tenants.ts'

const rolesOf = (options: Parameters<typeof grantIn>[1]) =>
  grantIn('acme', options).accounts.map(({ account, roles }) => [account.alias, Object.keys(roles)])

test.for<[string, Parameters<typeof grantIn>[1], unknown]>([
  [
    'no scope',
    { scopes: [] },
    [
      ['prod', []],
      ['dev', []],
    ],
  ],
  [
    'aws:read',
    { scopes: ['aws:read'] },
    [
      ['prod', ['read']],
      ['dev', ['read']],
    ],
  ],
  [
    'aws:write without the group',
    { scopes: ['aws:write'] },
    [
      ['prod', []],
      ['dev', []],
    ],
  ],
  [
    'aws:write with the group',
    { scopes: ['aws:write'], groups: ['operators'] },
    [
      ['prod', ['write']],
      ['dev', []],
    ],
  ],
  [
    'the group without aws:write',
    { scopes: ['aws:read'], groups: ['operators'] },
    [
      ['prod', ['read']],
      ['dev', ['read']],
    ],
  ],
  [
    'aws:admin',
    { scopes: ['aws:admin'] },
    [
      ['prod', []],
      ['dev', ['admin']],
    ],
  ],
  [
    'everything',
    { scopes, groups: ['others', 'operators'] },
    [
      ['prod', ['read', 'write']],
      ['dev', ['read', 'admin']],
    ],
  ],
])('%s gives its roles and no others', ([, options, roles]) => {
  expect(rolesOf(options)).toEqual(roles)
})

test('a role is the one of that account', () => {
  const { accounts } = grantIn('acme', { scopes, groups: ['operators'] })
  for (const { account, roles } of accounts) {
    for (const [name, role] of Object.entries(roles)) {
      expect(role).toBe(account.roles[name as keyof typeof account.roles])
    }
  }
})

test("the operator's own profile reads and does nothing else, whatever the tenant's roles say", () => {
  const tenant = { authentication: { profile: 'default' } }
  const granted = (scopesOfToken: typeof scopes | []) =>
    grantIn('acme', { tenant, scopes: scopesOfToken, groups: ['operators'] }).accounts.map(
      ({ roles }) => roles,
    )
  expect(granted(scopes)).toEqual([{ read: 'profile' }, { read: 'profile' }])
  expect(granted([])).toEqual([{}, {}])
})

test('grants share a catalogue key exactly if they allow the same', () => {
  const grants = [
    grantIn('acme'),
    grantIn('acme', { scopes: [] }),
    grantIn('acme', { scopes: ['aws:write'] }),
    grantIn('acme', { scopes: ['aws:read', 'aws:write'] }),
    grantIn('acme', { scopes: ['aws:read', 'aws:write'], groups: ['operators'] }),
    grantIn('globex'),
  ]
  expect(new Set(grants.map(({ catalogueKey }) => catalogueKey)).size).toBe(grants.length)
  expect(grantIn('acme', { subject: 'bob', groups: ['others'] }).catalogueKey).toBe(grants[0]?.catalogueKey)
})

test('the same accounts under another tenant give another catalogue key', () => {
  const twin = { ...tenantOf('acme'), id: 'acme-2' }
  expect(grantOf(principalOf('acme'), twin).catalogueKey).not.toBe(grantIn('acme').catalogueKey)
})
