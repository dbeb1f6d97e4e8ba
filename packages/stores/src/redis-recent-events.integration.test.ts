import { tenantKey } from '@gateway/domain'
import { expect, inject, test } from 'vitest'
import { openRedis } from './open-redis.ts'
import { slowLimit } from './rate-limiter.contract.ts'
import { eventOf, recentEventsContract } from './recent-events.contract.ts'
import { redisRateLimiter } from './redis-rate-limiter.ts'
import { redisRecentEvents } from './redis-recent-events.ts'
import { openProxy } from './testing/breakable-proxy.ts'
import { openTestRedis } from './testing/redis.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async () => {
  const redis = await openTestRedis()
  return {
    ...redis,
    // In pages of two: five take three of them.
    recent: redisRecentEvents(redis, {
      maxEventsPerTenant: 5,
      maxEventBytes: 2_048,
      ttlSeconds: 60,
      pageSize: 2,
    }),
  }
}

recentEventsContract(open)

test('events of one replica are seen on all', async () => {
  await using one = await open()
  await using other = await open()
  const tenantId = uniqueTenant()
  await one.recent.add(eventOf(tenantId, 1))
  expect(await other.recent.newest({ tenantId, limit: 9 })).toEqual([eventOf(tenantId, 1)])
})

test('they are one key under their tenant, which expires', async () => {
  await using under = await open()
  const tenantId = uniqueTenant()
  for (let n = 0; n < 9; n++) await under.recent.add(eventOf(tenantId, n))
  expect(await under.client.keys(`{${tenantId}}*`)).toEqual([`{${tenantId}}:recent`])
  expect(await under.client.llen(tenantKey(tenantId, 'recent'))).toBe(5)
  const life = await under.client.ttl(tenantKey(tenantId, 'recent'))
  expect(life).toBeGreaterThan(0)
  expect(life).toBeLessThanOrEqual(60)
})

test('what is damaged, or claims another tenant, is left out', async () => {
  await using under = await open()
  const tenantId = uniqueTenant()
  await under.recent.add(eventOf(tenantId, 1))
  const foreign = JSON.stringify(eventOf('another', 2))
  for (const text of ['', '{', 'null', '7', '[]', '{}', foreign]) {
    await under.client.lpush(tenantKey(tenantId, 'recent'), text)
    await under.client.ltrim(tenantKey(tenantId, 'recent'), 0, 1)
    await under.recent.newest({ tenantId, limit: 9 })
  }
  await under.recent.add(eventOf(tenantId, 3))
  expect(await under.recent.newest({ tenantId, limit: 9 })).toEqual([eventOf(tenantId, 3)])
})

test('what comes between two pages is neither missed of the older ones, nor told twice', async () => {
  await using redis = await openTestRedis()
  const options = { maxEventsPerTenant: 7, maxEventBytes: 2_048, ttlSeconds: 60, pageSize: 2 }
  const plain = redisRecentEvents(redis, options)
  const tenantId = uniqueTenant()
  for (let n = 0; n < 5; n++) await plain.add(eventOf(tenantId, n))
  let next = 5
  const under = redisRecentEvents(
    {
      run: redis.run,
      async runLong(...script) {
        const page = await redis.runLong(...script)
        await plain.add(eventOf(tenantId, next++))
        return page
      },
    },
    options,
  )
  const times = (await under.newest({ tenantId, limit: 50 })).map(({ ts }) => ts)
  expect(times).toEqual([4, 3, 2, 1].map((n) => eventOf(tenantId, n).ts))
})

test('of what others did nothing crosses the wire', async () => {
  await using redis = await openTestRedis()
  const replies: unknown[] = []
  const runLong: typeof redis.runLong = async (...script) => {
    const reply = await redis.runLong(...script)
    replies.push(reply)
    return reply
  }
  const options = { maxEventsPerTenant: 100, maxEventBytes: 2_048, ttlSeconds: 60 }
  const recent = redisRecentEvents({ run: redis.run, runLong }, options)
  const tenantId = uniqueTenant()
  const odd = 'a"b\\c☃'
  for (let n = 0; n < 60; n++) await recent.add(eventOf(tenantId, n, n === 0 ? odd : 'ann'))
  expect(await recent.newest({ tenantId, principalId: odd, limit: 9 })).toEqual([eventOf(tenantId, 0, odd)])
  expect(replies).toEqual([[50], [10, JSON.stringify(eventOf(tenantId, 0, odd))]])
})

test('however slowly they are read, no other command waits for them or is refused', async () => {
  await using proxy = await openProxy(inject('redisUrl'))
  await using redis = await openRedis(proxy.url, { onError() {} })
  const recent = redisRecentEvents(redis, { maxEventsPerTenant: 1_000, maxEventBytes: 2_048, ttlSeconds: 60 })
  const limiter = redisRateLimiter(redis)
  const tenantId = uniqueTenant()
  const long = (n: number) => ({ ...eventOf(tenantId, n), detail: 'x'.repeat(1_800) })
  for (let n = 0; n < 1_000; n += 50)
    await Promise.all(Array.from({ length: 50 }, (_, m) => recent.add(long(n + m))))
  const reads = Array.from({ length: 30 }, () =>
    recent.newest({ tenantId, principalId: 'u_1', limit: 1_000 }).then(
      (events) => events.length,
      () => 0,
    ),
  )
  const outcomes: unknown[] = []
  for (let n = 0; n < 60; n++) {
    outcomes.push(await limiter.take([slowLimit(1)]).then(({ allowed }) => allowed, String))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await Promise.all(reads)
  expect(outcomes).toEqual(Array(60).fill(true))
})
