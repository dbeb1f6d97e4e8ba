import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, startRedis } from '@gateway/backends'
import { describe, expect, test, vi } from 'vitest'
import { type Caller, callerOf } from './support/caller.ts'
import { flushRedis, freezeRedis } from './support/redis-troubles.ts'
import { type Service, startService } from './support/service.ts'
import { send } from './support/wire.ts'

const cacheDir = join(import.meta.dirname, '..', '..', '..', '.cache')
const backend = { cacheDir, mayInstall: true, env: process.env }

const replicas = [0, 1] as const
const read = { name: 'aws_whoami', arguments: {} }
const write = { name: 'test_slow_write', arguments: { steps: 1, ms: 1 } }

/** Two replicas on a Redis of their own. Globex may make six calls at once, and then one in a minute. */
const open = async (port: number) => {
  const redis = await startRedis({ ...backend, port })
  const service = await startService({
    redisUrl: redis.url,
    tenancy: ({ globex }) => {
      const few = { perMinute: 1, burst: 6 }
      globex.limits = {
        tenant: { perMinute: 1000, burst: 1000 },
        user: few,
        streams: { tenant: 10, user: 10 },
      }
    },
  })
  const dispose = async (): Promise<void> => {
    await service[Symbol.asyncDispose]()
    await redis.stop()
  }
  return { redis, service, [Symbol.asyncDispose]: dispose }
}

const writerOf = (service: Service): Caller =>
  callerOf(service, service.acme.token({ scope: 'aws:read aws:write' }))

interface Outcome {
  readonly status: number
  /** `ok`, or the code of the refusal. */
  readonly outcome: unknown
  readonly retryAfter: unknown
  readonly ms: number
}

/** How a call is answered, and how soon. */
const outcomeOf = async (ask: () => ReturnType<Caller['ask']>): Promise<Outcome> => {
  const started = performance.now()
  const { status, headers, message } = await ask()
  const { result, error } = await message(() => true)
  const ms = performance.now() - started
  const outcome = Object(error?.data).code ?? error ?? result?.structuredContent?.error?.code ?? 'ok'
  return { status, outcome, retryAfter: headers['retry-after'], ms }
}

const call = (caller: Caller, replica: 0 | 1, params: typeof read | typeof write) =>
  outcomeOf(() => caller.ask(replica, 'tools/call', params))

/** A 503 that says when to come back, and comes at once: what each step waits for is 150 ms at most. */
const expectRefused = (seen: Outcome): void => {
  expect(seen).toMatchObject({
    status: 503,
    outcome: 'unavailable',
    retryAfter: expect.stringMatching(/^[1-9]/),
  })
  expect(seen.ms).toBeLessThan(1_500)
}

const expectRead = (seen: Outcome): void => {
  expect(seen).toMatchObject({ status: 200, outcome: 'ok' })
  expect(seen.ms).toBeLessThan(1_500)
}

const readinessOf = async (service: Service, replica: 0 | 1) => {
  const { status, body } = await send(service.origins[replica], { path: '/readyz' })
  return [status, JSON.parse(body).status]
}

const untilWritten = (service: Service, replica: 0 | 1) =>
  vi.waitFor(
    async () => expect(await call(writerOf(service), replica, write)).toMatchObject({ outcome: 'ok' }),
    { timeout: 15_000, interval: 250 },
  )

describe('two replicas whose Redis', { timeout: 120_000 }, () => {
  test('is killed: reads go on within what each may let through, all else is 503, and it ends by itself', async () => {
    const port = await freePort()
    await using under = await open(port)
    const { service } = under
    const ann = writerOf(service)
    const gus = callerOf(service, service.globex.token())
    const session = await ann.initialize(0)
    for (const replica of replicas) {
      for (const caller of [ann, gus]) expectRead(await call(caller, replica, read))
    }
    const inSession = () => ann.post(0, session, { id: 5, method: 'tools/call', params: read })
    expectRead(await outcomeOf(inSession))

    await under.redis.stop()
    for (const replica of replicas) {
      expectRead(await call(ann, replica, read))
      expectRefused(await call(ann, replica, write))
      expect(await readinessOf(service, replica)).toEqual([200, 'degraded'])
      expect((await send(service.origins[replica], { path: '/livez' })).status).toBe(200)
    }
    expectRead(await outcomeOf(inSession))
    await expect(ann.initialize(1)).rejects.toThrow('cannot')
    // One whose token nobody has seen cannot be told apart from one that is revoked.
    expectRefused(await call(callerOf(service, service.globex.token({ jti: 'unseen' })), 0, read))

    // Half of six on each replica; acme notices nothing of it.
    for (const replica of replicas) {
      const seen = await Promise.all(Array.from({ length: 8 }, () => call(gus, replica, read)))
      expect(seen.filter(({ outcome }) => outcome === 'ok')).toHaveLength(3)
      expect(seen.filter(({ outcome }) => outcome === 'rate_limited')).toHaveLength(5)
      expectRead(await call(ann, replica, read))
    }

    await using _ = await startRedis({ ...backend, port })
    for (const replica of replicas) await untilWritten(service, replica)
    for (const replica of replicas) expect(await readinessOf(service, replica)).toEqual([200, 'ready'])
    const refusals = (await service.audit()).filter(({ reason_code }) => reason_code === 'unavailable')
    expect(refusals.filter(({ mcp }) => mcp?.tool === write.name).map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['error', 'error']),
    )
  })

  test('is frozen: reads go on, also when what is known is older than it usually may be', async () => {
    await using under = await open(await freePort())
    const { service, redis } = under
    const ann = writerOf(service)
    for (const replica of replicas) {
      expectRead(await call(ann, replica, read))
      expect(await call(ann, replica, write)).toMatchObject({ outcome: 'ok' })
    }
    await freezeRedis(redis.url, 10_000)
    for (const pause of [0, 6_000]) {
      await sleep(pause)
      for (const replica of replicas) {
        expectRead(await call(ann, replica, read))
        expectRefused(await call(ann, replica, write))
      }
    }
    for (const replica of replicas) {
      await untilWritten(service, replica)
      // The same token: nothing was lost.
      expectRead(await call(ann, replica, read))
      expect(await readinessOf(service, replica)).toEqual([200, 'ready'])
    }
  })

  test('is emptied: tokens from before are refused, since what was revoked is lost, and new ones are taken', async () => {
    await using under = await open(await freePort())
    const { service, redis } = under
    const ann = writerOf(service)
    for (const replica of replicas) expectRead(await call(ann, replica, read))
    await flushRedis(redis.url)
    for (const replica of replicas) {
      await vi.waitFor(async () => expect((await call(ann, replica, read)).status).toBe(401), {
        timeout: 8_000,
        interval: 250,
      })
      await untilWritten(service, replica)
    }
  })
})
