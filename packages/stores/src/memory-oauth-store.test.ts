import { expect, test } from 'vitest'
import { memoryOAuthStore } from './memory-oauth-store.ts'
import { oauthStoreContract } from './oauth-store.contract.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = (maxEntries?: number) => {
  const clock = fakeClock()
  const store = memoryOAuthStore({ now: clock.now, ...(maxEntries !== undefined && { maxEntries }) })
  return { store, wait: clock.wait, time: clock.now, async [Symbol.asyncDispose]() {} }
}

oauthStoreContract(async () => open())

const long = { ttlSeconds: 60 }

test('strangers push out what strangers made, the oldest interactions first, and never what somebody signed in for', async () => {
  const { store } = open(10)
  await store.replaceKeys(undefined, 'keys')
  await store.upsert('RefreshToken', 'token', 'a', long)
  await store.claim('Jti', 'jti', 60)
  await store.count('Failures', 'code', 60)
  await store.upsert('Client', 'client', 'a', long)
  await store.upsert('Session', 'session', 'a', { ...long, uid: 'uid' })
  for (let n = 0; n < 50; n++) await store.upsert('Interaction', `${n}`, 'a', long)
  const interactions = await Promise.all(
    Array.from({ length: 50 }, (_, n) => store.find('Interaction', `${n}`)),
  )
  expect(interactions.flatMap((each, n) => (each ? [n] : []))).toEqual([45, 46, 47, 48, 49])
  expect(await store.find('Client', 'client')).toBeDefined()
  for (let n = 0; n < 20; n++) await store.upsert('Client', `${n}`, 'a', long)
  expect(await store.find('Interaction', '49')).toBeUndefined()
  expect(await store.findByUid('Session', 'uid')).toBeUndefined()
  expect(await store.find('Client', 'client')).toBeUndefined()
  expect(await store.find('Client', '19')).toBeDefined()
  expect(await store.find('RefreshToken', 'token')).toEqual({ value: 'a' })
  expect(await store.claim('Jti', 'jti', 60)).toBe(false)
  expect(await store.count('Failures', 'code', 60)).toBe(2)
  expect(await store.readKeys()).toBe('keys')
})

test('the steps of sign-ins that nobody ends are pushed out, too', async () => {
  const { store } = open(10)
  await store.upsert('RefreshToken', 'token', 'a', long)
  for (const model of ['Upstream', 'Agreed', 'FormToken'])
    for (let n = 0; n < 20; n++) await store.upsert(model, `${n}`, 'a', long)
  expect(await store.find('FormToken', '19')).toEqual({ value: 'a' })
  await store.claim('Jti', 'jti', 60)
  expect(await store.find('RefreshToken', 'token')).toEqual({ value: 'a' })
})

test('where nothing may go, what would be added rejects, until something has expired', async () => {
  const { store, wait } = open(3)
  await store.upsert('RefreshToken', 'brief', 'a', { ttlSeconds: 1 })
  await store.upsert('RefreshToken', 'long', 'a', long)
  await store.claim('Jti', 'jti', 60)
  await expect(store.upsert('Interaction', 'new', 'a', long)).rejects.toThrow('full')
  await expect(store.claim('Jti', 'new', 60)).rejects.toThrow('full')
  await store.upsert('RefreshToken', 'long', 'b', long)
  expect(await store.count('Failures', 'x', 1).catch(() => 'full')).toBe('full')
  await wait(1.1)
  await store.upsert('Interaction', 'new', 'a', long)
  expect(await store.find('RefreshToken', 'long')).toEqual({ value: 'b' })
})
