import { expect, test } from 'vitest'
import { memorySessionStore } from './memory-session-store.ts'
import { newSession, sessionStoreContract } from './session-store.contract.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (maxSessions = 1000) => {
  const clock = fakeClock()
  const sessions = memorySessionStore({ now: clock.now, ttlSeconds: 1, maxSessions })
  return { sessions, ...clock, async [Symbol.asyncDispose]() {} }
}

sessionStoreContract(async () => open())

test('at the bound a new session ends the one that was idle longest', async () => {
  const { sessions } = open(2)
  const [used, idle, fresh] = [newSession(), newSession(), newSession()]
  await sessions.create(used)
  await sessions.create(idle)
  await sessions.find(used.tenantId, used.id)
  await sessions.create(fresh)
  expect(await sessions.find(used.tenantId, used.id)).toEqual(used)
  expect(await sessions.find(idle.tenantId, idle.id)).toBeUndefined()
  expect(await sessions.find(fresh.tenantId, fresh.id)).toEqual(fresh)
})
