import { expect, test, vi } from 'vitest'
import { eventLogContract } from './event-log.contract.ts'
import { memoryEventLog } from './memory-event-log.ts'
import { newLog, smallBounds, textsOf } from './testing/event-logs.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (bounds: object = smallBounds) => {
  const clock = fakeClock()
  const onError = vi.fn()
  const log = memoryEventLog({ now: clock.now, onError, ...bounds })
  return { log, onError, ...clock, async [Symbol.asyncDispose]() {} }
}

eventLogContract(async () => open())

test('a log holds 500 events and lives for 300 s unless told otherwise', async () => {
  const { log, wait } = open({})
  const key = newLog()
  for (let event = 1; event <= 501; event++) await log.append(key, `${event}`)
  const texts = await textsOf(log, key)
  expect([texts.length, texts[0]]).toEqual([500, '2'])
  await wait(299.999)
  expect(await textsOf(log, key)).toHaveLength(500)
  await wait(0.001)
  expect(await textsOf(log, key)).toEqual([])
})

test('entries never go back, even where the clock or the log does', async () => {
  const { log, wait } = open()
  const key = newLog()
  await wait(10)
  const first = await log.append(key, 'a')
  await wait(-5)
  const second = await log.append(key, 'b')
  expect(await log.readAfter(key, first, 10)).toEqual([{ entry: second, text: 'b' }])
  await log.remove(key)
  const third = await log.append(key, 'c')
  expect(await log.readAfter(key, second, 10)).toEqual([{ entry: third, text: 'c' }])
})
