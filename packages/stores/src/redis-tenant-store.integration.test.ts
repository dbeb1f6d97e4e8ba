import { expect, inject, test, vi } from 'vitest'
import { openRedis } from './open-redis.ts'
import { redisTenantStore } from './redis-tenant-store.ts'
import { tenantClaimsContract } from './tenant-claims.contract.ts'
import { tenantFindingsContract } from './tenant-findings.contract.ts'
import { tenantStoreContract } from './tenant-store.contract.ts'
import { openProxy } from './testing/breakable-proxy.ts'
import { allIds, findingOf, newTenant, soon } from './testing/tenant-stores.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** The registry is one for all tenants, so it gets a database of its own, which no other test file has. */
const database = 7

const urlOf = (change: (url: URL) => void = () => {}): string => {
  const url = new URL(inject('redisUrl'))
  url.pathname = `/${database}`
  change(url)
  return url.href
}

const open = async (url = urlOf()) => {
  const onError = vi.fn()
  const redis = await openRedis(url, { onError })
  return { ...redis, tenants: redisTenantStore(redis), onError }
}

const openEmpty = async () => {
  const under = await open()
  await under.client.flushdb()
  return under
}

tenantStoreContract(openEmpty)
tenantClaimsContract(openEmpty)
tenantFindingsContract(openEmpty)

test('what one replica writes, the others hear of, read, and must know the version of', async () => {
  await using one = await openEmpty()
  await using other = await open()
  const heard = vi.fn()
  await other.tenants.listen(heard)
  const tenant = newTenant()
  const outcomes = await Promise.all([one, other].map(({ tenants }) => tenants.write(tenant, 0)))
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['stale', 'written'])
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(tenant.id), soon)
  expect(await other.tenants.read(tenant.id)).toEqual({ document: tenant.document, version: 1 })
  expect(await other.tenants.remove(tenant.id, 1)).toBe('removed')
  expect(await one.tenants.write(tenant, 1)).toEqual({ outcome: 'retired' })
})

test('whoever may have missed something hears undefined, and then goes on hearing', async () => {
  await using whole = await openEmpty()
  await using proxy = await openProxy(inject('redisUrl'))
  const { port } = new URL(proxy.url)
  await using broken = await open(
    urlOf((url) => {
      url.port = port
    }),
  )
  const heard = vi.fn()
  await broken.tenants.listen(heard)
  await proxy.cut()
  const [missed, next] = [newTenant(), newTenant()]
  await expect(broken.tenants.read(missed.id)).rejects.toThrow()
  await whole.tenants.write(missed, 0)
  await proxy.mend()
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(undefined), soon)
  await whole.tenants.write(next, 0)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(next.id), soon)
  expect(heard).not.toHaveBeenCalledWith(missed.id)
})

test('an announcement that is no id may be of any tenant', async () => {
  await using under = await openEmpty()
  const heard = vi.fn()
  await under.tenants.listen(heard)
  for (const odd of ['', '*', 'A', '{"id":"acme"}', 'a'.repeat(33)]) {
    await under.client.publish('{~tenants}:changed', odd)
  }
  await vi.waitFor(() => expect(heard.mock.calls.filter(([id]) => id === undefined)).toHaveLength(5), soon)
  expect(heard.mock.calls.flat().join()).not.toMatch(/A|acme|aaa/)
})

test('a user of Redis who sees the registry alone, and may run nothing over all keys, is enough', async () => {
  await using admin = await openEmpty()
  const [user, password] = [uniqueTenant(), uniqueTenant()]
  const rules = ['resetkeys', 'resetchannels', '~{~tenants}:*', '&{~tenants}:changed', '+@all']
  const forbidden = ['keys', 'scan', 'sscan', 'hscan', 'zscan', 'dbsize', 'flushdb', 'flushall']
  await admin.client.call(
    'ACL',
    'SETUSER',
    user,
    'on',
    `>${password}`,
    ...rules,
    ...forbidden.map((each) => `-${each}`),
  )
  {
    await using under = await open(
      urlOf((url) => {
        url.username = user
        url.password = password
      }),
    )
    const tenant = newTenant()
    const heard = vi.fn()
    await under.tenants.listen(heard)
    await under.tenants.write(tenant, 0)
    await under.tenants.verified(tenant.id, findingOf('role', 'a', { version: 1, announce: true }))
    expect(await under.tenants.verifications(tenant.id)).toEqual(new Map([['role', 'a']]))
    expect(await under.tenants.read(tenant.id)).toMatchObject({ version: 1 })
    expect(await allIds(under.tenants, 1)).toEqual([tenant.id])
    expect(await under.tenants.withIssuer(tenant.issuers[0] ?? '')).toEqual([tenant.id])
    expect(await under.tenants.remove(tenant.id, 1)).toBe('removed')
    await vi.waitFor(() => expect(heard.mock.calls.filter(([id]) => id === tenant.id)).toHaveLength(3), soon)
    await expect(under.client.keys('*')).rejects.toThrow(/NOPERM/)
    await expect(under.client.get(`{${tenant.id}}:x`)).rejects.toThrow(/NOPERM/)
  }
  await admin.client.call('ACL', 'DELUSER', user)
})

test('of a removed tenant nothing is left but its id', async () => {
  await using under = await openEmpty()
  const tenant = newTenant()
  await under.tenants.write(tenant, 0)
  await under.tenants.verified(tenant.id, findingOf('role', 'a', { version: 1 }))
  const ofTenant = ['tenant', 'verified'].map((part) => `{~tenants}:${part}:${tenant.id}`)
  const indexes = ['claims', 'ids', 'issuers'].map((part) => `{~tenants}:${part}`)
  expect((await under.client.keys('*')).sort()).toEqual([...indexes, ...ofTenant].sort())
  await under.tenants.remove(tenant.id, 1)
  expect(await under.client.keys('*')).toEqual(['{~tenants}:retired'])
})

test('a write that fails half-way through what it is given leaves everything as it was', async () => {
  await using under = await openEmpty()
  const tenant = newTenant()
  await under.tenants.write(tenant, 0)
  // Half of a character is JSON for us, and none for Redis.
  await expect(under.tenants.write({ ...tenant, document: '{}', claims: ['\ud800'] }, 1)).rejects.toThrow()
  expect(await under.tenants.read(tenant.id)).toEqual({ document: tenant.document, version: 1 })
  const other = { ...newTenant(), claims: tenant.claims }
  expect(await under.tenants.write(other, 0)).toMatchObject({ outcome: 'claimed' })
})

test('the registry outlives a flush of scripts, and its keys never expire', async () => {
  await using under = await openEmpty()
  const { tenants } = under
  const tenant = newTenant()
  await tenants.write(tenant, 0)
  await under.client.script('FLUSH')
  expect(await tenants.write(tenant, 1)).toEqual({ outcome: 'written', version: 2 })
  for (const key of [`tenant:${tenant.id}`, 'ids', 'claims', 'issuers']) {
    expect(await under.client.pttl(`{~tenants}:${key}`)).toBe(-1)
  }
  await tenants.remove(tenant.id, 2)
  expect(await under.client.pttl('{~tenants}:retired')).toBe(-1)
})
