import { tenantKey } from '@gateway/domain'
import { expect, test } from 'vitest'
import { eventOf, recentEventsContract } from './recent-events.contract.ts'
import { redisRecentEvents } from './redis-recent-events.ts'
import { openTestRedis } from './testing/redis.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async () => {
  const redis = await openTestRedis()
  return { ...redis, recent: redisRecentEvents(redis, { maxEventsPerTenant: 5, ttlSeconds: 60 }) }
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
