import type { Call } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createRunningCalls } from './running-calls.ts'

const callWith = (signal: AbortSignal) => ({ signal }) as Call

const open = () => {
  const faults: object[] = []
  const running = createRunningCalls((fields) => faults.push(fields))
  return { running, faults }
}

const untilAborted = ({ signal }: Call) =>
  new Promise<string>((_, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })

test('an end waits for calls that end by themselves, and aborts none', async () => {
  const { running, faults } = open()
  const gate = Promise.withResolvers<string>()
  let aborted: boolean | undefined
  const call = running.counted(async ({ signal }: Call) => {
    const answer = await gate.promise
    aborted = signal.aborted
    return answer
  })
  const answer = call(callWith(new AbortController().signal))
  let over = false
  const ending = running
    .end(10_000, () => 0)
    .then(() => {
      over = true
    })
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(over).toBe(false)
  gate.resolve('answered')
  expect(await answer).toBe('answered')
  await ending
  expect([aborted, faults]).toEqual([false, []])
})

test('calls that do not end are ended, and what they still tell of is waited for', async () => {
  const { running, faults } = open()
  let told = 0
  const call = running.counted(async (asked: Call) => {
    try {
      return await untilAborted(asked)
    } finally {
      await new Promise((resolve) => setTimeout(resolve, 100))
      told++
    }
  })
  const { signal } = new AbortController()
  const answers = Promise.allSettled([call(callWith(signal)), call(callWith(signal))])
  await running.end(30, () => 0)
  expect([told, faults]).toEqual([2, [{ count: 2 }]])
  expect(await answers).toMatchObject([
    { reason: { code: 'unavailable' } },
    { reason: { code: 'unavailable' } },
  ])
  // One that comes later, and whose caller stays.
  await expect(call(callWith(signal))).rejects.toMatchObject({ code: 'unavailable' })
})

test('an end is bounded, whatever a call does', async () => {
  const { running } = open()
  void running.counted(() => new Promise<void>(() => {}))(callWith(new AbortController().signal))
  const started = performance.now()
  await running.end(10, () => 0)
  expect(performance.now() - started).toBeLessThan(3_000)
})

test('tasks whose outcome is being kept are waited for', async () => {
  const { running } = open()
  let others = 1
  setTimeout(() => {
    others = 0
  }, 100)
  await running.end(0, () => others)
  expect(others).toBe(0)
})

test('a caller that leaves ends its own call alone', async () => {
  const { running } = open()
  const [one, other] = [new AbortController(), new AbortController()]
  const call = running.counted(untilAborted)
  const left = call(callWith(one.signal))
  const stays = call(callWith(other.signal))
  const why = new Error('left')
  one.abort(why)
  await expect(left).rejects.toBe(why)
  const first = await Promise.race([
    stays.catch(() => 'ended'),
    new Promise((r) => setTimeout(r, 30, 'runs')),
  ])
  expect(first).toBe('runs')
  await expect(call(callWith(one.signal))).rejects.toBe(why)
  other.abort()
  await expect(stays).rejects.toThrow()
})
