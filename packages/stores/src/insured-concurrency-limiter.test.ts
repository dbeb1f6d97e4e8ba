import { setTimeout as sleep } from 'node:timers/promises'
import type { ConcurrencyBounds, ConcurrencyLimiter } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { concurrencyLimiterContract, entering, newCall } from './concurrency-limiter.contract.ts'
import { insuredConcurrencyLimiter } from './insured-concurrency-limiter.ts'
import { memoryConcurrencyLimiter } from './memory-concurrency-limiter.ts'
import { StoreAwayError } from './store-away.ts'
import { awaySometimes } from './testing/away.ts'
import { fakeClock } from './testing/fake-clock.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = (replicas = 1) => {
  const clock = fakeClock()
  const store = awaySometimes(memoryConcurrencyLimiter(clock))
  const limiter = insuredConcurrencyLimiter({
    shared: store.shared,
    now: clock.now,
    replicas: () => replicas,
  })
  const local: ConcurrencyLimiter = {
    ...limiter,
    enter: (bounds: ConcurrencyBounds) => limiter.enter(bounds, { whileAway: 'local' }),
  }
  return { limiter, local, store, ...clock, async [Symbol.asyncDispose]() {} }
}

concurrencyLimiterContract(async () => open())

test('while the store is away each of two replicas has half of the places, for those who may', async () => {
  const { limiter, local, store } = open(2)
  store.goAway()
  const bounds = { tenantId: uniqueTenant(), maxPerTenant: 6, maxPerUser: 5 }
  await expect(limiter.enter(newCall(bounds))).rejects.toThrow('away')
  expect(await entering(local, 4, bounds)).toEqual(['taken', 'taken', 'user', 'user'])
  expect(await entering(local, 2, { ...bounds, principalId: 'bob' })).toEqual(['taken', 'tenant'])
  const elsewhere = { ...bounds, tenantId: uniqueTenant() }
  expect(await entering(local, 3, elsewhere)).toEqual(['taken', 'taken', 'user'])
})

test('a lease that was taken here is renewed and returned here, also when the store is back', async () => {
  const { local, store, wait } = open()
  const bounds = { tenantId: uniqueTenant(), maxPerUser: 1 }
  const call = newCall({ ...bounds, ttlSeconds: 10 })
  store.goAway()
  expect(await local.enter(call)).toBe('taken')
  expect(await local.enter(call)).toBe('taken')
  await wait(6)
  store.comeBack()
  expect(await local.renew(call)).toBe(true)
  await wait(6)
  store.goAway()
  expect(await entering(local, 1, bounds)).toEqual(['user'])
  await local.leave(call)
  expect(await local.enter(newCall(bounds))).toBe('taken')
})

test('a lease of the store is not renewed while it is away, and returned as soon as it is back', async () => {
  const { local, store } = open()
  const bounds = { tenantId: uniqueTenant(), maxPerUser: 1 }
  const [call, other] = [newCall(bounds), newCall({ ...bounds, tenantId: uniqueTenant() })]
  expect([await local.enter(call), await local.enter(other)]).toEqual(['taken', 'taken'])
  store.goAway()
  await expect(local.renew(call)).rejects.toThrow('away')
  await local.leave(call)
  await sleep(300)
  store.comeBack()
  expect(await entering(local, 1, bounds)).toEqual(['user'])
  await vi.waitFor(async () => expect(await entering(local, 1, bounds)).toEqual(['taken']))
  // Nobody has returned that one.
  expect(await local.renew(other)).toBe(true)
})

/** A store that does what it is asked; only its answers to `enter` are lost. */
const openLossy = () => {
  const { store, now } = open()
  const { shared } = store
  let lossy = true
  const limiter = insuredConcurrencyLimiter({
    shared: {
      ...shared,
      async enter(bounds) {
        const outcome = await shared.enter(bounds)
        if (lossy) throw new StoreAwayError('Command timed out')
        return outcome
      },
    },
    now,
    replicas: () => 1,
  })
  const hear = () => {
    lossy = false
  }
  return { limiter, shared, hear }
}

test.for(['local', 'refuse'] as const)(
  'a lease that the store gave, and whose answer was lost, is returned to it (%s)',
  async (whileAway) => {
    const { limiter, shared } = openLossy()
    const bounds = { tenantId: uniqueTenant(), maxPerUser: 1 }
    const call = newCall(bounds)
    const outcome = await limiter.enter(call, { whileAway }).catch(({ message }) => message)
    expect(outcome).toBe(whileAway === 'local' ? 'taken' : 'Command timed out')
    expect(await shared.enter(newCall(bounds))).toBe('user')
    await vi.waitFor(async () => expect(await shared.enter(newCall(bounds))).toBe('taken'))
    if (whileAway === 'local') await limiter.leave(call)
  },
)

test('the same where this process has no room for it', async () => {
  const { limiter, shared } = openLossy()
  const bounds = { tenantId: uniqueTenant(), maxPerUser: 1 }
  const outcomes = []
  for (let n = 0; n < 2; n++) outcomes.push(await limiter.enter(newCall(bounds), { whileAway: 'local' }))
  expect(outcomes).toEqual(['taken', 'user'])
  await vi.waitFor(async () => expect(await shared.enter(newCall(bounds))).toBe('taken'))
})

test('a call that enters again, and is heard, keeps its lease', async () => {
  const { limiter, shared, hear } = openLossy()
  const call = newCall({ maxPerUser: 1 })
  await expect(limiter.enter(call)).rejects.toThrow('timed out')
  hear()
  expect(await limiter.enter(call)).toBe('taken')
  await sleep(400)
  expect(await shared.renew(call)).toBe(true)
})
