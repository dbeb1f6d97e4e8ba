import { setImmediate as soon } from 'node:timers/promises'
import type { Stop } from '@gateway/domain'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStops } from './stops.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

const writes: Stop = {
  kind: 'writes',
  id: 'writes',
  reason: 'Incident 7.',
  by: { issuer: 'https://sso.example/operators', subject: 'olga' },
  since: '2026-01-01T00:00:00.000Z',
}

/** The stops of a process over a store that is told what to answer. */
const open = () => {
  const store = {
    stops: [] as readonly Stop[],
    away: false,
    asked: 0,
    held: undefined as Promise<void> | undefined,
  }
  const onFault = vi.fn()
  const stops = createStops({
    store: {
      async list() {
        store.asked += 1
        const { stops, away } = store
        await store.held
        if (away) throw new Error('ECONNREFUSED secret')
        return stops
      },
    },
    now: Date.now,
    onFault,
  })
  const pass = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms)
    await soon()
  }
  return { stops, store, onFault, pass, [Symbol.dispose]: () => stops.close() }
}
const ids = async (stops: readonly Stop[] | Promise<readonly Stop[]>) => (await stops).map(({ id }) => id)

test('the first call waits for the store, and later ones do not', async () => {
  using under = open()
  const first = under.stops.inForce()
  expect(first).toBeInstanceOf(Promise)
  // All who come meanwhile share one question.
  expect(await Promise.all([first, under.stops.inForce()])).toEqual([[], []])
  expect(under.stops.inForce()).toEqual([])
  expect(under.store.asked).toBe(1)
})

test('a stop is known within 2 s, and so is that it was taken back, without a call that asks', async () => {
  using under = open()
  await under.stops.inForce()
  under.store.stops = [writes]
  expect(under.stops.inForce()).toEqual([])
  await under.pass(2_000)
  expect(under.stops.inForce()).toEqual([writes])
  under.store.stops = []
  await under.pass(2_000)
  expect(under.stops.inForce()).toEqual([])
  expect(under.store.asked).toBe(3)
})

test('while the store is away the last list holds for less than 5 s; then nobody can tell: 503', async () => {
  using under = open()
  under.store.stops = [writes]
  await under.stops.inForce()
  under.store.away = true
  await under.pass(4_999)
  expect(under.stops.inForce()).toEqual([writes])
  await under.pass(1)
  await expect(under.stops.inForce()).rejects.toMatchObject({
    code: 'unavailable',
    status: 503,
    message: expect.not.stringContaining('secret'),
    details: { retryAfterSeconds: 2 },
  })
  await under.pass(60_000)
  expect(under.onFault.mock.calls).toEqual([
    [{ err: expect.any(Error) }, 'what operators have stopped cannot be read'],
  ])
  under.store.away = false
  under.store.stops = []
  expect(await ids(under.stops.inForce())).toEqual([])
  await under.pass(2_000)
  under.store.away = true
  await under.pass(2_000)
  expect(under.onFault).toHaveBeenCalledTimes(2)
})

test('while the store is away reads go by the last list for less than a minute, and nothing else does', async () => {
  using under = open()
  under.store.stops = [writes]
  const { inForce, areKnown } = under.stops
  expect(areKnown()).toBe(false)
  await inForce()
  under.store.away = true
  await under.pass(59_999)
  expect(await ids(inForce({ whileAway: 'local' }))).toEqual(['writes'])
  expect(areKnown()).toBe(true)
  for (const how of [undefined, { whileAway: 'refuse' } as const]) {
    await expect(inForce(how)).rejects.toMatchObject({ code: 'unavailable' })
  }
  await under.pass(1)
  await expect(inForce({ whileAway: 'local' })).rejects.toMatchObject({ code: 'unavailable' })
  expect(areKnown()).toBe(false)
})

test('reads that have never seen a list are refused while the store is away', async () => {
  using under = open()
  under.store.away = true
  await expect(under.stops.inForce({ whileAway: 'local' })).rejects.toMatchObject({ code: 'unavailable' })
})

test('a list is as old as its question, however long the answer takes', async () => {
  using under = open()
  const { promise, resolve } = Promise.withResolvers<void>()
  under.store.held = promise
  const first = under.stops.inForce()
  vi.setSystemTime(Date.now() + 5_000)
  under.store.stops = [writes]
  under.store.held = undefined
  resolve()
  expect(await ids(first)).toEqual([])
  expect(await ids(under.stops.inForce())).toEqual(['writes'])
})

test('a clock that was set back makes nothing younger', async () => {
  using under = open()
  await under.stops.inForce()
  under.store.stops = [writes]
  vi.setSystemTime(Date.now() - 3_600_000)
  expect(await ids(under.stops.inForce())).toEqual(['writes'])
})

test('once closed it looks no more', async () => {
  const under = open()
  await under.stops.inForce()
  under.stops.close()
  await under.pass(10_000)
  expect(under.store.asked).toBe(1)
})
