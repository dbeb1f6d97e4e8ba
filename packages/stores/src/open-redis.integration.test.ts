import { expect, inject, test, vi } from 'vitest'
import { openRedis } from './open-redis.ts'
import { slowLimit } from './rate-limiter.contract.ts'
import { redisEventLog } from './redis-event-log.ts'
import { redisRateLimiter } from './redis-rate-limiter.ts'
import { redisSessionStore } from './redis-session-store.ts'
import { newSession } from './session-store.contract.ts'
import { openProxy } from './testing/breakable-proxy.ts'
import { newLog, textsOf } from './testing/event-logs.ts'

const open = async () => {
  const proxy = await openProxy(inject('redisUrl'))
  const onError = vi.fn()
  const redis = await openRedis(proxy.url, { onError })
  const limiter = redisRateLimiter(redis)
  const sessions = redisSessionStore(redis, { ttlSeconds: 60 })
  const dispose = async (): Promise<void> => {
    await redis.close()
    await proxy.cut()
  }
  return { proxy, onError, redis, limiter, sessions, [Symbol.asyncDispose]: dispose }
}

/** Rejected calls and the milliseconds after which the last of them was. */
const failing = async (calls: Promise<unknown>[]): Promise<number> => {
  const before = performance.now()
  const settled = await Promise.allSettled(calls)
  expect(settled.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'))
  return performance.now() - before
}

test('a Redis that stopped answering fails calls soon, and is used again when it answers', async () => {
  await using under = await open()
  const session = newSession()
  await under.sessions.create(session)
  under.proxy.freeze()
  const { limiter, sessions } = under
  const calls = [limiter.take([slowLimit(1)]), sessions.find(session.tenantId, session.id)]
  expect(await failing(calls)).toBeLessThan(1000)
  under.proxy.thaw()
  // Only a connection that was given up and made anew gets through: the frozen one stays frozen.
  await vi.waitFor(() => limiter.take([slowLimit(1)]), { timeout: 8000, interval: 50 })
  expect(await sessions.find(session.tenantId, session.id)).toEqual(session)
  expect(under.onError).toHaveBeenCalled()
}, 15_000)

test('an answer that is there is taken, however long this process was busy', async () => {
  // Not behind the proxy, which is of this process too.
  await using redis = await openRedis(inject('redisUrl'), { onError: () => undefined })
  const sessions = redisSessionStore(redis, { ttlSeconds: 60 })
  const session = newSession()
  await sessions.create(session)
  const calls = [sessions.find(session.tenantId, session.id), redis.client.ping()]
  // On their way, and answered while nothing of this process runs.
  await new Promise(setImmediate)
  const until = performance.now() + 300
  while (performance.now() < until);
  expect(await Promise.all(calls)).toEqual([session, 'PONG'])
})

test('a call that failed is not made later', async () => {
  await using under = await open()
  const log = redisEventLog(under.redis)
  const key = newLog()
  await log.append(key, 'before')
  under.proxy.freeze()
  await failing([log.append(key, 'failed'), log.append(key, 'failed')])
  under.proxy.thaw()
  await vi.waitFor(() => log.lastEntry(key), { timeout: 8000, interval: 50 })
  await log.append(key, 'after')
  expect(await textsOf(log, key)).toEqual(['before', 'after'])
}, 15_000)

test('a Redis that is gone fails calls at once, those under way included', async () => {
  await using under = await open()
  const { limiter, sessions } = under
  under.proxy.freeze()
  const underWay = limiter.take([slowLimit(1)])
  await under.proxy.cut()
  expect(await failing([underWay, sessions.create(newSession())])).toBeLessThan(1000)
  expect(await failing([limiter.take([slowLimit(1)])])).toBeLessThan(1000)
})

test('a Redis that never answers ends the start, saying why and no password', async () => {
  const proxy = await openProxy(inject('redisUrl'))
  await proxy.cut()
  const url = proxy.url.replace('//', '//:secret@')
  const failure = await openRedis(url, { onError() {}, patienceMs: 300 }).catch(String)
  expect(failure).toMatch(/Redis could not be reached within 300 ms: .*ECONNREFUSED/)
  expect(failure).not.toContain('secret')
})

test('a Redis that comes up late is waited for', async () => {
  await using proxy = await openProxy(inject('redisUrl'))
  proxy.freeze()
  const opening = openRedis(proxy.url, { onError() {} })
  setTimeout(proxy.thaw, 200)
  await using redis = await opening
  expect(await redis.client.ping()).toBe('PONG')
})

test('closing twice, or a dead connection, is no error', async () => {
  await using under = await open()
  under.proxy.freeze()
  await under.redis.close()
  await under.redis.close()
})
