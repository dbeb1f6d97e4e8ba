import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort, startRedis } from '@gateway/backends'
import type { Measure } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { openRedis } from './open-redis.ts'
import { slowLimit } from './rate-limiter.contract.ts'
import { redisRateLimiter } from './redis-rate-limiter.ts'
import { isStoreAway } from './store-away.ts'
import { answeringServer } from './testing/answering-server.ts'
import { openProxy } from './testing/breakable-proxy.ts'

// A decision of 150 ms is measured here, in a process beside others: what it waits for is this much longer at most.
const bound = 150 + 100

const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')
const start = () => startRedis({ cacheDir, mayInstall: true, env: process.env })

/** A limiter on a Redis of its own, or on a stand-in for one. */
const open = async (url: string) => {
  const measures: Measure[] = []
  const redis = await openRedis(url, { onError() {}, measured: (each) => measures.push(each) })
  const limiter = redisRateLimiter(redis)
  return { redis, limiter, measures, [Symbol.asyncDispose]: () => redis.close() }
}

type Under = Awaited<ReturnType<typeof open>>

/** Takes one after the other, until the breaker is open and a bit longer; every one is refused within the bound. */
const expectRefusals = async ({ limiter, measures }: Under): Promise<void> => {
  for (let n = 0; n < 12; n++) {
    const started = performance.now()
    const cause = await limiter.take([slowLimit(1)]).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(performance.now() - started).toBeLessThan(bound)
    expect(isStoreAway(cause), String(cause)).toBe(true)
  }
  expect(measures).toContainEqual({ of: 'redis', outcome: 'shed', ms: 0 })
}

const untilTaken = ({ limiter }: Under): Promise<unknown> =>
  vi.waitFor(() => limiter.take([slowLimit(1)]), { timeout: 15_000, interval: 50 })

const tell = async ({ redis }: Under, name: string, ...args: string[]): Promise<unknown> =>
  redis.client.call(name, ...args)

test('refused: at once, and taken again when it is back', async () => {
  const port = await freePort()
  const first = await startRedis({ cacheDir, mayInstall: true, env: process.env, port })
  await using under = await open(first.url)
  await under.limiter.take([slowLimit(1)])
  await first.stop()
  await expectRefusals(under)
  expect(under.measures).toContainEqual({ of: 'redis-breaker', state: 'open' })
  await using _ = await startRedis({ cacheDir, mayInstall: true, env: process.env, port })
  await untilTaken(under)
  expect(under.measures.filter(({ of }) => of === 'redis-breaker').at(-1)).toMatchObject({ state: 'closed' })
})

test('frozen: one command waits for 100 ms, and those behind it for nothing', async () => {
  await using server = await start()
  await using under = await open(server.url)
  await using other = await open(server.url)
  await tell(other, 'CLIENT', 'PAUSE', '4000', 'ALL')
  await expect(under.limiter.take([slowLimit(1)])).rejects.toThrow('Command timed out')
  const started = performance.now()
  await Promise.all(
    Array.from({ length: 100 }, () => expect(under.limiter.take([slowLimit(1)])).rejects.toThrow()),
  )
  expect(performance.now() - started).toBeLessThan(bound)
  await expectRefusals(under)
  await untilTaken(under)
})

test('slow, 2 s for each answer: refused as if it did not answer', async () => {
  await using server = await start()
  await using proxy = await openProxy(server.url)
  await using under = await open(proxy.url)
  await under.limiter.take([slowLimit(1)])
  proxy.delay(2000)
  await expectRefusals(under)
  proxy.delay(0)
  await untilTaken(under)
})

test('read-only: refused, and a new connection is made, which finds it writable', async () => {
  await using server = await start()
  await using under = await open(server.url)
  await using other = await open(server.url)
  await under.limiter.take([slowLimit(1)])
  const connected = once(under.redis.client, 'ready')
  await tell(other, 'REPLICAOF', '127.0.0.1', '1')
  await expectRefusals(under)
  await connected
  await tell(other, 'REPLICAOF', 'NO', 'ONE')
  await untilTaken(under)
})

test('full: refused, and used again when there is room', async () => {
  await using server = await start()
  await using under = await open(server.url)
  await using other = await open(server.url)
  await under.limiter.take([slowLimit(1)])
  await tell(other, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  await tell(other, 'CONFIG', 'SET', 'maxmemory', '1')
  await expectRefusals(under)
  await tell(other, 'CONFIG', 'SET', 'maxmemory', '0')
  await untilTaken(under)
})

test.each([
  'LOADING Redis is loading the dataset in memory',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'CLUSTERDOWN The cluster is down',
])('%s: refused, and hardly asked any more', async (sentence) => {
  await using server = await answeringServer(() => `-${sentence}\r\n`)
  await using under = await open(server.url)
  await expectRefusals(under)
  expect(server.commands).toHaveLength(5)
  await setTimeout(2_000)
  await Promise.allSettled(Array.from({ length: 10 }, () => under.limiter.take([slowLimit(1)])))
  expect(server.commands).toHaveLength(6)
})

test('an answer to a mistake of ours is no outage', async () => {
  await using server = await answeringServer(() => '-WRONGTYPE Operation against a key\r\n')
  await using under = await open(server.url)
  for (let n = 0; n < 10; n++) {
    const cause = await under.limiter.take([slowLimit(1)]).catch((thrown: unknown) => thrown)
    expect(cause).toMatchObject({ message: expect.stringMatching(/^WRONGTYPE/) })
    expect(isStoreAway(cause)).toBe(false)
  }
})

test('scripts that were flushed: one EVAL each, and no refusal', async () => {
  await using server = await start()
  await using under = await open(server.url)
  await using other = await open(server.url)
  await under.limiter.take([slowLimit(1)])
  await tell(other, 'SCRIPT', 'FLUSH')
  const limit = slowLimit(3)
  for (let n = 0; n < 3; n++) expect(await under.limiter.take([limit])).toEqual({ allowed: true })
  expect(await under.limiter.take([limit])).toMatchObject({ allowed: false })
})
