import { expect, test } from 'vitest'
import { type EventLogUnderTest, newLog, textsOf } from './testing/event-logs.ts'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** What every event log forgets within `smallBounds`, and what it keeps. */
export const eventLogBoundsContract = (open: () => Promise<EventLogUnderTest>): void => {
  test('a log forgets its oldest events over its number', async () => {
    await using under = await open()
    const key = newLog()
    for (let event = 1; event <= 12; event++) await under.log.append(key, `${event}`)
    expect(await textsOf(under.log, key)).toEqual(['8', '9', '10', '11', '12'])
  })

  test('a log forgets its oldest events over its bytes, which are those of UTF-8', async () => {
    await using under = await open()
    const key = newLog()
    const snow = '☃'.repeat(16)
    for (const text of ['a', snow, 'b', snow]) await under.log.append(key, text)
    expect(await textsOf(under.log, key)).toEqual(['a', snow, 'b', snow])
    await under.log.append(key, 'ccc')
    expect(await textsOf(under.log, key)).toEqual([snow, 'b', snow, 'ccc'])
    await under.log.append(key, 'd'.repeat(100))
    expect(await textsOf(under.log, key)).toEqual(['d'.repeat(100)])
    await expect(under.log.append(key, 'e'.repeat(101))).rejects.toThrow(RangeError)
    await under.log.append(key, 'f')
    expect(await textsOf(under.log, key)).toEqual(['f'])
  })

  test('a log lives until nothing was added for its life', async () => {
    await using under = await open()
    const key = newLog()
    const first = await under.log.append(key, 'a')
    await under.wait(0.6)
    await under.log.append(key, 'b')
    await under.wait(0.6)
    expect(await textsOf(under.log, key)).toEqual(['a', 'b'])
    await under.wait(0.6)
    expect(await textsOf(under.log, key)).toEqual([])
    expect(await under.log.lastEntry(key)).toBe('0-0')
    const again = await under.log.append(key, 'c'.repeat(100))
    expect(await under.log.readAfter(key, first, 10)).toEqual([{ entry: again, text: 'c'.repeat(100) }])
  })

  test("a tenant's logs over their number end with the oldest, and never one of another tenant", async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const foreign = newLog()
    await under.log.append(foreign, 'theirs')
    const key = (name: string) => newLog(tenant, name)
    for (const name of ['z', 'y', 'x', 'z', 'w']) await under.log.append(key(name), name)
    const left = await Promise.all(['z', 'y', 'x', 'w'].map((name) => textsOf(under.log, key(name))))
    expect(left).toEqual([['z', 'z'], [], ['x'], ['w']])
    expect(await textsOf(under.log, foreign)).toEqual(['theirs'])
  })

  test('a log that was removed is gone and makes room', async () => {
    await using under = await open()
    const tenant = uniqueTenant()
    const key = (name: string) => newLog(tenant, name)
    for (const name of ['a', 'b', 'c']) await under.log.append(key(name), name)
    await under.log.remove(key('b'))
    expect(await textsOf(under.log, key('b'))).toEqual([])
    await under.log.append(key('d'), 'd')
    expect(await textsOf(under.log, key('a'))).toEqual(['a'])
    await under.log.append(key('b'), 'x'.repeat(100))
    expect(await textsOf(under.log, key('b'))).toEqual(['x'.repeat(100)])
  })
}
