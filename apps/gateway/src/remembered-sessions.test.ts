import type { SessionRecord, SessionStore } from '@gateway/domain'
import { memorySessionStore } from '@gateway/stores'
import { expect, test } from 'vitest'
import { rememberedSessions } from './remembered-sessions.ts'

const sessionOf = (tenantId: string, id = '0123456789abcdef_1'): SessionRecord => ({
  id,
  tenantId,
  principalId: 'ann',
  protocolVersion: '2025-11-25',
  clientName: 'editor',
  clientVersion: '1',
  clientCapabilities: '{}',
})

const open = (maxSessions?: number) => {
  const clock = { now: 1_800_000_000_000 }
  const state = { away: false }
  const now = () => clock.now
  const inner = memorySessionStore({ now, ttlSeconds: 3600, maxSessionsPerTenant: 100 })
  const guarded = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    if (state.away) throw new Error('away')
    return ask()
  }
  const store: SessionStore = {
    create: (session) => guarded(() => inner.create(session)),
    find: (tenantId, id) => guarded(() => inner.find(tenantId, id)),
    update: (tenantId, id, change) => guarded(() => inner.update(tenantId, id, change)),
    remove: (tenantId, id) => guarded(() => inner.remove(tenantId, id)),
  }
  const sessions = rememberedSessions(store, { now, ...(maxSessions !== undefined && { maxSessions }) })
  return { sessions, inner, state, clock }
}

test('a session that was found is found for a minute more while its store is away, and is no other by then', async () => {
  const { sessions, state, clock } = open()
  const ours = sessionOf('acme')
  await sessions.create(ours)
  await sessions.find('acme', '0123456789abcdef_1')
  const changed = await sessions.update('acme', '0123456789abcdef_1', (each) => ({
    ...each,
    logLevel: 'debug',
  }))
  state.away = true
  clock.now += 60_000
  expect(await sessions.find('acme', '0123456789abcdef_1')).toEqual(changed)
  // What was found of memory is not found again of that.
  clock.now += 1
  await expect(sessions.find('acme', '0123456789abcdef_1')).rejects.toThrow('away')
})

test('while the store is away none is opened, changed or ended, and of another tenant or id nothing is known', async () => {
  const { sessions, state } = open()
  await sessions.create(sessionOf('acme'))
  await sessions.create(sessionOf('globex', '0123456789abcdef_2'))
  await sessions.find('acme', '0123456789abcdef_1')
  state.away = true
  for (const [tenantId, id] of [
    ['globex', '0123456789abcdef_1'],
    ['globex', '0123456789abcdef_2'],
    ['acme', '0123456789abcdef_2'],
  ] as const) {
    await expect(sessions.find(tenantId, id)).rejects.toThrow('away')
  }
  await expect(sessions.create(sessionOf('acme', '0123456789abcdef_3'))).rejects.toThrow('away')
  await expect(sessions.update('acme', '0123456789abcdef_1', (each) => each)).rejects.toThrow('away')
  await expect(sessions.remove('acme', '0123456789abcdef_1')).rejects.toThrow('away')
})

test('a session that is gone, or was ended here, is not remembered', async () => {
  const { sessions, inner, state } = open()
  for (const id of ['session-that-is-gone', 'session-that-is-ended']) {
    await sessions.create(sessionOf('acme', id))
    await sessions.find('acme', id)
  }
  await inner.remove('acme', 'session-that-is-gone')
  expect(await sessions.find('acme', 'session-that-is-gone')).toBeUndefined()
  await sessions.remove('acme', 'session-that-is-ended')
  state.away = true
  await expect(sessions.find('acme', 'session-that-is-gone')).rejects.toThrow('away')
  await expect(sessions.find('acme', 'session-that-is-ended')).rejects.toThrow('away')
})

test('those found longest ago make room', async () => {
  const { sessions, state } = open(2)
  for (const id of ['session-number-a', 'session-number-b', 'session-number-c'])
    await sessions.create(sessionOf('acme', id))
  for (const id of ['session-number-a', 'session-number-b', 'session-number-a', 'session-number-c'])
    await sessions.find('acme', id)
  state.away = true
  expect((await sessions.find('acme', 'session-number-a'))?.id).toBe('session-number-a')
  expect((await sessions.find('acme', 'session-number-c'))?.id).toBe('session-number-c')
  await expect(sessions.find('acme', 'session-number-b')).rejects.toThrow('away')
})
