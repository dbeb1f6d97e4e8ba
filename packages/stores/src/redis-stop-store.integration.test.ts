import { expect, inject, test, vi } from 'vitest'
import { openRedis } from './open-redis.ts'
import { redisStopStore } from './redis-stop-store.ts'
import { stopOf, stopStoreContract } from './stop-store.contract.ts'

/** Stops are of all tenants, and tests flush them, so they get a database of their own, which no other test file has. */
const database = 10

const openReplica = async (most?: number) => {
  const url = new URL(inject('redisUrl'))
  url.pathname = `/${database}`
  const redis = await openRedis(url.href, { onError() {} })
  const onError = vi.fn<(error: Error) => void>()
  const stops = redisStopStore(redis, { onError, ...(most !== undefined && { most }) })
  return { ...redis, stops, onError, ids: async () => (await stops.list()).map(({ id }) => id) }
}
const open = async (most?: number) => {
  const replica = await openReplica(most)
  await replica.client.flushdb()
  return replica
}

stopStoreContract(() => open(3))

const [writes, acme, globex] = [
  stopOf({ kind: 'writes' }),
  stopOf({ kind: 'tenant', tenantId: 'acme' }),
  stopOf({ kind: 'tenant', tenantId: 'globex' }),
]
const lost = (count: number) =>
  expect.objectContaining({ message: expect.stringContaining(`the ${count} known here were written again`) })

test('what one replica stops or lets go on, another knows, and one that comes later', async () => {
  await using one = await open()
  await using other = await openReplica()
  expect(await other.ids()).toEqual([])
  await one.stops.put(writes)
  expect(await other.ids()).toEqual(['writes'])
  await other.stops.put(acme)
  expect(await one.ids()).toEqual(['tenant:acme', 'writes'])
  await using later = await openReplica()
  expect(await later.ids()).toEqual(['tenant:acme', 'writes'])
  await later.stops.remove('writes')
  expect(await one.ids()).toEqual(['tenant:acme'])
  await one.stops.remove('tenant:acme')
  for (const each of [one, other, later]) {
    expect(await each.ids()).toEqual([])
    expect(each.onError).not.toHaveBeenCalled()
  }
})

test('where stops were flushed, whoever knew them writes them again and says so', async () => {
  await using one = await open()
  await using other = await openReplica()
  await one.stops.put(writes)
  await one.ids()
  await other.stops.put(acme)
  await one.client.flushdb()
  // One did not know of acme, and other adds it.
  expect(await one.ids()).toEqual(['writes'])
  expect(one.onError.mock.calls).toEqual([[lost(1)]])
  expect(await other.ids()).toEqual(['tenant:acme', 'writes'])
  expect(await one.ids()).toEqual(['tenant:acme', 'writes'])
  await using later = await openReplica()
  expect(await later.ids()).toEqual(['tenant:acme', 'writes'])
  await one.stops.remove('writes')
  for (const each of [one, other, later]) expect(await each.ids()).toEqual(['tenant:acme'])
  expect(one.onError).toHaveBeenCalledTimes(1)
  expect(other.onError.mock.calls).toEqual([[lost(1)]])
  expect(later.onError).not.toHaveBeenCalled()
})

test('one that was put and never listed survives a loss, and so does what another puts after it', async () => {
  await using one = await open()
  await using other = await openReplica()
  await one.stops.put(writes)
  await one.client.flushdb()
  await other.stops.put(globex)
  expect(await other.ids()).toEqual(['tenant:globex'])
  expect(await one.ids()).toEqual(['tenant:globex', 'writes'])
  expect(await other.ids()).toEqual(['tenant:globex', 'writes'])
})

test('a stop that Redis has lost can be taken back, and stays so', async () => {
  await using one = await open()
  await one.stops.put(writes)
  await one.stops.put(acme)
  await one.ids()
  await one.client.flushdb()
  expect(await one.stops.remove('writes')).toBe(true)
  expect(await one.ids()).toEqual(['tenant:acme'])
  await one.client.flushdb()
  expect(await one.ids()).toEqual(['tenant:acme'])
  expect(one.onError).toHaveBeenCalledTimes(2)
})

test('where nothing was stopped, a flush is no loss', async () => {
  await using one = await open()
  await one.stops.put(writes)
  await one.stops.remove('writes')
  expect(await one.ids()).toEqual([])
  await one.client.flushdb()
  expect(await one.ids()).toEqual([])
  await one.stops.put(acme)
  expect(await one.ids()).toEqual(['tenant:acme'])
  expect(one.onError).not.toHaveBeenCalled()
})

test('far more than one step reads are listed, and written again after a loss', {
  timeout: 60_000,
}, async () => {
  await using one = await open()
  const all = Array.from({ length: 1_300 }, (_, i) =>
    stopOf(
      { kind: 'principal', tenantId: `t-${i % 7}`, principalId: `${i}`.padStart(43, 'x') },
      'r'.repeat(300),
    ),
  )
  for (let from = 0; from < all.length; from += 20) {
    await Promise.all(all.slice(from, from + 20).map((stop) => one.stops.put(stop)))
  }
  await using other = await openReplica()
  expect(await other.stops.list()).toEqual(all.sort((a, b) => (a.id < b.id ? -1 : 1)))
  await one.client.flushdb()
  expect(await other.stops.list()).toHaveLength(1_300)
  expect(other.onError.mock.calls).toEqual([[lost(1_300)]])
})

test('what is changed while many are listed is in the list, or in the next one, and nothing is left out', async () => {
  await using one = await open()
  const stays = Array.from({ length: 1_200 }, (_, i) => stopOf({ kind: 'tenant', tenantId: `t-${i}` }))
  for (let from = 0; from < stays.length; from += 20) {
    await Promise.all(stays.slice(from, from + 20).map((stop) => one.stops.put(stop)))
  }
  await using other = await openReplica()
  const listing = other.stops.list()
  for (let i = 0; i < 3; i++) {
    await one.stops.put(stopOf({ kind: 'tenant', tenantId: `a-${i}` }))
    await one.stops.remove(`tenant:a-${i}`)
  }
  await one.stops.put(writes)
  const ids = (stops: readonly { id: string }[]) => stops.map(({ id }) => id).filter((id) => !/:a-/.test(id))
  const kept = stays.map(({ id }) => id).sort()
  expect(ids(await listing).filter((id) => id !== 'writes')).toEqual(kept)
  expect(await other.ids()).toEqual([...kept, 'writes'])
})

test('nothing that cannot be understood is left out', async () => {
  await using one = await open()
  await one.stops.put(writes)
  await using other = await openReplica()
  for (const text of [
    '{"id":"all","kind":"everything"}',
    '{"id":"other","kind":"writes"}',
    '{}',
    'null',
    '{',
  ]) {
    await one.client.hset('{~tenants}:stops', 'all', text)
    await expect(other.stops.list(), text).rejects.toThrow()
  }
  await one.client.hdel('{~tenants}:stops', 'all')
  expect(await other.ids()).toEqual(['writes'])
})

test('stops are one key, which never expires', async () => {
  await using one = await open()
  await one.stops.put(writes)
  expect(await one.client.keys('*')).toEqual(['{~tenants}:stops'])
  expect(await one.client.ttl('{~tenants}:stops')).toBe(-1)
})

test('a store that cannot be reached rejects', async () => {
  const under = await open()
  await under.close()
  await expect(under.stops.list()).rejects.toThrow()
  await expect(under.stops.put(writes)).rejects.toThrow()
  await expect(under.stops.remove('writes')).rejects.toThrow()
})
