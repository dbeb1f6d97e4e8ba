import type { EventLog } from '@gateway/domain'
import { memoryEventLog } from '@gateway/stores'
import { expect, test } from 'vitest'
import { testSink } from '../testing/test-sink.ts'
import type { EventSink } from './event-sink.ts'
import { keptStream, type ResponseStream } from './response-stream.ts'

/** A log that takes nothing until it is let go. */
const heldLog = (): EventLog & { release(): void } => {
  const log = memoryEventLog({ now: Date.now, onError: () => undefined })
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    ...log,
    release: resolve,
    async append(key, text) {
      await promise
      return log.append(key, text)
    },
  }
}

const streamTo = (sink: EventSink, events: EventLog): ResponseStream =>
  keptStream(
    { events },
    {
      id: 'stream',
      key: { tenantId: 'acme', name: 's:stream' },
      open: () => sink,
      primed: false,
      begin: async () => undefined,
      end: async () => undefined,
    },
  )

test('what is said faster than the log takes it is left out, but for what must be said', async () => {
  const events = heldLog()
  const sink = testSink()
  const stream = streamTo(sink, events)
  const pad = 'x'.repeat(100_000)
  for (let id = 1; id <= 100; id++) stream.send(JSON.stringify({ id, pad }), 'information')
  stream.send('{"id":"question"}')
  const finished = stream.finish(['{"id":"answer"}'])
  events.release()
  await finished
  const kept = sink.messages().map(({ id }) => id)
  expect(kept).toEqual([...Array.from({ length: 11 }, (_, n) => n + 1), 'question', 'answer'])
})

test('what was left out for want of room is no reason to leave out what comes later', async () => {
  const events = memoryEventLog({ now: Date.now, onError: () => undefined })
  const sink = testSink()
  const stream = streamTo(sink, events)
  const pad = 'x'.repeat(1_000_000)
  for (let id = 1; id <= 9; id++) {
    stream.send(JSON.stringify({ id, pad }), 'information')
    await new Promise(setImmediate)
  }
  await stream.finish(['{"id":"answer"}'])
  expect(sink.messages().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 'answer'])
})
