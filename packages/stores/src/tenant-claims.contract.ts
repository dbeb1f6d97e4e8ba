import { expect, test } from 'vitest'
import { allIds, newTenant, type TenantStoreUnderTest } from './testing/tenant-stores.ts'

/** Names that one tenant alone may hold, for the memory and the Redis store of tenants alike. */
export const tenantClaimsContract = (open: () => Promise<TenantStoreUnderTest>): void => {
  test('of 20 tenants that claim one role at once exactly one gets it', async () => {
    await using under = await open()
    const own = Array.from({ length: 20 }, () => newTenant())
    const writes = own.map((tenant) => ({ ...tenant, claims: [...tenant.claims, 'role:shared'] }))
    const outcomes = await Promise.all(writes.map((each) => under.tenants.write(each, 0)))
    const winner = outcomes.findIndex(({ outcome }) => outcome === 'written')
    expect(outcomes.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(19)
    expect(await allIds(under.tenants, 100)).toEqual([writes[winner]?.id])
  })

  test('a name that one tenant holds is refused to another, which then holds none of its names', async () => {
    await using under = await open()
    const [ours, theirs] = [newTenant(), newTenant()]
    const [held = ''] = ours.claims
    await under.tenants.write(ours, 0)
    const crossing = { ...theirs, claims: ['free', held, 'also free'] }
    expect(await under.tenants.write(crossing, 0)).toEqual({ outcome: 'claimed', claim: held })
    expect(await under.tenants.read(theirs.id)).toBeUndefined()
    expect(await under.tenants.withIssuer(theirs.issuers[0] ?? '')).toEqual([])
    expect(await under.tenants.write({ ...newTenant(), claims: ['free', 'also free'] }, 0)).toMatchObject({
      outcome: 'written',
    })
    await under.tenants.write(theirs, 0)
    expect(await under.tenants.write(crossing, 1)).toMatchObject({ outcome: 'claimed' })
    expect(await under.tenants.read(theirs.id)).toEqual({ document: theirs.document, version: 1 })
    expect(await under.tenants.read(ours.id)).toEqual({ document: ours.document, version: 1 })
  })

  test('a tenant keeps its own names, and frees those that it no longer names', async () => {
    await using under = await open()
    const [ours, theirs] = [{ ...newTenant(), claims: ['a', 'b', 'b'] }, newTenant()]
    await under.tenants.write(ours, 0)
    expect(await under.tenants.write({ ...ours, claims: ['b', 'c'] }, 1)).toMatchObject({ version: 2 })
    expect(await under.tenants.write({ ...theirs, claims: ['c'] }, 0)).toEqual({
      outcome: 'claimed',
      claim: 'c',
    })
    expect(await under.tenants.write({ ...theirs, claims: ['a'] }, 0)).toMatchObject({ version: 1 })
    expect(await under.tenants.write({ ...ours, claims: ['a', 'b'] }, 2)).toEqual({
      outcome: 'claimed',
      claim: 'a',
    })
    expect(await under.tenants.write({ ...ours, claims: [] }, 2)).toMatchObject({ version: 3 })
    expect(await under.tenants.write({ ...theirs, claims: ['a', 'b', 'c'] }, 1)).toMatchObject({ version: 2 })
  })

  test('a name that two tenants pass from one to the other is never held by both', async () => {
    await using under = await open()
    const [one, two] = [newTenant(), newTenant()]
    await under.tenants.write({ ...one, claims: ['passed'] }, 0)
    await under.tenants.write({ ...two, claims: [] }, 0)
    const [freed, taken] = await Promise.all([
      under.tenants.write({ ...one, claims: [] }, 1),
      under.tenants.write({ ...two, claims: ['passed'] }, 1),
    ])
    expect(freed).toMatchObject({ outcome: 'written' })
    const version = taken.outcome === 'written' ? 2 : 1
    expect(await under.tenants.write({ ...two, claims: ['passed'] }, version)).toMatchObject({
      outcome: 'written',
    })
    expect(await under.tenants.write({ ...one, claims: ['passed'] }, 2)).toMatchObject({ outcome: 'claimed' })
  })
}
