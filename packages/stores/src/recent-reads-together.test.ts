import type { AuditEvent, RecentEventStore } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { eventOf } from './recent-events.contract.ts'
import { type RecentReadsOptions, recentReadsTogether } from './recent-reads-together.ts'

/** A store whose reads end when the test says so, in the order in which they began. */
const open = (options: RecentReadsOptions = {}) => {
  const asked: string[] = []
  const ends: ((thrown?: Error) => void)[] = []
  const store: RecentEventStore = {
    add: async () => undefined,
    newest: ({ tenantId, principalId = 'all' }) =>
      new Promise<readonly AuditEvent[]>((resolve, reject) => {
        asked.push(`${tenantId} ${principalId}`)
        ends.push((thrown) => (thrown ? reject(thrown) : resolve([eventOf(tenantId, 1, principalId)])))
      }),
  }
  const recent = recentReadsTogether(store, options)
  const read = (tenantId: string, principalId: string) => recent.newest({ tenantId, principalId, limit: 9 })
  const endNext = async (thrown?: Error) => {
    ends.shift()?.(thrown)
    await new Promise(setImmediate)
  }
  return { asked, recent, read, endNext }
}

test('who asks at once, and within a second, has one answer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const { asked, read, endNext } = open()
    const reads = Array.from({ length: 30 }, () => read('acme', 'ann'))
    await endNext()
    const answers = [...(await Promise.all(reads)), await read('acme', 'ann')]
    expect(answers).toEqual(Array(31).fill([eventOf('acme', 1, 'ann')]))
    expect(asked).toEqual(['acme ann'])
    vi.advanceTimersByTime(1_000)
    void read('acme', 'ann')
    expect(asked).toHaveLength(2)
  } finally {
    vi.useRealTimers()
  }
})

test('nobody has the answer of another tenant, another user, or all of a tenant', async () => {
  const { asked, recent, read, endNext } = open({ maxPerTenant: 9 })
  const reads = [
    read('acme', 'ann'),
    read('globex', 'ann'),
    read('acme', 'bob'),
    read('acme', ''),
    recent.newest({ tenantId: 'acme', limit: 9 }),
    read('acme', 'null'),
  ]
  expect(asked).toEqual(['acme ann', 'globex ann', 'acme bob', 'acme ', 'acme all', 'acme null'])
  for (const _ of reads) await endNext()
  const seen = (await Promise.all(reads)).map(([event]) => `${event?.tenant_id} ${event?.user?.id}`)
  expect(seen).toEqual(asked)
})

test('a tenant reads little at once, one that is one too many is refused, and others do not wait for it', async () => {
  const { asked, read, endNext } = open({ maxPerTenant: 2, maxWaiting: 1 })
  const [a, b, c] = ['a', 'b', 'c'].map((user) => read('acme', user))
  await expect(read('acme', 'd')).rejects.toMatchObject({ code: 'rate_limited' })
  const other = read('globex', 'gus')
  expect(asked).toEqual(['acme a', 'acme b', 'globex gus'])
  await endNext(new Error('away'))
  await expect(a).rejects.toThrow('away')
  expect(asked.at(-1)).toBe('acme c')
  for (let n = 0; n < 3; n++) await endNext()
  expect(await Promise.all([b, c, other])).toHaveLength(3)
  // All turns are given back.
  for (const user of ['e', 'f']) void read('acme', user)
  expect(asked.slice(-2)).toEqual(['acme e', 'acme f'])
})

test('a failure is not remembered, and of answers no more than a few', async () => {
  const { asked, read, endNext } = open({ maxRemembered: 2, maxPerTenant: 9 })
  const failed = read('acme', 'ann')
  await endNext(new Error('away'))
  await expect(failed).rejects.toThrow('away')
  const reads = ['ann', 'bob', 'cleo'].map((user) => read('acme', user))
  for (const _ of reads) await endNext()
  await Promise.all(reads)
  void read('acme', 'cleo')
  void read('acme', 'ann')
  expect(asked).toEqual(['acme ann', 'acme ann', 'acme bob', 'acme cleo', 'acme ann'])
})
