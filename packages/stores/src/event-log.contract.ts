import { expect, test, vi } from 'vitest'
import { eventLogBoundsContract } from './event-log-bounds.contract.ts'
import { called, type EventLogUnderTest, newLog, textsOf } from './testing/event-logs.ts'

/** What every event log does within `smallBounds`. */
export const eventLogContract = (open: () => Promise<EventLogUnderTest>): void => {
  test('events are read in order, after an entry and as many as asked for', async () => {
    await using under = await open()
    const key = newLog()
    const texts = ['a', 'b "☃"\n', '', 'd']
    const entries: string[] = []
    for (const text of texts) entries.push(await under.log.append(key, text))
    const all = texts.map((text, index) => ({ entry: entries[index], text }))
    expect(await under.log.readAfter(key, undefined, 10)).toEqual(all)
    expect(await under.log.readAfter(key, '0-0', 10)).toEqual(all)
    expect(await under.log.readAfter(key, entries[1], 1)).toEqual([all[2]])
    expect(await under.log.readAfter(key, entries[3], 10)).toEqual([])
    expect(await under.log.readAfter(key, undefined, 0)).toEqual([])
    expect(await under.log.lastEntry(key)).toBe(entries[3])
  })

  test('simultaneous events of one process keep their order, and no two have the same entry', async () => {
    await using under = await open()
    const key = newLog()
    const texts = ['1', '2', '3', '4', '5']
    const entries = await Promise.all(texts.map((text) => under.log.append(key, text)))
    expect(await under.log.readAfter(key, undefined, 10)).toEqual(
      texts.map((text, index) => ({ entry: entries[index], text })),
    )
    expect(new Set(entries).size).toBe(5)
    for (const entry of entries) expect(entry).toMatch(/^\d{13}-\d{1,16}$/)
  })

  test('entries are compared as numbers', async () => {
    await using under = await open()
    const key = newLog()
    const entry = await under.log.append(key, 'a')
    const [ms = '', sequence = ''] = entry.split('-')
    const read = async (after: string) => (await under.log.readAfter(key, after, 10)).length
    expect(await read('9-99')).toBe(1)
    expect(await read(`00${ms}-00${sequence}`)).toBe(0)
    expect(await read(`${ms}-9999999999999999`)).toBe(0)
    expect(await read('9999999999999999-0')).toBe(0)
  })

  test('an empty log has no events, and its last entry comes before all', async () => {
    await using under = await open()
    const key = newLog()
    expect(await under.log.lastEntry(key)).toBe('0-0')
    expect(await under.log.readAfter(key, undefined, 10)).toEqual([])
    await under.log.remove(key)
  })

  test('an entry of another shape is a RangeError', async () => {
    await using under = await open()
    const key = newLog()
    await under.log.append(key, 'a')
    for (const odd of [
      '',
      '-',
      '+',
      '1',
      '1-',
      '(1-1',
      '1-1\n',
      '1-1-1',
      '12345678901234567-1',
      '1-*',
      'é-1',
    ]) {
      await expect(under.log.readAfter(key, odd, 10)).rejects.toThrow(RangeError)
    }
  })

  test('a name of another shape is unknown, and cannot be written', async () => {
    await using under = await open()
    const key = newLog()
    await under.log.append(key, 'a')
    for (const name of ['', `${key.name}\n`, `${key.name}/bytes`, '*', 'a b', 'é', '{x}', 'a'.repeat(257)]) {
      const odd = { ...key, name }
      await expect(under.log.append(odd, 'a')).rejects.toThrow(RangeError)
      expect(await under.log.readAfter(odd, undefined, 10)).toEqual([])
      expect(await under.log.lastEntry(odd)).toBe('0-0')
      await under.log.remove(odd)
      const stop = await under.log.follow(odd, () => {})
      stop()
    }
    expect(await textsOf(under.log, key)).toEqual(['a'])
  })

  test("another tenant's log of the same name is another log", async () => {
    await using under = await open()
    const [ours, theirs] = [newLog(), newLog()]
    const [wake, foreign] = [vi.fn(), vi.fn()]
    await under.log.follow(ours, wake)
    await under.log.follow(theirs, foreign)
    const entry = await under.log.append(ours, 'ours')
    await called(wake)
    expect(await textsOf(under.log, theirs)).toEqual([])
    expect(await under.log.lastEntry(theirs)).toBe('0-0')
    await under.log.remove(theirs)
    expect(await under.log.lastEntry(ours)).toBe(entry)
    // Whatever woke ours had its chance to wake them as well.
    expect(foreign).not.toHaveBeenCalled()
  })

  eventLogBoundsContract(open)

  test('every follower of a log is woken, one that throws too, and none that stopped', async () => {
    await using under = await open()
    const key = newLog()
    const [wake, stopped] = [vi.fn(), vi.fn()]
    const failing = vi.fn(() => {
      throw new Error('on purpose')
    })
    const stops = [
      await under.log.follow(key, failing),
      await under.log.follow(key, wake),
      await under.log.follow(key, wake),
    ]
    const stop = await under.log.follow(key, stopped)
    stop()
    stop()
    await under.log.append(key, 'a')
    await called(wake, 2)
    expect(failing).toHaveBeenCalled()
    expect(under.onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'on purpose' }))
    for (const each of stops.slice(1)) each()
    await under.log.append(key, 'b')
    await called(failing, 2)
    expect(wake).toHaveBeenCalledTimes(2)
    expect(stopped).not.toHaveBeenCalled()
  })

  test('a follower that is woken finds the event', async () => {
    await using under = await open()
    const key = newLog()
    const found = Promise.withResolvers<string[]>()
    await under.log.follow(key, () => textsOf(under.log, key).then(found.resolve, found.reject))
    await under.log.append(key, 'a')
    expect(await found.promise).toEqual(['a'])
  })
}
