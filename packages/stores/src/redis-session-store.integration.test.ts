import { tenantKey } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { redisSessionStore } from './redis-session-store.ts'
import { newSession, sessionStoreContract } from './session-store.contract.ts'
import { realClock } from './testing/real-clock.ts'
import { openTestRedis } from './testing/redis.ts'

const open = async () => {
  const redis = await openTestRedis()
  return { ...redis, sessions: redisSessionStore(redis, { ttlSeconds: 1 }), ...realClock }
}

sessionStoreContract(open)

test('a session of one replica is a session of all', async () => {
  await using one = await open()
  await using other = await open()
  const session = newSession()
  await one.sessions.create(session)
  expect(await other.sessions.find(session.tenantId, session.id)).toEqual(session)
  expect(await other.sessions.remove(session.tenantId, session.id)).toBe(true)
  expect(await one.sessions.find(session.tenantId, session.id)).toBeUndefined()
})

test('a session is one key under its tenant, which expires', async () => {
  await using under = await open()
  const { tenantId, ...session } = newSession()
  await under.sessions.create({ tenantId, ...session })
  expect(await under.client.keys(`{${tenantId}}*`)).toEqual([`{${tenantId}}:sess:${session.id}`])
  const life = await under.client.pttl(tenantKey(tenantId, 'sess', session.id))
  expect(life).toBeGreaterThan(0)
  expect(life).toBeLessThanOrEqual(1000)
})

test('a corrupt record is no session', async () => {
  await using under = await open()
  const { tenantId, id, ...stored } = newSession()
  const { clientName, ...incomplete } = stored
  const odd = [{ clientName: 7 }, { logLevel: 'loud' }, { subscriptions: 'aws://a' }, { subscriptions: [7] }]
  const records = odd.map((fields) => ({ ...stored, ...fields }))
  for (const corrupt of ['', '{', 'null', '"text"', '[]', '{}', ...records, incomplete]) {
    const text = typeof corrupt === 'string' ? corrupt : JSON.stringify(corrupt)
    await under.client.set(tenantKey(tenantId, 'sess', id), text, 'EX', 60)
    expect(await under.sessions.find(tenantId, id)).toBeUndefined()
    expect(await under.sessions.update(tenantId, id, (found) => found)).toBeUndefined()
  }
})

test('a record cannot claim another tenant, another id or further fields', async () => {
  await using under = await open()
  const { tenantId, id, ...stored } = newSession()
  const claim = { ...stored, tenantId: 'another', id: 'another', admin: true }
  await under.client.set(tenantKey(tenantId, 'sess', id), JSON.stringify(claim), 'EX', 60)
  expect(await under.sessions.find(tenantId, id)).toEqual({ tenantId, id, ...stored })
})

test('changes made on two replicas at once are both kept', async () => {
  await using one = await open()
  await using other = await open()
  const session = newSession()
  const { tenantId, id } = session
  await one.sessions.create(session)
  for (let round = 0; round < 10; round++) {
    const uri = `aws://${round}`
    await Promise.all([
      one.sessions.update(tenantId, id, (found) => ({ ...found, subscriptions: [uri] })),
      other.sessions.update(tenantId, id, (found) => ({ ...found, clientVersion: uri })),
    ])
    expect(await one.sessions.find(tenantId, id)).toEqual({
      ...session,
      subscriptions: [uri],
      clientVersion: uri,
    })
  }
})

test('finding a session is one command', async () => {
  await using under = await open()
  const session = newSession()
  await under.sessions.create(session)
  const sent = vi.spyOn(under.client, 'sendCommand')
  await under.sessions.find(session.tenantId, session.id)
  expect(sent.mock.calls.map(([{ name }]) => name)).toEqual(['getex'])
})
