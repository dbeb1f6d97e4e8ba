import { expect, test } from 'vitest'
import { type Admission, circuitBreaker } from './circuit-breaker.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = () => {
  const clock = fakeClock()
  const states: string[] = []
  const breaker = circuitBreaker({ now: clock.now, onChange: (state) => states.push(state) })
  const admitted = (): Admission => {
    const admission = breaker.admits()
    if (!admission) throw new Error('nothing may be sent')
    return admission
  }
  const fail = (times: number) => {
    for (const each of Array.from({ length: times }, admitted)) each.failed()
  }
  /** Whether each of so many commands that come now may be sent. */
  const admits = (times = 1) => Array.from({ length: times }, () => breaker.admits() !== undefined)
  return { breaker, states, admitted, admits, fail, ...clock }
}

test('four failures in a second do not open it, the fifth does, for two seconds', async () => {
  const { admits, states, fail, wait } = open()
  fail(4)
  expect(admits()).toEqual([true])
  fail(1)
  expect(admits()).toEqual([false])
  await wait(1.999)
  expect(admits()).toEqual([false])
  await wait(0.001)
  expect(admits()).toEqual([true])
  expect(states).toEqual(['open'])
})

test('four failures in every second never open it, however many there are', async () => {
  const { admits, fail, wait } = open()
  for (let n = 0; n < 20; n++) {
    fail(1)
    await wait(0.25)
  }
  expect(admits()).toEqual([true])
  fail(2)
  expect(admits()).toEqual([false])
})

test('half open it lets one try: a failure opens it again, an answer closes it', async () => {
  const { admits, admitted, states, fail, wait } = open()
  fail(5)
  await wait(2)
  const first = admitted()
  expect(admits()).toEqual([false])
  first.failed()
  expect(admits()).toEqual([false])
  await wait(2)
  admitted().answered()
  expect(admits(2)).toEqual([true, true])
  expect(states).toEqual(['open', 'closed'])
})

test('a new connection is tried at once, and a late answer from before does not close it', () => {
  const { breaker, admits, admitted, fail } = open()
  const older = admitted()
  fail(5)
  older.answered()
  expect(admits()).toEqual([false])
  breaker.halfOpen()
  const tries = admitted()
  expect(admits()).toEqual([false])
  tries.answered()
  breaker.halfOpen()
  expect(admits(2)).toEqual([true, true])
})

test('while one tries, how an older command ends neither closes it nor opens it', async () => {
  const { admits, admitted, states, fail, wait } = open()
  const [answered, failed] = [admitted(), admitted()]
  fail(5)
  await wait(2)
  const tries = admitted()
  answered.answered()
  expect(admits()).toEqual([false])
  failed.failed()
  tries.answered()
  expect(admits()).toEqual([true])
  expect(states).toEqual(['open', 'closed'])
})
