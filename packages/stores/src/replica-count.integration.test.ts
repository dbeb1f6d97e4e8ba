import { join } from 'node:path'
import { startRedis } from '@gateway/backends'
import { expect, test, vi } from 'vitest'
import { openRedis } from './open-redis.ts'
import { countReplicas } from './replica-count.ts'
import { openProxy } from './testing/breakable-proxy.ts'

const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')

test('replicas are counted, and what was counted holds while Redis is away', async () => {
  // Of its own: replicas of other tests count too.
  await using server = await startRedis({ cacheDir, mayInstall: true, env: process.env })
  await using proxy = await openProxy(server.url)
  await using redis = await openRedis(proxy.url, { onError() {} })
  const first = await countReplicas(redis, { beatMs: 20 })
  // More may be about to start.
  expect(first.count()).toBe(2)
  await vi.waitFor(() => expect(first.count()).toBe(1))
  const others = [await countReplicas(redis, { beatMs: 20 }), await countReplicas(redis, { beatMs: 20 })]
  await vi.waitFor(() => expect([first, ...others].map(({ count }) => count())).toEqual([3, 3, 3]))

  await proxy.cut()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(first.count()).toBe(3)
  const blind = await countReplicas(redis, { beatMs: 20 })
  expect(blind.count()).toBe(2)
  await proxy.mend()
  await vi.waitFor(() => expect(blind.count()).toBe(4), { timeout: 10_000 })

  // Who goes is not counted any more, a few beats later.
  for (const each of [...others, blind]) await each.close()
  await vi.waitFor(() => expect(first.count()).toBe(1), { timeout: 10_000 })
  await first.close()
})
