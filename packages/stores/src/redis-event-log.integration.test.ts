import { expect, inject, test, vi } from 'vitest'
import { eventLogContract } from './event-log.contract.ts'
import { openRedis } from './open-redis.ts'
import { redisEventLog } from './redis-event-log.ts'
import { called, newLog, smallBounds, textsOf } from './testing/event-logs.ts'
import { realClock } from './testing/real-clock.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

const open = async (bounds: object = smallBounds) => {
  const onError = vi.fn()
  const redis = await openRedis(inject('redisUrl'), { onError })
  return { ...redis, onError, log: redisEventLog(redis, bounds), ...realClock }
}

eventLogContract(open)

test('a log holds 500 events unless told otherwise', async () => {
  await using under = await open({})
  const key = newLog()
  await Promise.all(Array.from({ length: 501 }, (_, event) => under.log.append(key, `${event + 1}`)))
  const texts = await textsOf(under.log, key)
  expect([texts.length, texts[0], texts.at(-1)]).toEqual([500, '2', '501'])
})

test('what one replica appends, another reads and is woken by', async () => {
  await using one = await open()
  await using other = await open()
  const key = newLog()
  const wake = vi.fn()
  const stop = await other.log.follow(key, wake)
  const entry = await one.log.append(key, 'a')
  await called(wake)
  expect(await other.log.readAfter(key, undefined, 10)).toEqual([{ entry, text: 'a' }])
  await other.log.remove(key)
  expect(await one.log.lastEntry(key)).toBe('0-0')
  stop()
})

test('an append is one command, whose script Redis learns once', async () => {
  await using under = await open()
  const sent = vi.spyOn(under.client, 'sendCommand')
  for (let event = 0; event < 3; event++) await under.log.append(newLog(), 'a')
  expect(sent.mock.calls.map(([{ name }]) => name)).toEqual(['eval', 'evalsha', 'evalsha'])
})

test('a Redis that lost the script gets it again, and appends every event once and in order', async () => {
  await using under = await open()
  const key = newLog()
  await under.log.append(key, '1')
  await under.client.script('FLUSH')
  await Promise.all(['2', '3', '4', '5'].map((text) => under.log.append(key, text)))
  expect(await textsOf(under.log, key)).toEqual(['1', '2', '3', '4', '5'])
})

test('every key is of the tenant and expires, and the index forgets logs that did', async () => {
  await using under = await open()
  const tenant = uniqueTenant()
  const keys = async () => (await under.client.keys(`{${tenant}}*`)).sort()
  const index = `{${tenant}}:evs`
  await under.log.append(newLog(tenant, 'a'), 'a')
  expect(await keys()).toEqual([`{${tenant}}:ev:a`, `{${tenant}}:ev:a/bytes`, index].sort())
  for (const key of await keys()) expect(await under.client.pttl(key)).toBeGreaterThan(0)
  await under.wait(0.6)
  await under.log.append(newLog(tenant, 'b'), 'b')
  expect(await under.client.zcard(index)).toBe(2)
  await under.wait(0.6)
  await under.log.append(newLog(tenant, 'b'), 'b')
  expect(await under.client.zrange(index, '0', '-1')).toEqual([`{${tenant}}:ev:b`])
  await under.log.remove(newLog(tenant, 'b'))
  expect(await keys()).toEqual([])
})

test('a log that made room for another leaves nothing behind', async () => {
  await using under = await open()
  const tenant = uniqueTenant()
  for (const name of ['a', 'b', 'c', 'd']) await under.log.append(newLog(tenant, name), name)
  const left = ['b', 'c', 'd'].flatMap((name) => [`{${tenant}}:ev:${name}`, `{${tenant}}:ev:${name}/bytes`])
  expect((await under.client.keys(`{${tenant}}*`)).sort()).toEqual([...left, `{${tenant}}:evs`])
})

test('a channel has one subscription of a process while somebody follows it', async () => {
  await using under = await open()
  const key = newLog()
  const channel = `{${key.tenantId}}:ev:${key.name}`
  const subscriptions = async () => (await under.client.pubsub('NUMSUB', channel))[1]
  const stops = await Promise.all([1, 2, 3].map(() => under.log.follow(key, () => {})))
  expect(await subscriptions()).toBe(1)
  stops.pop()?.()
  const wake = vi.fn()
  stops.push(await under.log.follow(key, wake))
  await under.log.append(key, 'a')
  await called(wake)
  for (const stop of stops) stop()
  await vi.waitFor(async () => expect(await subscriptions()).toBe(0), 5_000)
})

test('10,000 logs can be followed by one process', async () => {
  await using under = await open()
  const tenant = uniqueTenant()
  const woken = new Set<number>()
  const follow = (name: number) =>
    under.log.follow(newLog(tenant, `${name}`), () => {
      woken.add(name)
    })
  for (let from = 0; from < 10_000; from += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => follow(from + index)))
  }
  for (const name of [0, 4999, 9999]) await under.log.append(newLog(tenant, `${name}`), 'a')
  await vi.waitFor(() => expect([...woken].sort()).toEqual([0, 4999, 9999]), 5_000)
})
