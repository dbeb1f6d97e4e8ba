import { expect, test } from 'vitest'
import { newRecord, recordStoreContract, wide } from './record-store.contract.ts'
import { redisRecordStore } from './redis-record-store.ts'
import { realClock } from './testing/real-clock.ts'
import { openTestRedis } from './testing/redis.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async () => {
  const redis = await openTestRedis()
  return { ...redis, records: redisRecordStore(redis), ...realClock }
}

recordStoreContract(open)

test('a record of one replica is a record of all, and only one of them replaces it', async () => {
  await using one = await open()
  await using other = await open()
  const key = newRecord()
  const created = await Promise.all([one, other].map(({ records }) => records.create(key, 'a', wide)))
  expect(created.sort()).toEqual(['created', 'exists'])
  const replaced = await Promise.all([one, other].map(({ records }) => records.replace(key, 'a', 'b', 60)))
  expect(replaced.sort()).toEqual([false, true])
  expect(await other.records.remove(key)).toBe(true)
  expect(await one.records.get(key)).toBeUndefined()
})

test('every key is of the tenant and expires, the index not before its last record', async () => {
  await using under = await open()
  const tenant = uniqueTenant()
  const [brief, long] = [newRecord(tenant), newRecord(tenant)]
  const index = `{${tenant}}:recs:task`
  await under.records.create(brief, 'a', { ...wide, ttlSeconds: 30 })
  expect(await under.client.keys(`{${tenant}}*`)).toHaveLength(2)
  expect(await under.client.pttl(index)).toBeLessThanOrEqual(30_000)
  await under.records.create(long, 'a', { ...wide, ttlSeconds: 60 })
  await under.records.replace(brief, 'a', 'b', 10)
  expect(await under.client.pttl(index)).toBeGreaterThan(59_000)
  expect(await under.client.pttl(`{${tenant}}:rec:task:${brief.id}`)).toBeLessThanOrEqual(10_000)
  await under.records.remove(brief)
  await under.records.remove(long)
  expect(await under.client.keys(`{${tenant}}*`)).toEqual([])
})
