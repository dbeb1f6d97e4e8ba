import { expect, test } from 'vitest'
import { deadline } from './deadline.ts'

const never = new AbortController().signal

test('when the time is over the signal aborts and nobody waits any longer', async () => {
  const limit = deadline(never, 5)
  await expect(limit.over).rejects.toMatchObject({
    code: 'timeout',
    message: 'The call was stopped after 0.005 s. Ask for less at once.',
  })
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError' })
})

test('the end of the caller is the end of the call, before it and during it', async () => {
  const gone = deadline(AbortSignal.abort('gone'), 10_000)
  await expect(gone.over).rejects.toMatchObject({ code: 'timeout', message: 'The call was cancelled.' })
  expect(gone.signal.reason).toBe('gone')
  const caller = new AbortController()
  const going = deadline(caller.signal, 10_000)
  expect(going.signal.aborted).toBe(false)
  caller.abort('going')
  await expect(going.over).rejects.toMatchObject({ code: 'timeout' })
  expect(going.signal.reason).toBe('going')
  for (const limit of [gone, going]) limit.clear()
})

test('once cleared neither time nor caller ends anything', async () => {
  const caller = new AbortController()
  const limit = deadline(caller.signal, 5)
  limit.clear()
  caller.abort()
  const later = new Promise((resolve) => setTimeout(resolve, 20, 'later'))
  expect(await Promise.race([limit.over, later])).toBe('later')
  expect(limit.signal.aborted).toBe(false)
})
