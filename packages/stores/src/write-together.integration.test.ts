import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { openRedis } from './open-redis.ts'

test('commands of one turn are held back until its end, and then all answered', async () => {
  await using redis = await openRedis(inject('redisUrl'), { onError: () => undefined })
  const { client } = redis
  const before = client.stream.bytesWritten
  const answers = Promise.all(Array.from({ length: 50 }, (_, n) => client.echo(`answer ${n}`)))
  // Nothing is on its way before the turn has ended.
  expect([client.stream.writableCorked, client.stream.writableLength > 0]).toEqual([1, true])
  await turn()
  expect(client.stream.writableCorked).toBe(0)
  expect(client.stream.bytesWritten).toBeGreaterThan(before)
  expect(await answers).toEqual(Array.from({ length: 50 }, (_, n) => `answer ${n}`))
})

test('a connection that is lost in the middle of a turn holds nothing back on the next one', async () => {
  await using redis = await openRedis(inject('redisUrl'), { onError: () => undefined })
  const { client } = redis
  const lost = client.ping().catch(() => 'lost')
  client.stream.destroy()
  await once(client, 'ready')
  expect(await lost).toBe('lost')
  expect(await client.ping()).toBe('PONG')
  expect(client.stream.writableCorked).toBe(0)
})
