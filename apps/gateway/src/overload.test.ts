import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { createOverload, type LoadProbes, type Overload } from './overload.ts'

let overload: Overload
afterEach(() => {
  overload.close()
  vi.useRealTimers()
})

const open = (bounds: { maxInFlight?: number; maxRssBytes?: number } = {}, probes?: Partial<LoadProbes>) => {
  overload = createOverload(
    { maxInFlight: 3, ...bounds },
    { rssBytes: () => 1, heapBytes: () => 1, ...probes },
  )
  return overload
}

/** An answer as far as it is looked at. */
const response = (headersSent = false) => Object.assign(new EventEmitter(), { headersSent }) as ServerResponse

const block = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('a request more than there may be is refused, until one of them is answered', () => {
  const { take } = open()
  const [first, ...others] = [response(), response(), response()]
  expect([first, ...others].map((each) => take(each ?? response()))).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(take(response())).toBe('requests in flight')
  expect(take(response())).toBe('requests in flight')
  first?.emit('close')
  expect(take(response())).toBeUndefined()
  expect(take(response())).toBe('requests in flight')
})

test('event streams, which have begun their answers, are not counted', () => {
  const { take, now } = open()
  for (let n = 0; n < 100; n++) expect(take(response(true))).toBeUndefined()
  expect(now()).toBeUndefined()
})

test('an event loop that is late all the time refuses, and takes requests again once it is in time', async () => {
  const { take, now } = open()
  for (let n = 0; n < 6; n++) {
    block(330)
    // As what comes from sockets is read: behind the timers.
    await setImmediate()
  }
  expect(now()).toBe('event loop')
  expect(take(response())).toBe('event loop')
  await sleep(300)
  expect(take(response())).toBeUndefined()
})

test('one long pause is over when it is seen', async () => {
  const { take } = open()
  block(1_500)
  await sleep(0)
  expect(take(response())).toBeUndefined()
})

test.each<[string, Partial<LoadProbes>]>([
  ['of the process', { rssBytes: () => 201 }],
  ['of V8', { heapBytes: () => Number.MAX_SAFE_INTEGER }],
])('memory %s that is all but used up refuses, until there is some', async (_, full) => {
  const probes = { rssBytes: () => 199, heapBytes: () => 1 }
  const { take } = open(
    { maxRssBytes: 200 },
    { rssBytes: () => probes.rssBytes(), heapBytes: () => probes.heapBytes() },
  )
  const before = { ...probes }
  Object.assign(probes, full)
  await sleep(600)
  expect(take(response())).toBe('memory')
  Object.assign(probes, before)
  await sleep(600)
  expect(take(response())).toBeUndefined()
})

test('memory that stays used up for five minutes leaves only an end; one look with some begins anew', async () => {
  vi.useFakeTimers()
  let rss = 201
  const { stuck, now } = open({ maxRssBytes: 200 }, { rssBytes: () => rss })
  let isStuck = false
  void stuck.then(() => {
    isStuck = true
  })
  await vi.advanceTimersByTimeAsync(299_500)
  expect([now(), isStuck]).toEqual(['memory', false])
  rss = 199
  await vi.advanceTimersByTimeAsync(500)
  expect([now(), isStuck]).toEqual([undefined, false])
  rss = 201
  await vi.advanceTimersByTimeAsync(299_500)
  expect(isStuck).toBe(false)
  await vi.advanceTimersByTimeAsync(500)
  expect(isStuck).toBe(true)
})

test('much to do is no reason to end, however long', async () => {
  vi.useFakeTimers()
  const { take, now, stuck } = open({ maxInFlight: 1 })
  take(response())
  let isStuck = false
  void stuck.then(() => {
    isStuck = true
  })
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect([now(), isStuck]).toEqual(['requests in flight', false])
})

test('an answer that ends is forgotten', async () => {
  const { take } = open()
  const answered = response()
  take(answered)
  const closed = once(answered, 'close')
  answered.emit('close')
  await closed
  expect(answered.listenerCount('close')).toBe(0)
})
