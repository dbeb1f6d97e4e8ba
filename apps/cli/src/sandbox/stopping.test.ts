import { expect, test } from 'vitest'
import { Stopped, unlessStopped } from './stopping.ts'

test('gives the result of what ends in time', async () => {
  const stop = new AbortController()
  expect(await unlessStopped(stop.signal, Promise.resolve(1))).toBe(1)
  stop.abort()
})

test('does not wait for what never ends, before and after the stop', async () => {
  const stop = new AbortController()
  const never = new Promise(() => {})
  const waiting = unlessStopped(stop.signal, never)
  stop.abort()
  await expect(waiting).rejects.toThrow(Stopped)
  await expect(unlessStopped(stop.signal, never)).rejects.toThrow(Stopped)
})

test('a failure that comes after the stop disturbs nobody', async () => {
  const stop = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const waiting = unlessStopped(stop.signal, promise)
  stop.abort()
  await expect(waiting).rejects.toThrow(Stopped)
  reject(new Error('late'))
})
