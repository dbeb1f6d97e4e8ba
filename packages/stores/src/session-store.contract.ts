import { randomUUID } from 'node:crypto'
import type { SessionRecord, SessionStore } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
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

  test('a change is found afterwards, and no field gets lost on the way', async () => {
    await using under = await open()
    const session = newSession()
    const { tenantId, id } = session
    await under.sessions.create(session)
    const levelled = await under.sessions.update(tenantId, id, (found) => ({ ...found, logLevel: 'warning' }))
    expect(levelled).toEqual({ ...session, logLevel: 'warning' })
    const subscriptions = ['aws://a', 'aws://"b"']
    const subscribed = await under.sessions.update(tenantId, id, (found) => ({ ...found, subscriptions }))
    expect(subscribed).toEqual({ ...session, logLevel: 'warning', subscriptions })
    expect(await under.sessions.find(tenantId, id)).toEqual(subscribed)
  })

  test('of simultaneous changes none is lost', async () => {
    await using under = await open()
    const session = newSession()
    const { tenantId, id } = session
    await under.sessions.create(session)
    const uris = Array.from({ length: 12 }, (_, index) => `aws://${index}`)
    await Promise.all(
      uris.map((uri) =>
        under.sessions.update(tenantId, id, ({ subscriptions = [], ...rest }) => ({
          ...rest,
          subscriptions: [...subscriptions, uri],
        })),
      ),
    )
    const found = await under.sessions.find(tenantId, id)
    expect(found?.subscriptions?.toSorted()).toEqual(uris.toSorted())
  })

  test('a change renews the life of a session, and cannot bring back one that ended', async () => {
    await using under = await open()
    const session = newSession()
    const { tenantId, id } = session
    const same = vi.fn((found: SessionRecord) => found)
    expect(await under.sessions.update(tenantId, id, same)).toBeUndefined()
    await under.sessions.create(session)
    for (let use = 0; use < 2; use++) {
      await under.wait(0.6)
      expect(await under.sessions.update(tenantId, id, same)).toEqual(session)
    }
    await under.wait(1.1)
    expect(await under.sessions.update(tenantId, id, same)).toBeUndefined()
    expect(await under.sessions.update(tenantId, `${id}\n`, same)).toBeUndefined()
    expect(same).toHaveBeenCalledTimes(2)
    expect(await under.sessions.find(tenantId, id)).toBeUndefined()
  })

  test("a change reaches no other tenant's session, and cannot move one there", async () => {
    await using under = await open()
    const ours = newSession()
    const theirs = uniqueTenant()
    const intrude = (found: SessionRecord) => ({ ...found, principalId: 'intruder' })
    await under.sessions.create(ours)
    expect(await under.sessions.update(theirs, ours.id, intrude)).toBeUndefined()
    expect(await under.sessions.find(ours.tenantId, ours.id)).toEqual(ours)
    const id = randomUUID()
    const moved = await under.sessions.update(ours.tenantId, ours.id, () => ({
      ...ours,
      tenantId: theirs,
      id,
    }))
    expect(moved).toEqual(ours)
    expect(await under.sessions.find(theirs, id)).toBeUndefined()
    expect(await under.sessions.find(theirs, ours.id)).toBeUndefined()
  })

  test('a change that throws changes nothing', async () => {
    await using under = await open()
    const session = newSession()
    const { tenantId, id } = session
    await under.sessions.create(session)
    const failing = () => {
      throw new Error('on purpose')
    }
    await expect(under.sessions.update(tenantId, id, failing)).rejects.toThrow('on purpose')
    expect(await under.sessions.find(tenantId, id)).toEqual(session)
  })
}
