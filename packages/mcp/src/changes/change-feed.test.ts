import type { EventLog } from '@gateway/domain'
import { memoryEventLog } from '@gateway/stores'
import { expect, test, vi } from 'vitest'
import { gate } from '../testing/answers.ts'
import { createChangeFeed, type LoggedChange } from './change-feed.ts'

const resource = (n: number) => ({ kind: 'resource', uri: `test://${n}` }) as const

/** A feed with a count of its followers, over a log whose methods can be replaced. */
const feedOf = (replaced: Partial<EventLog> = {}) => {
  const log = memoryEventLog({
    now: Date.now,
    onError(error) {
      throw error
    },
  })
  let followers = 0
  const events: EventLog = {
    ...log,
    async follow(...args) {
      const stop = await log.follow(...args)
      followers++
      return () => {
        followers--
        stop()
      }
    },
    ...replaced,
  }
  return { log, events, feed: createChangeFeed(events), followers: () => followers }
}

const hearing = () => {
  const heard: LoggedChange[] = []
  const told = () =>
    heard.map(({ change }) => (change.kind === 'resource' ? Number(change.uri.slice(7)) : change.kind))
  return { heard, hear: (change: LoggedChange) => void heard.push(change), told }
}

const settled = () => new Promise(setImmediate)

const publishAll = async ({ feed }: ReturnType<typeof feedOf>, from: number, to: number) => {
  for (let n = from; n <= to; n++) await feed.publish('acme', resource(n))
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => n + from)

test('a listener hears what comes after it, in order and once, and of its tenant only', async () => {
  const line = feedOf()
  const { hear, told } = hearing()
  await line.feed.publish('acme', resource(0))
  await line.feed.listen('acme', hear)
  await line.feed.publish('globex', { kind: 'tools' })
  await publishAll(line, 1, 5)
  await settled()
  expect(told()).toEqual([1, 2, 3, 4, 5])
})

test('more than a page at once, as after an outage, is heard whole', async () => {
  const line = feedOf()
  const { hear, told } = hearing()
  await line.feed.listen('acme', hear)
  const key = { tenantId: 'acme', name: 'changes' }
  for (let n = 1; n <= 350; n++) void line.log.append(key, JSON.stringify(resource(n)))
  await settled()
  expect(told()).toEqual(numbers(1, 350))
})

test('a listener that comes back hears all it missed, and what comes meanwhile, in order and once', async () => {
  const line = feedOf()
  const first = hearing()
  const { stop } = await line.feed.listen('acme', first.hear)
  await publishAll(line, 1, 1)
  await settled()
  stop()
  await publishAll(line, 2, 240)
  const { hear, told } = hearing()
  const listening = line.feed.listen('acme', hear, first.heard[0]?.entry)
  await publishAll(line, 241, 260)
  await listening
  await publishAll(line, 261, 262)
  await settled()
  expect(told()).toEqual(numbers(2, 262))
})

test('changes while the feed opens do not bring back old ones', async () => {
  const line = feedOf()
  await publishAll(line, 1, 250)
  const slow = gate()
  const { lastEntry } = line.log
  line.events.lastEntry = async (key) => {
    const entry = await lastEntry(key)
    await slow.passed
    return entry
  }
  const { hear, told } = hearing()
  const listening = line.feed.listen('acme', hear)
  await settled()
  await publishAll(line, 251, 252)
  await settled()
  slow.open()
  await listening
  const late = hearing()
  await line.feed.listen('acme', late.hear)
  await publishAll(line, 253, 253)
  await settled()
  for (const each of [told(), late.told()]) {
    expect(each.at(-1)).toBe(253)
    expect(each).toEqual(numbers(Number(each[0]), 253))
    expect(each[0]).toBeGreaterThan(250)
  }
})

test('a tenant has one follower however many listen, and none when all have left', async () => {
  const line = feedOf()
  const listeners = await Promise.all(numbers(1, 5).map(() => line.feed.listen('acme', () => undefined)))
  expect(line.followers()).toBe(1)
  for (const { stop } of listeners) stop()
  await settled()
  expect(line.followers()).toBe(0)
})

test('one that leaves twice does not end the feed of those who came after', async () => {
  const line = feedOf()
  const { stop } = await line.feed.listen('acme', () => undefined)
  stop()
  const { hear, told } = hearing()
  await line.feed.listen('acme', hear)
  stop()
  await line.feed.listen('acme', () => undefined)
  await publishAll(line, 1, 1)
  await settled()
  expect([told(), line.followers()]).toEqual([[1], 1])
})

test('one that joins while the last one leaves hears all the same', async () => {
  const line = feedOf()
  const { stop } = await line.feed.listen('acme', () => undefined)
  const { hear, told } = hearing()
  const joining = line.feed.listen('acme', hear)
  stop()
  await joining
  await publishAll(line, 1, 2)
  await settled()
  expect(told()).toEqual([1, 2])
})

test.for(['follow', 'lastEntry'] as const)(
  'where %s fails nobody listens, and the next one tries again',
  async (method) => {
    const line = feedOf()
    const works = line.events[method]
    Object.assign(line.events, { [method]: () => Promise.reject(new Error('away')) })
    await expect(line.feed.listen('acme', () => undefined)).rejects.toThrow('away')
    await settled()
    expect(line.followers()).toBe(0)
    Object.assign(line.events, { [method]: works })
    const { hear, told } = hearing()
    await line.feed.listen('acme', hear)
    await publishAll(line, 1, 1)
    await settled()
    expect(told()).toEqual([1])
  },
)

test('where the past cannot be read the listener leaves', async () => {
  const line = feedOf()
  line.events.readAfter = () => Promise.reject(new Error('away'))
  await expect(line.feed.listen('acme', () => undefined, '1-1')).rejects.toThrow('away')
  await settled()
  expect(line.followers()).toBe(0)
})

test('what was published while the log could not be read is heard with the next wake-up', async () => {
  const line = feedOf()
  const { hear, told } = hearing()
  await line.feed.listen('acme', hear)
  const { readAfter } = line.events
  const away = vi.fn(() => Promise.reject(new Error('away')))
  line.events.readAfter = away
  await publishAll(line, 1, 3)
  await settled()
  expect(away).toHaveBeenCalled()
  line.events.readAfter = readAfter
  await publishAll(line, 4, 4)
  await settled()
  expect(told()).toEqual([1, 2, 3, 4])
})
