import { randomUUID } from 'node:crypto'
import { expect, inject, test, vi } from 'vitest'
import { newCall } from './concurrency-limiter.contract.ts'
import { openRedis } from './open-redis.ts'
import { newRecord, wide } from './record-store.contract.ts'
import { redisAwsBudget } from './redis-aws-budget.ts'
import { redisConcurrencyLimiter } from './redis-concurrency-limiter.ts'
import { redisEventLog } from './redis-event-log.ts'
import { redisRecordStore } from './redis-record-store.ts'
import { redisReplicaBus } from './redis-replica-bus.ts'
import { redisSessionStore } from './redis-session-store.ts'
import { redisTenantStore } from './redis-tenant-store.ts'
import { received } from './replica-bus.contract.ts'
import { newSession } from './session-store.contract.ts'
import { newBucket } from './testing/aws-budgets.ts'
import { openProxy } from './testing/breakable-proxy.ts'
import { called, newLog } from './testing/event-logs.ts'
import { openTestRedis } from './testing/redis.ts'
import { findingOf, newTenant } from './testing/tenant-stores.ts'

/** Everything that needs Redis, over a connection that can be broken, and another that is whole. */
const open = async () => {
  const proxy = await openProxy(inject('redisUrl'))
  const onError = vi.fn()
  const redis = await openRedis(proxy.url, { onError })
  const whole = await openTestRedis()
  const bus = await redisReplicaBus(redis, { onError })
  const dispose = async (): Promise<void> => {
    await bus.close()
    await redis.close()
    await whole.close()
    await proxy.cut()
  }
  return {
    proxy,
    onError,
    whole,
    redis,
    bus,
    log: redisEventLog(redis),
    records: redisRecordStore(redis),
    sessions: redisSessionStore(redis, { ttlSeconds: 60 }),
    tenants: redisTenantStore(redis),
    budget: redisAwsBudget(redis),
    limiter: redisConcurrencyLimiter(redis),
    [Symbol.asyncDispose]: dispose,
  }
}

type Under = Awaited<ReturnType<typeof open>>

/** One call of every method that asks Redis. */
const everyCall = ({ log, records, sessions, bus, tenants, budget, limiter }: Under): Promise<unknown>[] => {
  const [key, record, session] = [newLog(), newRecord(), newSession()]
  const [tenant, bucket, call] = [newTenant(), newBucket(), newCall()]
  return [
    log.append(key, 'a'),
    log.readAfter(key, undefined, 10),
    log.lastEntry(key),
    log.follow(key, () => {}),
    log.remove(key),
    records.create(record, 'a', wide),
    records.get(record),
    records.replace(record, 'a', 'b', 60),
    records.remove(record),
    sessions.create(session),
    sessions.find(session.tenantId, session.id),
    sessions.update(session.tenantId, session.id, (found) => found),
    sessions.remove(session.tenantId, session.id),
    tenants.read(tenant.id),
    tenants.list(undefined, 1),
    tenants.withIssuer('https://issuer.example'),
    tenants.write(tenant, 0),
    tenants.remove(tenant.id, 1),
    tenants.verifications(tenant.id),
    tenants.verified(tenant.id, findingOf('role', 'a')),
    budget.take(bucket),
    budget.throttled(bucket),
    limiter.enter(call),
    limiter.renew(call),
    limiter.leave(call),
    bus.send(bus.replica, {}),
    bus.broadcast({}),
    bus.isAlive(bus.replica),
  ]
}

const expectRejections = async (calls: Promise<unknown>[]): Promise<void> => {
  const before = performance.now()
  const settled = await Promise.allSettled(calls)
  expect(settled.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'))
  expect(performance.now() - before).toBeLessThan(1500)
}

const channelOf = (key = newLog()): string => `{${key.tenantId}}:ev:${key.name}`

const breaks = {
  frozen: { broken: ({ proxy }: Under) => proxy.freeze(), mended: ({ proxy }: Under) => proxy.thaw() },
  dead: { broken: ({ proxy }: Under) => proxy.cut(), mended: ({ proxy }: Under) => proxy.mend() },
}

test.each(['frozen', 'dead'] as const)(
  'a %s Redis rejects every call, and all works again after it is back',
  async (how) => {
    await using under = await open()
    const elsewhere = redisEventLog(under.whole)
    const logs = Array.from({ length: 600 }, () => newLog())
    const [first = newLog(), last = newLog()] = [logs[0], logs.at(-1)]
    const wakes = await Promise.all(
      logs.map(async (key) => {
        const wake = vi.fn()
        await under.log.follow(key, wake)
        return wake
      }),
    )
    const stopped = vi.fn()
    const stop = await under.log.follow(first, stopped)
    const listener = vi.fn()
    under.bus.listen(listener)
    await Promise.all(everyCall(under))

    await breaks[how].broken(under)
    await expectRejections(everyCall(under))
    stop()
    await elsewhere.append(first, 'nobody hears of it')
    await breaks[how].mended(under)

    await vi.waitFor(() => expect(wakes.filter((wake) => wake.mock.calls.length === 1)).toHaveLength(600), {
      timeout: 10_000,
    })
    await vi.waitFor(() => Promise.all(everyCall(under)), { timeout: 10_000, interval: 50 })
    for (const key of [first, last]) await elsewhere.append(key, 'heard')
    for (const wake of [wakes[0], wakes.at(-1)]) await called(wake ?? stopped, 2)
    expect(stopped).not.toHaveBeenCalled()
    expect(await under.bus.send(under.bus.replica, { back: true })).toBe(true)
    await received(listener, { back: true })
    expect(await under.bus.isAlive(under.bus.replica)).toBe(true)
    expect(under.onError).toHaveBeenCalled()
  },
  30_000,
)

test('who leaves while channels are subscribed to again is not subscribed to any more', async () => {
  await using under = await open()
  const [last, more] = [newLog(), Array.from({ length: 600 }, () => newLog())]
  const stops: (() => void)[] = []
  const leaving = vi.fn(() => stops.at(-1)?.())
  await under.log.follow(newLog(), leaving)
  for (const key of [...more, last]) stops.push(await under.log.follow(key, () => {}))
  await under.proxy.cut()
  await under.proxy.mend()
  await called(leaving)
  await vi.waitFor(() => under.log.follow(newLog(), () => {}), { timeout: 10_000 })
  expect(await under.whole.client.pubsub('NUMSUB', channelOf(more.at(-1)))).toContain(1)
  expect(await under.whole.client.pubsub('NUMSUB', channelOf(last))).toContain(0)
}, 15_000)

test('channels that Redis refuses for a while are subscribed to again, and the process lives on', async () => {
  await using whole = await openTestRedis()
  const user = randomUUID()
  await whole.client.acl('SETUSER', user, 'on', 'nopass', '~*', '&*', '+@all')
  const onError = vi.fn()
  const url = inject('redisUrl').replace('//', `//${user}:any@`)
  await using redis = await openRedis(url, { onError })
  const key = newLog()
  const wake = vi.fn()
  await redisEventLog(redis).follow(key, wake)
  // Redis ends connections that hear what they may not hear any more.
  await whole.client.acl('SETUSER', user, 'resetchannels')
  await vi.waitFor(() => expect(onError.mock.calls.join()).toMatch(/NOPERM/), { timeout: 5000 })
  await whole.client.acl('SETUSER', user, '&*')
  await called(wake)
  await redisEventLog(whole).append(key, 'heard')
  await called(wake, 2)
  await whole.client.acl('DELUSER', user)
}, 15_000)

test('a connection that died without a word is noticed though nobody calls', async () => {
  await using under = await open()
  const wake = vi.fn()
  await under.log.follow(newLog(), wake)
  under.proxy.freeze()
  under.proxy.thaw()
  await vi.waitFor(() => expect(wake).toHaveBeenCalledTimes(1), { timeout: 10_000 })
}, 15_000)

test('the second connection ends with the first', async () => {
  const redis = await openTestRedis()
  await using whole = await openTestRedis()
  const key = newLog()
  const subscribers = async () => (await whole.client.pubsub('NUMSUB', channelOf(key)))[1]
  await redisEventLog(redis).follow(key, () => {})
  expect(await subscribers()).toBe(1)
  await redis.close()
  await vi.waitFor(async () => expect(await subscribers()).toBe(0), 5_000)
})

test('who listens after the end is refused', async () => {
  const redis = await openTestRedis()
  await redis.close()
  await expect(redisEventLog(redis).follow(newLog(), () => {})).rejects.toThrow()
})
