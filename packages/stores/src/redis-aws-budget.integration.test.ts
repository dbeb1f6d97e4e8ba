import type { AwsBucket } from '@gateway/domain'
import { afterEach, expect, test, vi } from 'vitest'
import { awsBudgetContract } from './aws-budget.contract.ts'
import { redisAwsBudget } from './redis-aws-budget.ts'
import { expectRate, newBucket, passing, waitOf } from './testing/aws-budgets.ts'
import { openTestRedis } from './testing/redis.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async () => {
  const redis = await openTestRedis()
  /** Nobody waits for minutes: what is stored is made as old as it would be. */
  const pass = async ({ key }: AwsBucket, seconds: number): Promise<void> => {
    for (const field of ['arrival', 'halved', 'throttled']) {
      if (await redis.client.hexists(key, field)) {
        await redis.client.hincrby(key, field, -Math.ceil(seconds * 1_000_000))
      }
    }
  }
  return { ...redis, pass, budget: redisAwsBudget(redis) }
}

afterEach(() => {
  vi.useRealTimers()
})

awsBudgetContract(open)

test('two replicas share one bucket, and slow down together', async () => {
  await using one = await open()
  await using other = await open()
  const bucket = { ...newBucket(), burst: 20 }
  const passed = await Promise.all([one, other].map(({ budget }) => passing(budget, bucket, 50)))
  expect(passed.reduce((sum, each) => sum + each)).toBe(20)
  const slow = newBucket()
  await Promise.all([one, other].map(({ budget }) => budget.throttled(slow)))
  await expectRate(other.budget, slow, 50)
})

test('a replica with a skewed clock gets nothing extra, loses nothing, and does not hurry the rate', async () => {
  await using under = await open()
  const bucket = newBucket()
  await under.budget.throttled(bucket)
  await expectRate(under.budget, bucket, 50)
  for (const skewHours of [24, -24]) {
    vi.useFakeTimers({ toFake: ['Date'], now: performance.timeOrigin + skewHours * 3_600_000 })
    const wait = await waitOf(under.budget, bucket)
    expect(wait).toBeGreaterThan(4)
    expect(wait).toBeLessThanOrEqual(6)
  }
})

test('what is stored is in whole numbers, and of a bucket that is not slowed down little', async () => {
  await using under = await open()
  const bucket = { ...newBucket(), perMinute: 7 }
  await under.budget.take(bucket)
  expect(Object.keys(await under.client.hgetall(bucket.key)).sort()).toEqual(['arrival', 'each'])
  for (const seconds of [0, 70, 70, 130, 65]) {
    await under.pass(bucket, seconds)
    await under.budget.throttled(bucket)
    await under.budget.take(bucket)
    for (const value of Object.values(await under.client.hgetall(bucket.key))) {
      expect(value).toMatch(/^\d{1,16}$/)
    }
  }
})

test('every key is of its tenant, and expires when it is full and at its full rate again', async () => {
  await using under = await open()
  const tenant = uniqueTenant()
  const bucket = newBucket(tenant)
  const life = () => under.client.pttl(bucket.key)
  await under.budget.take(bucket)
  expect(await life()).toBeGreaterThan(2000)
  expect(await life()).toBeLessThanOrEqual(3000)
  await under.budget.throttled(bucket)
  for (let each = 0; each < 3; each++) {
    expect(await life()).toBeGreaterThan(175_000)
    expect(await life()).toBeLessThanOrEqual(180_000)
    await under.budget.take(bucket)
  }
  await under.pass(bucket, 90)
  await under.budget.take(bucket)
  expect(await life()).toBeGreaterThan(85_000)
  expect(await life()).toBeLessThanOrEqual(90_000)
  const long = { ...newBucket(tenant, 's3'), perMinute: 1, burst: 1000 }
  await under.budget.throttled(long)
  expect(await passing(under.budget, long, 10)).toBe(10)
  expect(await under.client.pttl(long.key)).toBeGreaterThan(1_100_000)
  expect(await under.client.keys(`{${tenant}}*`)).toHaveLength(2)
})

test('a Redis that lost the scripts gets them again, and counts every attempt once', async () => {
  await using under = await open()
  const bucket = { ...newBucket(), perMinute: 1, burst: 30 }
  await under.budget.throttled(bucket)
  expect(await passing(under.budget, bucket, 10)).toBe(10)
  await under.client.script('FLUSH')
  await under.budget.throttled(bucket)
  expect(await passing(under.budget, bucket, 40)).toBe(20)
})
