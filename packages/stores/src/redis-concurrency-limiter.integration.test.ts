import { afterEach, expect, inject, test, vi } from 'vitest'
import { concurrencyLimiterContract, entering, newCall } from './concurrency-limiter.contract.ts'
import { insuredConcurrencyLimiter } from './insured-concurrency-limiter.ts'
import { openRedis } from './open-redis.ts'
import { redisConcurrencyLimiter } from './redis-concurrency-limiter.ts'
import { openProxy } from './testing/breakable-proxy.ts'
import { realClock } from './testing/real-clock.ts'
import { openTestRedis } from './testing/redis.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async () => {
  const redis = await openTestRedis()
  return { ...redis, limiter: redisConcurrencyLimiter(redis), ...realClock }
}

afterEach(() => {
  vi.useRealTimers()
})

concurrencyLimiterContract(open)

test('two replicas share the bounds, and one goes on with what the other took', async () => {
  await using one = await open()
  await using other = await open()
  const bounds = { tenantId: uniqueTenant(), maxPerTenant: 20 }
  const outcomes = await Promise.all([one, other].map(({ limiter }) => entering(limiter, 100, bounds)))
  expect(outcomes.flat().filter((outcome) => outcome === 'taken')).toHaveLength(20)
  const call = newCall()
  await one.limiter.enter(call)
  expect(await other.limiter.renew(call)).toBe(true)
  await other.limiter.leave(call)
  expect(await one.limiter.renew(call)).toBe(false)
})

test('a replica with a skewed clock neither frees leases nor keeps them', async () => {
  await using under = await open()
  const call = newCall({ maxPerTenant: 1 })
  await under.limiter.enter(call)
  for (const skewHours of [24, -24]) {
    vi.useFakeTimers({ toFake: ['Date'], now: performance.timeOrigin + skewHours * 3_600_000 })
    expect(await under.limiter.enter({ ...call, callId: 'next' })).toBe('tenant')
    expect(await under.limiter.renew(call)).toBe(true)
  }
  vi.useRealTimers()
  expect(await under.client.pttl(`{${call.tenantId}}:running:all`)).toBeLessThanOrEqual(60_000)
})

test('every key is of the tenant and expires with its last lease', async () => {
  await using under = await open()
  const tenantId = uniqueTenant()
  const [brief, long] = [newCall({ tenantId, ttlSeconds: 30 }), newCall({ tenantId })]
  const keys = [`{${tenantId}}:running:all`, `{${tenantId}}:running:u:ann`]
  const lives = () => Promise.all(keys.map((key) => under.client.pttl(key)))
  await under.limiter.enter(brief)
  expect((await under.client.keys(`{${tenantId}}*`)).sort()).toEqual(keys)
  for (const life of await lives()) expect(life).toBeLessThanOrEqual(30_000)
  await under.limiter.enter(long)
  await under.limiter.renew(brief)
  for (const life of await lives()) expect(life).toBeGreaterThan(55_000)
  await under.limiter.leave(brief)
  await under.limiter.leave(long)
  expect(await under.client.keys(`{${tenantId}}*`)).toEqual([])
})

test('a Redis that lost the scripts gets them again, and counts every call once', async () => {
  await using under = await open()
  const bounds = { tenantId: uniqueTenant(), maxPerTenant: 30 }
  const taken = async (count: number) =>
    (await entering(under.limiter, count, bounds)).filter((outcome) => outcome === 'taken').length
  expect(await taken(10)).toBe(10)
  await under.client.script('FLUSH')
  expect(await taken(40)).toBe(20)
})

test('leases whose answers came late, and those that ended meanwhile, are free when Redis is fast again', async () => {
  await using proxy = await openProxy(inject('redisUrl'))
  await using redis = await openRedis(proxy.url, { onError() {} })
  await using direct = await open()
  const limiter = insuredConcurrencyLimiter({
    shared: redisConcurrencyLimiter(redis),
    now: Date.now,
    replicas: () => 1,
  })
  const bounds = { tenantId: uniqueTenant(), maxPerUser: 4, ttlSeconds: 310 }
  const running = [newCall(bounds), newCall(bounds)]
  for (const each of running) expect(await limiter.enter(each)).toBe('taken')
  proxy.delay(250)
  await Promise.all(running.map((each) => limiter.leave(each)))
  await Promise.all([1, 2].map(() => expect(limiter.enter(newCall(bounds))).rejects.toThrow()))
  proxy.delay(0)
  await vi.waitFor(
    async () => {
      const free = await entering(direct.limiter, 4, { ...bounds, ttlSeconds: 0.02 })
      expect(free).toEqual(Array(4).fill('taken'))
    },
    { timeout: 8_000, interval: 100 },
  )
})
