import { expect, test } from 'vitest'
import { memoryRecentEvents } from './memory-recent-events.ts'
import { eventOf, recentEventsContract } from './recent-events.contract.ts'

const open = ({ maxTenants = 100, maxBytes = 1_000_000 } = {}) => ({
  recent: memoryRecentEvents({ maxEventsPerTenant: 5, maxEventBytes: 2_048, maxTenants, maxBytes }),
  async [Symbol.asyncDispose]() {},
})

recentEventsContract(async () => open())

test('at its bound it forgets the tenant that was quiet longest', async () => {
  const { recent } = open({ maxTenants: 2 })
  for (const tenantId of ['acme', 'globex', 'acme', 'initech']) await recent.add(eventOf(tenantId, 1))
  const counts = ['acme', 'globex', 'initech'].map(
    async (tenantId) => (await recent.newest({ tenantId, limit: 9 })).length,
  )
  expect(await Promise.all(counts)).toEqual([2, 0, 1])
})

test('at its bound in bytes the tenant that has most loses its oldest, and the others nothing', async () => {
  const { recent } = open({ maxBytes: 4 * JSON.stringify(eventOf('acme', 1)).length + 10 })
  await recent.add(eventOf('globex', 1))
  for (const n of [1, 2, 3, 4]) await recent.add(eventOf('acme', n))
  const seen = async (tenantId: string) =>
    (await recent.newest({ tenantId, limit: 9 })).map(({ ts }) => Date.parse(ts) % 10)
  expect(await seen('acme')).toEqual([4, 3])
  expect(await seen('globex')).toEqual([1])
})

test('what was forgotten counts no more', async () => {
  const { recent } = open({ maxTenants: 1, maxBytes: 4 * JSON.stringify(eventOf('acme', 1)).length + 10 })
  for (let n = 0; n < 50; n++) {
    const tenantId = `t${n % 10}`
    await recent.add(eventOf(tenantId, n))
    await recent.add(eventOf(tenantId, n))
    await recent.add(eventOf(tenantId, n))
    expect(await recent.newest({ tenantId, limit: 9 })).toHaveLength(3)
  }
})
