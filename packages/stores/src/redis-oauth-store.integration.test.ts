import { expect, inject, test } from 'vitest'
import { oauthStoreContract } from './oauth-store.contract.ts'
import { openRedis } from './open-redis.ts'
import { redisOAuthStore } from './redis-oauth-store.ts'
import { realClock } from './testing/real-clock.ts'

/** Signing keys are one value for all, so they get a database of their own, which no other test file has. */
const database = 8

const open = async () => {
  const url = new URL(inject('redisUrl'))
  url.pathname = `/${database}`
  const redis = await openRedis(url.href, { onError() {} })
  return { ...redis, store: redisOAuthStore(redis), wait: realClock.wait, time: Date.now }
}

const openEmpty = async () => {
  const under = await open()
  await under.client.flushdb()
  return under
}

oauthStoreContract(openEmpty)

test('what one replica writes, another finds, consumes and revokes', async () => {
  await using one = await openEmpty()
  await using other = await open()
  const bounds = { ttlSeconds: 60, grantId: 'grant' }
  await one.store.upsert('AuthorizationCode', 'code', 'a', bounds)
  await one.store.upsert('RefreshToken', 'token', 'b', bounds)
  const consumed = await Promise.all(
    [one, other].map(({ store }) => store.consume('AuthorizationCode', 'code')),
  )
  expect(consumed.sort()).toEqual([false, true])
  await other.store.revokeByGrantId('grant')
  expect(await one.store.find('RefreshToken', 'token')).toBeUndefined()
  expect(await one.store.find('AuthorizationCode', 'code')).toBeUndefined()
})

test('no key and no field has an id in it, each key has one tag, and all but the signing keys expire', async () => {
  await using under = await openEmpty()
  const { client, store } = under
  await store.upsert('Session', 'secret-id', 'value', {
    ttlSeconds: 60,
    uid: 'secret-uid',
    grantId: 'secret-grant',
  })
  await store.count('Failures', 'secret-count', 60)
  await store.claim('Jti', 'secret-claim', 60)
  await store.replaceKeys(undefined, 'sealed')
  const keys = await client.keys('*')
  expect(keys).toHaveLength(6)
  for (const key of keys) {
    expect(key).toMatch(/^\{oauth:[\w-]+\}(:(entry|uid|grant|count|claim)(:\w+)?)?$/)
    expect(key).not.toContain('secret')
    const life = await client.pttl(key)
    if (key === '{oauth:signing-keys}') expect(life).toBe(-1)
    else expect(life).toBeGreaterThan(59_000)
    const text = key.includes(':entry:') ? JSON.stringify(await client.hgetall(key)) : await client.get(key)
    expect(text).not.toContain('secret')
  }
})

test('a grant whose mark was lost ends what it had, and nothing brings it back', async () => {
  await using under = await openEmpty()
  const { client, store } = under
  await store.upsert('RefreshToken', 'old', 'a', { ttlSeconds: 60, grantId: 'grant' })
  const [mark = ''] = await client.keys('*:grant')
  await client.del(mark)
  await store.upsert('RefreshToken', 'new', 'b', { ttlSeconds: 60, grantId: 'grant' })
  expect(await store.find('RefreshToken', 'old')).toBeUndefined()
  expect(await store.find('RefreshToken', 'new')).toEqual({ value: 'b' })
})
