import { randomUUID } from 'node:crypto'
import type { ConcurrencyBounds, ConcurrencyLimiter } from '@gateway/domain'
import { expect, test } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A limiter under test, with the clock that it goes by. */
export interface ConcurrencyLimiterUnderTest extends AsyncDisposable {
  readonly limiter: ConcurrencyLimiter
  wait(seconds: number): Promise<void>
}

/** A call of its own tenant, with bounds that no test reaches. */
export const newCall = (more: Partial<ConcurrencyBounds> = {}): ConcurrencyBounds => ({
  tenantId: uniqueTenant(),
  principalId: 'ann',
  callId: randomUUID(),
  maxPerTenant: 1000,
  maxPerUser: 1000,
  ttlSeconds: 60,
  ...more,
})

/** How each of `count` calls that come at once is answered. */
export const entering = (
  limiter: ConcurrencyLimiter,
  count: number,
  bounds: Partial<ConcurrencyBounds>,
): Promise<string[]> => Promise.all(Array.from({ length: count }, () => limiter.enter(newCall(bounds))))

const taken = (outcomes: readonly string[]): number => outcomes.filter((each) => each === 'taken').length

/** What every limiter does. */
export const concurrencyLimiterContract = (open: () => Promise<ConcurrencyLimiterUnderTest>): void => {
  test('of 200 simultaneous calls exactly as many enter as the tenant may have, or the user', async () => {
    await using under = await open()
    for (const [bound, refused] of [
      ['maxPerTenant', 'tenant'],
      ['maxPerUser', 'user'],
    ] as const) {
      const outcomes = await entering(under.limiter, 200, { tenantId: uniqueTenant(), [bound]: 17 })
      expect(taken(outcomes)).toBe(17)
      expect(outcomes.filter((each) => each === refused)).toHaveLength(183)
    }
  })

  test('users share the bound of their tenant, and each has a bound of its own', async () => {
    await using under = await open()
    const bounds = { tenantId: uniqueTenant(), maxPerTenant: 5, maxPerUser: 2 }
    const enter = (principalId: string) => under.limiter.enter(newCall({ ...bounds, principalId }))
    expect([await enter('ann'), await enter('ann'), await enter('ann')]).toEqual(['taken', 'taken', 'user'])
    expect([await enter('bob'), await enter('bob')]).toEqual(['taken', 'taken'])
    expect([await enter('cleo'), await enter('cleo'), await enter('ann')]).toEqual([
      'taken',
      'tenant',
      'tenant',
    ])
  })

  test('a call that was refused holds nothing', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    const first = newCall({ tenantId, maxPerUser: 1 })
    const refused = newCall({ tenantId, maxPerUser: 1 })
    await under.limiter.enter(first)
    expect(await under.limiter.enter(refused)).toBe('user')
    expect(await under.limiter.renew(refused)).toBe(false)
    await under.limiter.leave(refused)
    const bounds = { tenantId, principalId: 'bob', maxPerTenant: 2 }
    expect(await entering(under.limiter, 3, bounds)).toEqual(['taken', 'tenant', 'tenant'])
  })

  test('who leaves makes room for one, however often', async () => {
    await using under = await open()
    const bounds = { tenantId: uniqueTenant(), maxPerUser: 2 }
    const call = newCall(bounds)
    expect(await under.limiter.enter(call)).toBe('taken')
    expect(taken(await entering(under.limiter, 5, bounds))).toBe(1)
    await under.limiter.leave(call)
    await under.limiter.leave(call)
    expect(await under.limiter.renew(call)).toBe(false)
    expect(taken(await entering(under.limiter, 5, bounds))).toBe(1)
    await under.limiter.leave(newCall(bounds))
    expect(taken(await entering(under.limiter, 5, bounds))).toBe(0)
  })

  test('a call that enters again has one lease', async () => {
    await using under = await open()
    const call = newCall({ maxPerTenant: 2, maxPerUser: 1 })
    const again = await Promise.all(Array.from({ length: 5 }, () => under.limiter.enter(call)))
    expect(taken(again)).toBe(5)
    const other = newCall({ tenantId: call.tenantId, principalId: 'bob', maxPerTenant: 2 })
    expect(await under.limiter.enter(other)).toBe('taken')
    expect(await under.limiter.enter(call)).toBe('taken')
    await under.limiter.leave(call)
    expect(await under.limiter.enter({ ...call, callId: 'next' })).toBe('taken')
  })

  test('what a crashed replica held is free after its time, and what is renewed is not', async () => {
    await using under = await open()
    const bounds = { tenantId: uniqueTenant(), maxPerTenant: 3, maxPerUser: 2 }
    const [crashed, renewed] = [newCall({ ...bounds, ttlSeconds: 1 }), newCall({ ...bounds, ttlSeconds: 1 })]
    const long = newCall({ ...bounds, principalId: 'bob' })
    for (const each of [crashed, renewed, long]) expect(await under.limiter.enter(each)).toBe('taken')
    await under.wait(0.6)
    expect(await under.limiter.renew(renewed)).toBe(true)
    expect(taken(await entering(under.limiter, 3, bounds))).toBe(0)
    await under.wait(0.6)
    expect(await under.limiter.renew(crashed)).toBe(false)
    expect((await entering(under.limiter, 3, bounds)).sort()).toEqual(['taken', 'tenant', 'tenant'])
    await under.limiter.leave(crashed)
    expect(await entering(under.limiter, 2, bounds)).toEqual(['tenant', 'tenant'])
    await under.wait(0.6)
    expect(await under.limiter.renew(renewed)).toBe(false)
    expect(await under.limiter.renew(long)).toBe(true)
    expect(taken(await entering(under.limiter, 3, bounds))).toBe(1)
  })

  test("a call's lease is out of reach for another tenant and another user, whatever call it names", async () => {
    await using under = await open()
    const ours = newCall({ maxPerTenant: 1, maxPerUser: 1 })
    const strangers = [
      { ...ours, tenantId: uniqueTenant() },
      { ...ours, principalId: 'bob' },
      { ...ours, principalId: `ann","${ours.callId}` },
      { ...ours, principalId: '' },
    ]
    expect(await under.limiter.enter(ours)).toBe('taken')
    for (const theirs of strangers) {
      expect(await under.limiter.renew({ ...theirs, ttlSeconds: 0.001 })).toBe(false)
      await under.limiter.leave(theirs)
      expect(await under.limiter.enter(theirs)).toBe(theirs.tenantId === ours.tenantId ? 'tenant' : 'taken')
    }
    await under.wait(0.1)
    expect(await under.limiter.enter({ ...ours, callId: 'next' })).toBe('tenant')
    expect(await under.limiter.renew(ours)).toBe(true)
  })

  test('a tenant whose calls are all taken, and a user, leave those of others as they are', async () => {
    await using under = await open()
    const bounds = { maxPerTenant: 6, maxPerUser: 3 }
    const [ours, theirs] = [uniqueTenant(), uniqueTenant()]
    expect(taken(await entering(under.limiter, 50, { ...bounds, tenantId: ours }))).toBe(3)
    expect(taken(await entering(under.limiter, 50, { ...bounds, tenantId: theirs }))).toBe(3)
    const bob = { ...bounds, tenantId: ours, principalId: 'bob' }
    expect(taken(await entering(under.limiter, 50, bob))).toBe(3)
  })

  test('a bound that was lowered ends nothing, and lets nobody in until it is kept', async () => {
    await using under = await open()
    const tenantId = uniqueTenant()
    const calls = Array.from({ length: 4 }, () => newCall({ tenantId }))
    for (const each of calls) await under.limiter.enter(each)
    const narrow = { tenantId, maxPerTenant: 3 }
    for (const each of calls) {
      expect(await under.limiter.renew({ ...each, ...narrow })).toBe(true)
    }
    for (const [left, outcome] of [
      [0, 'tenant'],
      [1, 'tenant'],
      [2, 'taken'],
    ] as const) {
      for (const each of calls.slice(0, left)) await under.limiter.leave(each)
      expect(await under.limiter.enter(newCall(narrow))).toBe(outcome)
    }
  })
}
