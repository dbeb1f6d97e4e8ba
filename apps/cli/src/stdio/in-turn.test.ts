import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'

const never = new AbortController().signal

/** Work that runs until it is told to end. */
const job = () => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const state = { started: false, end: resolve, fail: reject }
  const work = () => {
    state.started = true
    return promise
  }
  return { state, work }
}

test('runs as many as it may at once, and the others in the order in which they came', async () => {
  const turn = inTurn(2)
  const jobs = [job(), job(), job(), job()]
  const done = jobs.map(({ work }) => turn(never, work))
  const started = () => jobs.map(({ state }) => state.started)
  expect(started()).toEqual([true, true, false, false])
  jobs[1]?.state.end()
  await done[1]
  await setImmediate()
  expect(started()).toEqual([true, true, true, false])
  jobs[0]?.state.fail()
  await expect(done[0]).rejects.toBeUndefined()
  await setImmediate()
  expect(started()).toEqual([true, true, true, true])
  jobs.forEach(({ state }) => {
    state.end()
  })
  await Promise.all(done.slice(1))
  const last = job()
  const running = turn(never, last.work)
  expect(last.state.started).toBe(true)
  last.state.end()
  await running
})

test('who gives up while waiting runs at once and takes nobody a place', async () => {
  const turn = inTurn(1)
  const first = job()
  const running = turn(never, first.work)
  const caller = new AbortController()
  const cancelled = turn(caller.signal, async () => caller.signal.aborted)
  const next = job()
  const waiting = turn(never, next.work)
  caller.abort()
  expect(await cancelled).toBe(true)
  expect(next.state.started).toBe(false)
  first.state.end()
  await running
  await setImmediate()
  expect(next.state.started).toBe(true)
  next.state.end()
  await waiting
  expect(await turn(AbortSignal.abort(), async () => 'free')).toBe('free')
})
