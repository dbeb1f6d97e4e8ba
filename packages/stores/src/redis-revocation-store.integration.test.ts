import { expect, inject, test } from 'vitest'
import { openRedis } from './open-redis.ts'
import { redisRevocationStore } from './redis-revocation-store.ts'
import { newSubject, nothingRevoked, revocationStoreContract } from './revocation-store.contract.ts'
import { realClock } from './testing/real-clock.ts'

/** Its tests flush Redis, so they have a database of their own, which no other test file has. */
const database = 9

const open = async () => {
  const url = new URL(inject('redisUrl'))
  url.pathname = `/${database}`
  const redis = await openRedis(url.href, { onError() {} })
  return { ...redis, revocations: redisRevocationStore(redis), wait: realClock.wait, time: Date.now }
}

revocationStoreContract(open)

const second = (): number => Math.floor(Date.now() / 1000)

test('what one replica revokes, another refuses, and one that comes later, too', async () => {
  await using one = await open()
  await using other = await open()
  const subject = newSubject()
  const { tenantId, tokenId } = subject
  expect(await other.revocations.read(subject)).toEqual(nothingRevoked)
  await one.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: 60 })
  expect(await other.revocations.read(subject)).toEqual({ denied: true, notBefore: 0 })
  await using later = await open()
  expect(await later.revocations.read(subject)).toEqual({ denied: true, notBefore: 0 })
})

test('F10: where revocations were flushed, everything issued before is refused, by all replicas', async () => {
  await using one = await open()
  await using other = await open()
  const subject = newSubject()
  const { tenantId, tokenId } = subject
  await one.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: 60 })
  await other.revocations.read(subject)
  await one.client.flushdb()
  const before = second()
  const states = await Promise.all([one, other, one].map(({ revocations }) => revocations.read(subject)))
  const [state] = states
  expect(state?.denied).toBe(false)
  expect(state?.notBefore).toBeGreaterThanOrEqual(before + 1)
  expect(state?.notBefore).toBeLessThanOrEqual(second() + 1)
  expect(states).toEqual([state, state, state])
  await using later = await open()
  await later.wait(1)
  expect(await later.revocations.read(subject)).toEqual(state)
  expect(await one.revocations.read(subject)).toEqual(state)
  expect(await one.revocations.read(newSubject())).toEqual(nothingRevoked)
})

test('F10: a replica that never saw the tenant does not hide the loss from one that did', async () => {
  await using one = await open()
  const subject = newSubject()
  await one.revocations.read(subject)
  await one.client.flushdb()
  await using fresh = await open()
  expect(await fresh.revocations.read(subject)).toEqual(nothingRevoked)
  const before = second()
  const state = await one.revocations.read(subject)
  expect(state.notBefore).toBeGreaterThanOrEqual(before + 1)
  expect(await fresh.revocations.read(subject)).toEqual(state)
})

test('F10: a revocation notices a loss as a reading does, and a second loss is another one', async () => {
  await using one = await open()
  const subject = newSubject()
  const { tenantId, userId } = subject
  await one.revocations.read(subject)
  await one.client.flushdb()
  const before = second()
  await one.revocations.revoke({ tenantId, kind: 'token', id: 'another', ttlSeconds: 60 })
  const first = await one.revocations.read(subject)
  expect(first.notBefore).toBeGreaterThanOrEqual(before + 1)
  await one.wait(1.1)
  await one.revocations.revoke({ tenantId, kind: 'user', id: userId })
  expect((await one.revocations.read(subject)).notBefore).toBeGreaterThan(first.notBefore)
  await one.client.flushdb()
  await one.wait(1.1)
  const again = await one.revocations.read(subject)
  expect(again.notBefore).toBeGreaterThan(first.notBefore + 1)
})

test('every key is of the tenant and expires, but the one that tells of a loss', async () => {
  await using under = await open()
  const subject = newSubject()
  const { tenantId, userId, clientId, tokenId, grantId } = subject
  await under.revocations.revoke({ tenantId, kind: 'token', id: tokenId, ttlSeconds: 60 })
  await under.revocations.revoke({ tenantId, kind: 'grant', id: grantId, ttlSeconds: 60 })
  await under.revocations.revoke({ tenantId, kind: 'user', id: userId })
  await under.revocations.revoke({ tenantId, kind: 'client', id: clientId })
  await under.revocations.revoke({ tenantId, kind: 'tenant' })
  const keys = await under.client.keys(`{${tenantId}}:*`)
  expect(keys).toHaveLength(6)
  for (const key of keys) {
    const life = await under.client.ttl(key)
    if (key.includes(':deny:')) expect(life).toBeLessThanOrEqual(60)
    else if (key.includes(':epoch:')) expect(life).toBeGreaterThan(30 * 86_400)
    else expect([key, life]).toEqual([`{${tenantId}}:revocations`, -1])
  }
})

test('a store that cannot be reached rejects', async () => {
  const under = await open()
  await under.close()
  await expect(under.revocations.read(newSubject())).rejects.toThrow()
  await expect(under.revocations.revoke({ tenantId: 'a', kind: 'tenant' })).rejects.toThrow()
})
