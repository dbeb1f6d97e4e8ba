import { expect, test } from 'vitest'
import { memorySessionStore } from './memory-session-store.ts'
import { newSession, sessionStoreContract } from './session-store.contract.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (maxSessionsPerTenant = 1000) => {
  const clock = fakeClock()
  const sessions = memorySessionStore({ now: clock.now, ttlSeconds: 1, maxSessionsPerTenant })
  return { sessions, ...clock, async [Symbol.asyncDispose]() {} }
}

sessionStoreContract(async () => open())

test('at its bound a tenant ends its own session that was idle longest, and never one of another', async () => {
  const { sessions } = open(2)
  const [used, idle, fresh] = [newSession('acme'), newSession('acme'), newSession('acme')]
  const foreign = newSession('globex')
  await sessions.create(foreign)
  await sessions.create(used)
  await sessions.create(idle)
  await sessions.find(used.tenantId, used.id)
  await sessions.create(fresh)
  expect(await sessions.find(used.tenantId, used.id)).toEqual(used)
  expect(await sessions.find(idle.tenantId, idle.id)).toBeUndefined()
  expect(await sessions.find(fresh.tenantId, fresh.id)).toEqual(fresh)
  expect(await sessions.find(foreign.tenantId, foreign.id)).toEqual(foreign)
})
