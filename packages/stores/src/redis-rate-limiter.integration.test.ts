import { afterEach, expect, test, vi } from 'vitest'
import { passing, rateLimiterContract, slowLimit } from './rate-limiter.contract.ts'
import { redisAwsBudget } from './redis-aws-budget.ts'
import { redisRateLimiter } from './redis-rate-limiter.ts'
import { realClock } from './testing/real-clock.ts'
import { openTestRedis } from './testing/redis.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async () => {
  const redis = await openTestRedis()
  return { ...redis, limiter: redisRateLimiter(redis), budget: redisAwsBudget(redis), ...realClock }
}

afterEach(() => {
  vi.useRealTimers()
})

rateLimiterContract(open)

test('two replicas share one limit', async () => {
  await using one = await open()
  await using other = await open()
  const limit = slowLimit(20)
  const passed = await Promise.all([passing(one.limiter, [limit], 50), passing(other.limiter, [limit], 50)])
  expect(passed[0] + passed[1]).toBe(20)
})

test('a replica with a skewed clock gets nothing extra and loses nothing', async () => {
  await using under = await open()
  const limit = slowLimit(2)
  for (const [skewHours, allowed] of [
    [24, true],
    [-24, true],
    [48, false],
    [-48, false],
  ] as const) {
    vi.useFakeTimers({ toFake: ['Date'], now: performance.timeOrigin + skewHours * 3_600_000 })
    const verdict = await under.limiter.take([limit])
    expect(verdict.allowed).toBe(allowed)
    if (!verdict.allowed) expect(verdict.retryAfterSeconds).toBeLessThanOrEqual(60)
  }
})

test('a Redis that lost the script gets it again, and counts every request once', async () => {
  await using under = await open()
  const limit = slowLimit(30)
  expect(await passing(under.limiter, [limit], 10)).toBe(10)
  await under.client.script('FLUSH')
  expect(await passing(under.limiter, [limit], 40)).toBe(20)
})

test('every key expires when it is full again', async () => {
  await using under = await open()
  const tenant = uniqueTenant()
  await under.limiter.take([
    slowLimit(5, tenant, 'tenant'),
    { ...slowLimit(5, tenant, 'user'), perMinute: 60 },
  ])
  const [wide = 0, narrow = 0] = await Promise.all(
    ['tenant', 'user'].map((scope) => under.client.pttl(slowLimit(5, tenant, scope).key)),
  )
  expect(await under.client.keys(`{${tenant}}*`)).toHaveLength(2)
  expect(wide).toBeGreaterThan(50_000)
  expect(wide).toBeLessThanOrEqual(60_000)
  expect(narrow).toBeGreaterThan(0)
  expect(narrow).toBeLessThanOrEqual(1000)
})
