import type { AwsBudget, Measure, RateLimiter } from '@gateway/domain'
import { expect, test } from 'vitest'
import { insuredAwsBudget } from './insured-aws-budget.ts'
import { insuredRateLimiter } from './insured-rate-limiter.ts'
import { memoryAwsBudget } from './memory-aws-budget.ts'
import { memoryRateLimiter } from './memory-rate-limiter.ts'
import { passing, rateLimiterContract, slowLimit } from './rate-limiter.contract.ts'
import { awaySometimes } from './testing/away.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (replicas = 1) => {
  const clock = fakeClock()
  const shared = memoryAwsBudget({ now: clock.now, maxKeys: 1000 })
  const store = awaySometimes(memoryRateLimiter({ now: clock.now, maxKeys: 1000, budget: shared }))
  const budgets = awaySometimes<AwsBudget>({ take: shared.take, throttled: shared.throttled })
  const whileAway = { now: clock.now, maxKeys: 1000, replicas: () => replicas }
  const insured = insuredAwsBudget({ shared: budgets.shared, ...whileAway })
  const budget: AwsBudget = { ...insured, take: (bucket) => insured.take(bucket, { whileAway: 'local' }) }
  const measures: Measure[] = []
  const limiter = insuredRateLimiter({
    shared: store.shared,
    budget: insured,
    ...whileAway,
    measured: (each) => measures.push(each),
  })
  const local: RateLimiter = { take: (limits) => limiter.take(limits, { whileAway: 'local' }) }
  return { limiter, local, budget, budgets, store, measures, ...clock, async [Symbol.asyncDispose]() {} }
}

rateLimiterContract(async () => open())
rateLimiterContract(async () => {
  const under = open()
  under.store.goAway()
  under.budgets.goAway()
  return { ...under, limiter: under.local }
})

test('while the store is away each of three replicas lets a third through, to those who may', async () => {
  const { limiter, local, store, measures, wait } = open(3)
  const limit = { ...slowLimit(31), perMinute: 60 }
  store.goAway()
  await expect(limiter.take([limit])).rejects.toThrow('away')
  await expect(limiter.take([limit], { whileAway: 'refuse' })).rejects.toThrow('away')
  expect(await passing(local, [limit], 50)).toBe(10)
  await wait(3)
  expect(await passing(local, [limit], 50)).toBe(1)
  expect(measures.slice(0, 3)).toEqual([
    { of: 'store-away', what: 'refused' },
    { of: 'store-away', what: 'refused' },
    { of: 'store-away', what: 'rate' },
  ])
})

test('the smallest limit still lets one through on each replica', async () => {
  const { local, store } = open(10)
  store.goAway()
  const limit = slowLimit(1)
  expect(await passing(local, [limit], 5)).toBe(1)
})

test('two tenants with the same user count apart while the store is away', async () => {
  const { local, store } = open()
  store.goAway()
  const [ours, theirs] = [slowLimit(3), slowLimit(3)]
  expect(await passing(local, [ours], 10)).toBe(3)
  expect(await passing(local, [theirs], 10)).toBe(3)
})

test('a store that is away now and then gives nobody another burst', async () => {
  const { local, store, wait } = open()
  const limit = slowLimit(5)
  let passed = 0
  for (let n = 0; n < 20; n++) {
    store.goAway()
    passed += await passing(local, [limit], 5)
    store.comeBack()
    await local.take([slowLimit(1)])
    await wait(1)
  }
  expect(passed).toBe(5)
})

test('a minute after it was last needed the count of this process is forgotten, and not before', async () => {
  const { local, store, wait } = open()
  const limit = slowLimit(5)
  for (const [seconds, passed] of [
    [0, 5],
    // One a minute comes back by itself.
    [60, 1],
    [61, 5],
  ] as const) {
    await wait(seconds)
    store.comeBack()
    await local.take([slowLimit(1)])
    store.goAway()
    expect(await passing(local, [limit], 10)).toBe(passed)
  }
})

test('what is no outage is no reason to count here', async () => {
  const { local, store } = open()
  store.goAway(new TypeError('a mistake of ours'))
  await expect(local.take([slowLimit(1)])).rejects.toThrow('a mistake of ours')
})
