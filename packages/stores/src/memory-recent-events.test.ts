import { expect, test } from 'vitest'
import { memoryRecentEvents } from './memory-recent-events.ts'
import { eventOf, recentEventsContract } from './recent-events.contract.ts'

const open = (maxTenants = 100) => ({
  recent: memoryRecentEvents({ maxEventsPerTenant: 5, maxTenants }),
  async [Symbol.asyncDispose]() {},
})

recentEventsContract(async () => open())

test('at its bound it forgets the tenant that was quiet longest', async () => {
  const { recent } = open(2)
  for (const tenantId of ['acme', 'globex', 'acme', 'initech']) await recent.add(eventOf(tenantId, 1))
  const counts = ['acme', 'globex', 'initech'].map(
    async (tenantId) => (await recent.newest({ tenantId, limit: 9 })).length,
  )
  expect(await Promise.all(counts)).toEqual([2, 0, 1])
})
