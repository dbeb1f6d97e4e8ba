import { randomUUID } from 'node:crypto'
import type { SessionRecord, SessionStore } from '@gateway/domain'
import { expect, test } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** A session store under test whose sessions live for a second, with the clock that it goes by. */
export interface SessionStoreUnderTest extends AsyncDisposable {
  readonly sessions: SessionStore
  wait(seconds: number): Promise<void>
}

/** A session of its own tenant, with text in it that needs escaping. */
export const newSession = (tenantId = uniqueTenant()): SessionRecord => ({
  id: randomUUID(),
  tenantId,
  principalId: 'u_1',
  protocolVersion: '2025-11-25',
  clientName: 'a "client" – ☃\n',
  clientVersion: '1.0.0',
  clientCapabilities: '{"elicitation":{}}',
})

/** What every session store does. */
export const sessionStoreContract = (open: () => Promise<SessionStoreUnderTest>): void => {
  test('a session is found as it was created, and is unknown once removed', async () => {
    await using under = await open()
    const session = newSession()
    const { tenantId, id } = session
    expect(await under.sessions.find(tenantId, id)).toBeUndefined()
    await under.sessions.create(session)
    expect(await under.sessions.find(tenantId, id)).toEqual(session)
    expect(await under.sessions.remove(tenantId, id)).toBe(true)
    expect(await under.sessions.find(tenantId, id)).toBeUndefined()
    expect(await under.sessions.remove(tenantId, id)).toBe(false)
  })

  test("another tenant's session is unknown, and cannot be removed or replaced", async () => {
    await using under = await open()
    const ours = newSession()
    await under.sessions.create(ours)
    const theirs = uniqueTenant()
    expect(await under.sessions.find(theirs, ours.id)).toBeUndefined()
    expect(await under.sessions.remove(theirs, ours.id)).toBe(false)
    await under.sessions.create({ ...ours, tenantId: theirs, principalId: 'intruder' })
    expect(await under.sessions.find(ours.tenantId, ours.id)).toEqual(ours)
  })

  test('a session ends when it was idle for its life, and finding it renews that', async () => {
    await using under = await open()
    const session = newSession()
    const { tenantId, id } = session
    await under.sessions.create(session)
    for (let use = 0; use < 3; use++) {
      await under.wait(0.6)
      expect(await under.sessions.find(tenantId, id)).toEqual(session)
    }
    await under.wait(1.1)
    expect(await under.sessions.find(tenantId, id)).toBeUndefined()
    expect(await under.sessions.remove(tenantId, id)).toBe(false)
  })

  test('an id of another shape than ours is unknown and cannot be created', async () => {
    await using under = await open()
    const session = newSession()
    await under.sessions.create(session)
    const { tenantId, id } = session
    for (const odd of [
      '',
      'short',
      `${id}\n`,
      `${id}:x`,
      `sess:${id}`,
      '*'.repeat(16),
      'é'.repeat(16),
      'a'.repeat(129),
    ]) {
      expect(await under.sessions.find(tenantId, odd)).toBeUndefined()
      expect(await under.sessions.remove(tenantId, odd)).toBe(false)
      await expect(under.sessions.create({ ...session, id: odd })).rejects.toThrow(RangeError)
    }
  })
}
