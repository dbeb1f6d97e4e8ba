import type { TenantWrite } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { findingOf, newTenant, roleArn, soon, type TenantStoreUnderTest } from './testing/tenant-stores.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** What was found of roles, and who hears of it, for the memory and the Redis store of tenants alike. */
export const tenantFindingsContract = (open: () => Promise<TenantStoreUnderTest>): void => {
  test('what was found of a role is kept for its tenant alone, stored or not', async () => {
    await using under = await open()
    const [ours, theirs] = [newTenant(), newTenant()]
    await under.tenants.write(ours, 0)
    for (const [replaces, value] of [
      [undefined, 'first'],
      ['first', 'ours ☃'],
    ] as const) {
      await under.tenants.verified(ours.id, findingOf(roleArn, value, { replaces, version: 1 }))
    }
    await under.tenants.verified(ours.id, findingOf(`${roleArn}-2`, '{}', { version: 1 }))
    await under.tenants.verified(theirs.id, findingOf(roleArn, 'theirs'))
    const found = new Map([
      [roleArn, 'ours ☃'],
      [`${roleArn}-2`, '{}'],
    ])
    expect(await under.tenants.verifications(ours.id)).toEqual(found)
    expect(await under.tenants.verifications(theirs.id)).toEqual(new Map([[roleArn, 'theirs']]))
    expect(await under.tenants.verifications(uniqueTenant())).toEqual(new Map())
    expect(await under.tenants.read(theirs.id)).toBeUndefined()
    await under.tenants.write(ours, 1)
    expect(await under.tenants.verifications(ours.id)).toEqual(found)
    await under.tenants.remove(ours.id, 2)
    expect(await under.tenants.verifications(theirs.id)).toEqual(new Map([[roleArn, 'theirs']]))
  })

  test('what was found of a role replaces only what it was found beside', async () => {
    await using under = await open()
    const { id } = newTenant()
    const keep = (value: string, replaces?: string) =>
      under.tenants.verified(id, findingOf(roleArn, value, { replaces }))
    const kept = async () => (await under.tenants.verifications(id)).get(roleArn)
    expect(await keep('none', '')).toBe('stale')
    expect(await kept()).toBeUndefined()
    expect(await keep('')).toBe('kept')
    expect(await keep('one')).toBe('stale')
    expect(await keep('one', '')).toBe('kept')
    expect(await keep('one')).toBe('stale')
    expect(await keep('two', 'on')).toBe('stale')
    expect(await kept()).toBe('one')
    const values = Array.from({ length: 20 }, (_, index) => `${index}`)
    const outcomes = await Promise.all(values.map((value) => keep(value, 'one')))
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1)
    expect(await kept()).toBe(values[outcomes.indexOf('kept')])
  })

  test('what was found of a role of another version of a tenant, or of one that is gone, is not kept', async () => {
    await using under = await open()
    const [tenant, other] = [newTenant(), newTenant()]
    const heard = vi.fn()
    await under.tenants.write(other, 0)
    await under.tenants.listen(heard)
    const found = (version: number) => findingOf(roleArn, 'found', { version, announce: true })
    expect(await under.tenants.verified(tenant.id, found(1))).toBe('stale')
    await under.tenants.write(tenant, 0)
    await under.tenants.write(tenant, 1)
    for (const version of [1, 3, -1, 0.5]) {
      expect(await under.tenants.verified(tenant.id, found(version))).toBe('stale')
    }
    expect(await under.tenants.verifications(tenant.id)).toEqual(new Map())
    await under.tenants.remove(tenant.id, 2)
    expect(await under.tenants.verified(tenant.id, found(2))).toBe('stale')
    expect(await under.tenants.verifications(tenant.id)).toEqual(new Map())
    expect(await under.tenants.verified(other.id, found(1))).toBe('kept')
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(other.id), soon)
    expect(heard.mock.calls.filter(([id]) => id === tenant.id)).toHaveLength(3)
  })

  test('what was found of a role is forgotten when its tenant no longer names it', async () => {
    await using under = await open()
    const [ours, theirs] = [newTenant(), newTenant()]
    const [other = '', both] = [`${roleArn}-2`, [roleArn, `${roleArn}-2`]]
    for (const { id } of [ours, theirs]) {
      await under.tenants.write({ ...newTenant(id), roles: both }, 0)
      for (const role of both) await under.tenants.verified(id, findingOf(role, 'a', { version: 1 }))
    }
    const kept = async ({ id }: TenantWrite) => [...(await under.tenants.verifications(id)).keys()].sort()
    // What is not written forgets nothing.
    await under.tenants.write({ ...ours, roles: [] }, 7)
    await under.tenants.write({ ...ours, roles: [], claims: theirs.claims }, 1)
    expect(await kept(ours)).toEqual(both)
    await under.tenants.write({ ...ours, roles: [other] }, 1)
    expect(await kept(ours)).toEqual([other])
    await under.tenants.write({ ...ours, roles: both }, 2)
    expect(await kept(ours)).toEqual([other])
    await under.tenants.write({ ...ours, roles: [] }, 3)
    expect(await kept(ours)).toEqual([])
    expect(await kept(theirs)).toEqual(both)
  })

  test('what has changed is announced to all who listen, and nothing else is', async () => {
    await using under = await open()
    const [one, two, last] = [newTenant(), newTenant(), newTenant()]
    const [heard, left, failing] = [vi.fn(), vi.fn(), vi.fn()]
    const leave = await under.tenants.listen(heard)
    await under.tenants.listen((id) => {
      failing(id)
      throw new Error('on purpose')
    })
    const away = await under.tenants.listen(left)
    away()
    away()
    await under.tenants.write(one, 0)
    await under.tenants.write(one, 0)
    await under.tenants.write({ ...two, claims: one.claims }, 0)
    await under.tenants.verified(two.id, findingOf(roleArn, 'a'))
    await under.tenants.verified(two.id, findingOf(roleArn, 'b', { replaces: 'a', announce: true }))
    await under.tenants.verified(two.id, findingOf(roleArn, 'c', { replaces: 'a', announce: true }))
    await under.tenants.remove(one.id, 2)
    await under.tenants.remove(one.id, 1)
    await under.tenants.write(one, 0)
    await under.tenants.write(last, 0)
    // Other tests announce theirs on the same Redis.
    const ofOurs = (listener: typeof heard) =>
      listener.mock.calls.flat().filter((id) => [one.id, two.id, last.id].includes(id))
    for (const listener of [heard, failing]) {
      await vi.waitFor(() => expect(listener).toHaveBeenCalledWith(last.id), soon)
      expect(ofOurs(listener)).toEqual([one.id, two.id, one.id, last.id])
    }
    leave()
    await under.tenants.write(last, 1)
    await vi.waitFor(() => expect(ofOurs(failing)).toHaveLength(5), soon)
    expect(ofOurs(heard)).toHaveLength(4)
    expect(left).not.toHaveBeenCalled()
  })

  test('whoever hears of a change reads what is in force', async () => {
    await using under = await open()
    const tenant = newTenant()
    const versions: (number | undefined)[] = []
    await under.tenants.listen(async (id) => {
      if (id === tenant.id) versions.push((await under.tenants.read(id))?.version)
    })
    for (const expected of [0, 1]) {
      await under.tenants.write(tenant, expected)
      await vi.waitFor(() => expect(versions.at(-1)).toBe(expected + 1), soon)
    }
    await under.tenants.remove(tenant.id, 2)
    await vi.waitFor(() => expect(versions).toEqual([1, 2, undefined]), soon)
  })
}
