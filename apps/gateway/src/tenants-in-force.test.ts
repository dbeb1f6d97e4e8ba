import {
  type AwsTarget,
  type Change,
  GatewayError,
  type Principal,
  parseTenants,
  type Tenant,
} from '@gateway/domain'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tenantsText } from '../test/support/tenancy.ts'
import { createTenantsInForce, type TenantBound } from './tenants-in-force.ts'

const signIn = (issuer: string) => ({ issuer, jwks: { url: `${issuer}/jwks` }, key: { alg: 'ES256' } })
const text = tenantsText({
  acme: signIn('https://sso.example/acme'),
  globex: signIn('https://sso.example/globex'),
})
const [acme, globex] = parseTenants(JSON.parse(text), 'tenants.yaml')
if (!acme || !globex) throw new Error('the tenants of the tests are missing')

/** A directory in the hands of the test, and what hears of it. */
const open = () => {
  const tenants = new Map([acme, globex].map((tenant) => [tenant.id, tenant]))
  const listeners = new Set<(tenantId: string | undefined) => void>()
  const state = { away: false, knows: true }
  const find = { slow: false, asked: 0, now: 0, most: 0 }
  const directory = {
    known: (id: string) => (state.knows ? tenants.get(id) : undefined),
    async find(id: string) {
      find.asked += find.slow ? 1 : 0
      find.most = Math.max(find.most, ++find.now)
      if (find.slow) await new Promise((resolve) => setTimeout(resolve, 1))
      find.now -= 1
      if (state.away) throw new GatewayError('unavailable', 'Not now.')
      return tenants.get(id)
    },
    issuedBy: async () => [],
    list: async () => [],
    listen(hear: (tenantId: string | undefined) => void) {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
  const heard: unknown[] = []
  const forget = (tenantId: string) => void heard.push(['credentials', tenantId])
  const faults: string[] = []
  const inForce = createTenantsInForce({
    directory,
    verified: { forget: (tenantId) => void heard.push(['tokens', tenantId]) },
    aws: { forget },
    cancelAll: (tenantId) => void heard.push(['cancelled', tenantId]),
    publish: async (tenantId: string, change: Change) =>
      void heard.push(['published', tenantId, change.kind]),
    onFault: (_, message) => void faults.push(message),
    retryMs: 5,
  })
  onTestFinished(() => inForce.close())
  const retired: [string, string][] = []
  return {
    inForce,
    state,
    find,
    heard,
    faults,
    retired,
    listeners,
    hold(name: string, tenant: Tenant): TenantBound {
      const bound = { tenant, retire: (why: string) => void retired.push([name, why]) }
      inForce.add(bound)
      return bound
    },
    async set(id: string, tenant: Tenant | undefined, { silent = false } = {}) {
      if (tenant) tenants.set(id, tenant)
      else tenants.delete(id)
      for (const hear of listeners) hear(silent ? undefined : id)
      await new Promise(setImmediate)
    },
  }
}

const narrowed: Tenant = { ...acme, permissions: { ...acme.permissions, allowedRegions: ['eu-west-1'] } }
const idsOf = (externalId: string, nextExternalId?: string): Tenant => ({
  ...acme,
  accounts: acme.accounts.map((account) => ({
    ...account,
    roles: {
      read: account.roles.read && {
        ...account.roles.read,
        externalId,
        ...(nextExternalId !== undefined && { nextExternalId }),
      },
      write: account.roles.write && { ...account.roles.write, externalId },
    },
  })),
})
const suspended: Tenant = { ...acme, status: 'suspended' }

test('what is open for a tenant that changed ends, and nothing of another', async () => {
  const { hold, set, retired, heard } = open()
  hold('one', acme)
  hold('two', acme)
  hold('other', globex)
  await set('acme', narrowed)
  expect(retired).toEqual([
    ['one', 'changed'],
    ['two', 'changed'],
  ])
  expect(heard).toEqual([
    ['tokens', 'acme'],
    ['credentials', 'acme'],
    ['published', 'acme', 'tools'],
  ])
})

test('a tenant that was only read anew is no other one', async () => {
  const { hold, set, retired, heard } = open()
  hold('one', acme)
  await set('acme', structuredClone(acme))
  expect(retired).toEqual([])
  expect(heard).not.toContainEqual(['published', 'acme', 'tools'])
})

test('an external id is rotated while everything stays open', async () => {
  const { hold, set, retired, heard } = open()
  hold('one', acme)
  const before = String(acme.accounts[0]?.roles.read?.externalId)
  await set('acme', idsOf(before, 'the-next-one'))
  await set('acme', idsOf('the-next-one'))
  expect(retired).toEqual([])
  expect(heard.filter((each) => JSON.stringify(each) === '["credentials","acme"]')).toHaveLength(2)
  await set('acme', { ...narrowed, accounts: idsOf('the-next-one').accounts })
  expect(retired).toEqual([['one', 'changed']])
})

test.for([
  ['suspended', suspended],
  ['gone', undefined],
] as const)('of a tenant that is %s nothing is left, not even what runs', async ([, tenant]) => {
  const { hold, set, retired, heard } = open()
  hold('one', acme)
  hold('other', globex)
  await set('acme', tenant)
  expect(retired).toEqual([['one', 'refused']])
  expect(heard).toEqual([
    ['tokens', 'acme'],
    ['credentials', 'acme'],
    ['cancelled', 'acme'],
  ])
})

test('what is closed already is not ended', async () => {
  const { inForce, hold, set, retired } = open()
  const bound = hold('one', acme)
  inForce.remove(bound)
  inForce.remove(bound)
  await set('acme', undefined)
  expect(retired).toEqual([])
})

test('what opens under a tenant that has just changed ends at once', async () => {
  const { hold, set, retired } = open()
  await set('acme', narrowed)
  hold('late', acme)
  hold('in time', narrowed)
  await new Promise(setImmediate)
  expect(retired).toEqual([['late', 'changed']])
})

test('where any may have changed, those that are used here are looked at', async () => {
  const { inForce, hold, set, retired, heard } = open()
  hold('one', acme)
  hold('other', globex)
  inForce.check(target())
  await set('acme', narrowed, { silent: true })
  await vi.waitFor(() => expect(retired).toEqual([['one', 'changed']]))
  expect(heard).toEqual([
    ['tokens', undefined],
    ['credentials', 'acme'],
    ['published', 'acme', 'tools'],
  ])
})

test('where any may have changed often, few are asked for at once, and whoever is meant last is seen', async () => {
  const { hold, set, retired, find } = open()
  const many = Array.from({ length: 100 }, (_, n): Tenant => ({ ...acme, id: `t-${n}` }))
  for (const tenant of many) await set(tenant.id, tenant)
  for (const tenant of many) hold(tenant.id, tenant)
  find.slow = true
  find.most = 0
  for (let n = 0; n < 20; n++) void set('acme', acme, { silent: true })
  await vi.waitFor(() => expect(find.asked).toBeGreaterThan(20))
  void set('t-0', { ...many[0], ...suspended, id: 't-0' }, { silent: true })
  await vi.waitFor(() => expect(retired).toEqual([['t-0', 'refused']]), 5_000)
  expect(find.most).toBeGreaterThan(1)
  expect(find.most).toBeLessThanOrEqual(8)
  expect(find.asked).toBeLessThan(500)
})

test('while nobody can tell nothing ends, and it is asked again until somebody can', async () => {
  const { hold, set, retired, state, faults } = open()
  hold('one', acme)
  state.away = true
  await set('acme', suspended)
  await vi.waitFor(() => expect(faults.length).toBeGreaterThan(2))
  expect(retired).toEqual([])
  state.away = false
  await vi.waitFor(() => expect(retired).toEqual([['one', 'refused']]))
})

test('after the end nothing is heard, and nothing asked again', async () => {
  const { inForce, hold, set, retired, state, faults, listeners } = open()
  hold('one', acme)
  state.away = true
  await set('acme', suspended)
  inForce.close()
  expect(listeners.size).toBe(0)
  const before = faults.length
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect([faults.length, retired]).toEqual([before, []])
})

const [prod] = acme.accounts
const [main] = globex.accounts
const target = (changes: Partial<AwsTarget> = {}): AwsTarget => {
  if (!prod?.roles.read) throw new Error('the account of the tests has no role')
  return {
    tenant: acme,
    principal: { tenantId: 'acme' } as Principal,
    account: prod,
    roleName: 'read',
    role: prod.roles.read,
    region: 'eu-west-1',
    ...changes,
  }
}

const withRole = (changes: object): Tenant => ({
  ...acme,
  accounts: acme.accounts.map((account) =>
    account.alias === 'prod' && account.roles.read
      ? { ...account, roles: { ...account.roles, read: { ...account.roles.read, ...changes } } }
      : account,
  ),
})

/** Rules that a call may have waited under: for a form, for its turn, or as a task. */
const stricter: Record<'confirmation' | 'costControl' | 'budget', Tenant> = {
  confirmation: {
    ...acme,
    confirmation: {
      ...acme.confirmation,
      rules: [{ name: 'never', when: {}, require: 'refuse' }],
    },
  },
  costControl: { ...acme, costControl: { ec2: { maxRunning: 0 } } },
  budget: { ...acme, budget: { dailyUsd: 1 } },
}

test.for<[string, Tenant | undefined, string]>([
  ['suspended', suspended, 'tenant_suspended'],
  ['gone', undefined, 'tenant_suspended'],
  ['narrowed', narrowed, 'unavailable'],
  ['moved to another role', withRole({ roleArn: 'arn:aws:iam::111111111111:role/other' }), 'unavailable'],
  ['given another external id', withRole({ externalId: 'another-external-id' }), 'unavailable'],
  ['blocked from the role', withRole({ blocked: 'It was rejected.' }), 'unavailable'],
  ['without the account', { ...acme, accounts: acme.accounts.slice(1) }, 'unavailable'],
  ['signed in to elsewhere', { ...acme, connections: globex.connections }, 'unavailable'],
  ['asked to confirm more', stricter.confirmation, 'unavailable'],
  ['limited in what it starts', stricter.costControl, 'unavailable'],
  ['given a budget', stricter.budget, 'unavailable'],
  [
    'with another account behind the alias',
    { ...acme, accounts: acme.accounts.map((each) => ({ ...each, accountId: '333333333333' })) },
    'unavailable',
  ],
])('a call of a tenant that meanwhile is %s asks AWS for nothing more', async ([, tenant, code]) => {
  for (const knows of [true, false]) {
    const { inForce, set, state } = open()
    state.knows = knows
    await inForce.check(target())
    await set('acme', tenant)
    await expect((async () => inForce.check(target()))()).rejects.toMatchObject({ code })
  }
})

test('a call that waited under rules of before ends, and one of a tenant whose rules stayed goes on', async () => {
  const { inForce, set } = open()
  const account = globex.accounts[0]
  if (!account?.roles.read) throw new Error('the account of the tests has no role')
  const other = target({
    tenant: globex,
    principal: { tenantId: 'globex' } as Principal,
    account,
    role: account.roles.read,
  })
  for (const changed of Object.values(stricter)) {
    await set('acme', changed)
    expect(() => inForce.check(target())).toThrow(GatewayError)
    expect(inForce.check(other)).toBeUndefined()
    // What begins under the new ones goes on.
    expect(inForce.check(target({ tenant: changed }))).toBeUndefined()
  }
})

test('a call goes on where only names and numbers have changed', async () => {
  const { inForce, set } = open()
  await set('acme', {
    ...structuredClone(acme),
    name: 'Acme',
    limits: globex.limits,
    operations: { ...acme.operations, timeout: 100 },
  })
  expect(inForce.check(target())).toBeUndefined()
})

test('a call goes on while the external id of its role is rotated, step by step', async () => {
  const before = String(prod?.roles.read?.externalId)
  const rotating = idsOf(before, 'the-next-one')
  const { inForce, set } = open()
  await set('acme', rotating)
  expect(inForce.check(target())).toBeUndefined()
  const [account] = rotating.accounts
  if (!account?.roles.read) throw new Error('the account of the tests has no role')
  await set('acme', idsOf('the-next-one'))
  const meanwhile = target({ tenant: rotating, account, role: account.roles.read })
  expect(inForce.check(meanwhile)).toBeUndefined()
  // What began before the rotation knows nothing of where it led.
  expect(() => inForce.check(target())).toThrow(GatewayError)
})

test('an account of another tenant is none of this one', () => {
  const { inForce } = open()
  if (!main?.roles.read) throw new Error('the account of the tests has no role')
  // Under the same object nothing is compared, so the tenant is a copy, as after a change.
  const foreign = target({ tenant: structuredClone(acme), account: main, role: main.roles.read })
  expect(() => inForce.check(foreign)).toThrow(GatewayError)
})

test('nobody can tell: the call ends, and AWS is not asked', async () => {
  const { inForce, state } = open()
  Object.assign(state, { away: true, knows: false })
  await expect(inForce.check(target())).rejects.toMatchObject({ code: 'unavailable' })
})
