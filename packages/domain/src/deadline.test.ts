import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { deadline } from './deadline.ts'
import { GatewayError } from './errors.ts'

const never = new AbortController().signal
const forever = new Promise<never>(() => undefined)

/** Work that ends with `reason` as soon as its signal aborts. */
const until = (signal: AbortSignal, reason: unknown) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(reason)))

test('when the time is over the signal aborts, and nobody waits for work that does not look at it', async () => {
  const limit = deadline(never, 5)
  await expect(limit.within(forever)).rejects.toMatchObject({
    code: 'timeout',
    message: 'The call was stopped after 0.005 s. Ask for less at once.',
  })
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError' })
})

test('what the work itself says of its end counts, and what a stream throws does not', async () => {
  const spoken = deadline(never, 5)
  const unsure = new GatewayError('timeout', 'AWS may have done it all the same.')
  await expect(spoken.within(until(spoken.signal, unsure))).rejects.toBe(unsure)
  const torn = deadline(never, 5)
  await expect(torn.within(until(torn.signal, new Error('aborted')))).rejects.toMatchObject({
    code: 'timeout',
  })
})

test('the end of the caller is the end of the call, before it and during it', async () => {
  const gone = deadline(AbortSignal.abort('gone'), 10_000)
  expect(gone.signal.reason).toBe('gone')
  await expect(gone.within(forever)).rejects.toMatchObject({
    code: 'timeout',
    message: 'The call was cancelled.',
  })
  const caller = new AbortController()
  const going = deadline(caller.signal, 10_000)
  expect(going.signal.aborted).toBe(false)
  caller.abort('going')
  expect(going.signal.reason).toBe('going')
  await expect(going.within(forever)).rejects.toMatchObject({ code: 'timeout' })
})

test('once the work is done neither time nor caller ends anything, and its own failure stays', async () => {
  const caller = new AbortController()
  const limit = deadline(caller.signal, 5)
  expect(await limit.within(Promise.resolve('done'))).toBe('done')
  caller.abort()
  await sleep(20)
  expect(limit.signal.aborted).toBe(false)
  const failing = deadline(never, 10_000)
  await expect(failing.within(Promise.reject(new Error('own')))).rejects.toThrow('own')
})

test('waiting within a call ends by itself, or with the call', async () => {
  const { wait, within } = deadline(new AbortController().signal, 20)
  await wait(1)
  await expect(within(wait(10_000))).rejects.toMatchObject({ code: 'timeout' })
  await expect(wait(1)).rejects.toThrow()
})
