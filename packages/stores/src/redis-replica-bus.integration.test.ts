import { expect, inject, test, vi } from 'vitest'
import { openRedis } from './open-redis.ts'
import { redisReplicaBus } from './redis-replica-bus.ts'
import { received, replicaBusContract } from './replica-bus.contract.ts'
import { realClock } from './testing/real-clock.ts'

const open = async () => {
  const onError = vi.fn()
  const redis = await openRedis(inject('redisUrl'), { onError })
  const bus = await redisReplicaBus(redis, { onError, maxBytes: 100 })
  const listener = vi.fn()
  bus.listen(listener)
  const dispose = async (): Promise<void> => {
    await bus.close()
    await redis.close()
  }
  return { ...redis, bus, listener, onError, [Symbol.asyncDispose]: dispose }
}

replicaBusContract(open)

test('a message reaches the replica that it is for, and a broadcast all but its sender', async () => {
  await using one = await open()
  await using two = await open()
  await using three = await open()
  expect(await one.bus.send(two.bus.replica, { to: 'two' })).toBe(true)
  await received(two.listener, { to: 'two' })
  await one.bus.broadcast({ to: 'all' })
  await received(two.listener, { to: 'all' })
  await received(three.listener, { to: 'all' })
  expect(three.listener).not.toHaveBeenCalledWith({ to: 'two' })
  expect(one.listener).not.toHaveBeenCalledWith({ to: 'all' })
})

test('a replica is alive for the others until it closes', async () => {
  await using one = await open()
  const two = await open()
  expect(await one.bus.isAlive(two.bus.replica)).toBe(true)
  await realClock.wait(3.2)
  expect(await one.bus.isAlive(two.bus.replica)).toBe(true)
  await two.bus.close()
  await two.bus.close()
  expect(await one.bus.isAlive(two.bus.replica)).toBe(false)
  await vi.waitFor(async () => expect(await one.bus.send(two.bus.replica, { a: 1 })).toBe(false), 5_000)
  // Longer than from one sign of life to the next: there is none any more.
  await realClock.wait(1.2)
  expect(await one.bus.isAlive(two.bus.replica)).toBe(false)
  await two.close()
})

test('a replica that ended without closing is dead soon, and its key is gone', async () => {
  await using one = await open()
  const two = await open()
  const life = await one.client.pttl(`replica:${two.bus.replica}`)
  expect(life).toBeGreaterThan(1500)
  expect(life).toBeLessThanOrEqual(3000)
  await two.close()
  await vi.waitFor(async () => expect(await one.bus.isAlive(two.bus.replica)).toBe(false), { timeout: 5000 })
  expect(await one.bus.send(two.bus.replica, { a: 1 })).toBe(false)
  await two.bus.close()
})

test('what arrives and is no message of a replica is dropped and reported', async () => {
  await using under = await open()
  const channel = `replica:${under.bus.replica}`
  for (const odd of ['', '{', '[]', 'null', '7', '"text"', `{"a":"${'x'.repeat(100)}"}`]) {
    await under.client.publish(channel, odd)
    await under.client.publish('replicas', `0123456789abcdef${odd}`)
  }
  await under.client.publish(channel, '{"last":true}')
  await received(under.listener, { last: true })
  expect(under.listener).toHaveBeenCalledTimes(1)
  expect(under.onError.mock.calls.join()).toMatch(/dropped: it is no JSON object/)
  expect(under.onError).toHaveBeenCalledTimes(14)
})
