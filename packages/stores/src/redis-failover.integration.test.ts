import { join } from 'node:path'
import { type SentinelGroup, startSentinels } from '@gateway/backends'
import { expect, test, vi } from 'vitest'
import { openRedis } from './open-redis.ts'
import { slowLimit } from './rate-limiter.contract.ts'
import { redisEventLog } from './redis-event-log.ts'
import { redisRateLimiter } from './redis-rate-limiter.ts'
import { called, newLog } from './testing/event-logs.ts'

const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')

const open = ({ name, sentinels }: SentinelGroup) => {
  const addresses = sentinels.split(',').map((each) => {
    const { hostname, port } = new URL(`redis://${each}`)
    return { host: hostname, port: Number(port) }
  })
  // The address in the URL is nobody's.
  return openRedis('redis://127.0.0.1:1', { onError() {}, sentinels: { name, addresses } })
}

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'a master that gets %s is followed by its replica, for commands and for subscriptions',
  async (signal) => {
    await using group = await startSentinels({ cacheDir, mayInstall: true, env: process.env })
    await using redis = await open(group)
    const limiter = redisRateLimiter(redis)
    const log = redisEventLog(redis)
    const key = newLog()
    const wake = vi.fn()
    await log.follow(key, wake)
    await log.append(key, 'before')
    await called(wake)
    await limiter.take([slowLimit(1)])

    await group.signalMaster(signal)
    const started = performance.now()
    await expect(limiter.take([slowLimit(1)])).rejects.toThrow()
    await vi.waitFor(() => limiter.take([slowLimit(1)]), { timeout: 30_000, interval: 50 })
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(await group.masterUrl()).not.toBe(group.url)

    // Whoever subscribes hears that something may have been missed, and what is new.
    await called(wake, 2)
    await vi.waitFor(
      async () => {
        const heard = wake.mock.calls.length
        await log.append(key, 'after')
        await called(wake, heard + 1)
      },
      { timeout: 15_000 },
    )
  },
)

test('sentinels that nobody answers for end the start, with words that name none of their secrets', async () => {
  const sentinels = { name: 'main', addresses: [{ host: '127.0.0.1', port: 1 }], password: 'secret' }
  const failure = await openRedis('redis://:secret@127.0.0.1:1', {
    onError() {},
    patienceMs: 500,
    sentinels,
  }).catch(String)
  expect(failure).toMatch(/Redis could not be reached within 500 ms: All sentinels are unreachable/)
  expect(failure).not.toContain('secret')
})
