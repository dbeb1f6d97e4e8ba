import { randomUUID } from 'node:crypto'
import type { OAuthStore } from '@gateway/domain'
import { expect, test } from 'vitest'

/** A store of an authorization server under test, without signing keys, and with the clock that it goes by. */
export interface OAuthStoreUnderTest extends AsyncDisposable {
  readonly store: OAuthStore
  wait(seconds: number): Promise<void>
  /** Milliseconds since the epoch. */
  time(): number
}

const long = { ttlSeconds: 60 }
const newId = (): string => randomUUID()

/** What every store of an authorization server does. */
export const oauthStoreContract = (open: () => Promise<OAuthStoreUnderTest>): void => {
  test('an entry is found as it was written last, under its model and id only', async () => {
    await using under = await open()
    const id = newId()
    const value = '{"text":"a \\"b\\" ☃\\n"}'
    expect(await under.store.find('Session', id)).toBeUndefined()
    await under.store.upsert('Session', id, value, long)
    expect(await under.store.find('Session', id)).toEqual({ value })
    expect(await under.store.find('Interaction', id)).toBeUndefined()
    expect(await under.store.find('Session', `${id} `)).toBeUndefined()
    await under.store.upsert('Session', id, '', long)
    expect(await under.store.find('Session', id)).toEqual({ value: '' })
    await under.store.destroy('Session', id)
    expect(await under.store.find('Session', id)).toBeUndefined()
    await under.store.destroy('Session', id)
  })

  test('any text is an id, and none is taken for another or for a key of ours', async () => {
    await using under = await open()
    const own = newId()
    const ids = ['', '*', '{x}', 'a:b', '__proto__', 'constructor', '\0', 'é', '\ud800', 'x'.repeat(100_000)]
    for (const [index, id] of ids.entries()) {
      const model = `M${own}${index}`
      expect(await under.store.find(model, id)).toBeUndefined()
      await under.store.upsert(model, id, `${index}`, { ...long, uid: id, grantId: `${own}${id}` })
      expect(await under.store.find(model, id)).toEqual({ value: `${index}` })
      expect(await under.store.findByUid(model, id)).toEqual({ value: `${index}` })
      expect(await under.store.consume(model, id)).toBe(true)
    }
  })

  test('entries live as long as they were given, from the last time that they were written or touched', async () => {
    await using under = await open()
    const [brief, touched, over] = [newId(), newId(), newId()]
    const bounds = { ttlSeconds: 1, uid: touched, grantId: newId() }
    await under.store.upsert('Client', brief, 'a', { ttlSeconds: 1 })
    await under.store.upsert('Client', touched, 'b', bounds)
    await under.store.upsert('Client', over, 'c', { ttlSeconds: -5 })
    await under.wait(0.6)
    expect(await under.store.touch('Client', touched, 1)).toBe(true)
    expect(await under.store.touch('Client', over, 1)).toBe(false)
    await under.wait(0.6)
    expect(await under.store.find('Client', brief)).toBeUndefined()
    expect(await under.store.consume('Client', brief)).toBe(false)
    expect(await under.store.take('Client', brief)).toBeUndefined()
    expect(await under.store.touch('Client', brief, 60)).toBe(false)
    expect(await under.store.find('Client', touched)).toEqual({ value: 'b' })
    expect(await under.store.findByUid('Client', touched)).toEqual({ value: 'b' })
    await under.wait(0.6)
    expect(await under.store.find('Client', touched)).toBeUndefined()
    expect(await under.store.findByUid('Client', touched)).toBeUndefined()
    await expect(under.store.upsert('Client', brief, 'a', { ttlSeconds: Number.NaN })).rejects.toThrow(
      RangeError,
    )
  })

  test('of simultaneous consumptions exactly one is the first, and everybody sees when', async () => {
    await using under = await open()
    const id = newId()
    await under.store.upsert('AuthorizationCode', id, 'a', long)
    const before = Math.floor(under.time() / 1000)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => under.store.consume('AuthorizationCode', id)),
    )
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    const found = await under.store.find('AuthorizationCode', id)
    expect(found).toEqual({ value: 'a', consumedAt: expect.any(Number) })
    expect(found?.consumedAt).toBeGreaterThanOrEqual(before)
    expect(found?.consumedAt).toBeLessThanOrEqual(Math.floor(under.time() / 1000))
    await under.wait(1)
    expect(await under.store.consume('AuthorizationCode', id)).toBe(false)
    expect(await under.store.find('AuthorizationCode', id)).toEqual(found)
    expect(await under.store.consume('AuthorizationCode', newId())).toBe(false)
    expect(await under.store.consume('RefreshToken', id)).toBe(false)
  })

  test('consuming an entry does not renew its life', async () => {
    await using under = await open()
    const id = newId()
    await under.store.upsert('AuthorizationCode', id, 'a', { ttlSeconds: 1 })
    expect(await under.store.consume('AuthorizationCode', id)).toBe(true)
    await under.wait(1.1)
    expect(await under.store.find('AuthorizationCode', id)).toBeUndefined()
    expect(await under.store.consume('AuthorizationCode', id)).toBe(false)
  })

  test('a second name leads to the entry that has it now, and to none that lost it', async () => {
    await using under = await open()
    const [first, second, uid] = [newId(), newId(), newId()]
    await under.store.upsert('Session', first, 'a', { ...long, uid })
    expect(await under.store.findByUid('Session', uid)).toEqual({ value: 'a' })
    expect(await under.store.findByUid('Grant', uid)).toBeUndefined()
    expect(await under.store.findByUid('Session', first)).toBeUndefined()
    await under.store.destroy('Session', first)
    expect(await under.store.findByUid('Session', uid)).toBeUndefined()
    await under.store.upsert('Session', second, 'b', { ...long, uid })
    expect(await under.store.findByUid('Session', uid)).toEqual({ value: 'b' })
    await under.store.upsert('Session', second, 'c', { ...long, uid: newId() })
    expect(await under.store.findByUid('Session', uid)).toBeUndefined()
  })

  test('a second name stays with the newer entry when the older one ends', async () => {
    await using under = await open()
    const [first, second, uid] = [newId(), newId(), newId()]
    await under.store.upsert('Session', first, 'a', { ...long, uid })
    await under.store.upsert('Session', second, 'b', { ...long, uid })
    await under.store.destroy('Session', first)
    expect(await under.store.findByUid('Session', uid)).toEqual({ value: 'b' })
  })

  test('a grant ends with everything of it, whether it was consumed or not, and with nothing else', async () => {
    await using under = await open()
    const grantId = newId()
    const ids = [newId(), newId(), newId()] as const
    const other = newId()
    await under.store.upsert('AuthorizationCode', ids[0], 'a', { ttlSeconds: 30, grantId })
    await under.store.upsert('RefreshToken', ids[1], 'b', { ...long, grantId, uid: ids[1] })
    await under.store.upsert('RefreshToken', ids[2], 'c', { ttlSeconds: 1, grantId })
    await under.store.upsert('RefreshToken', other, 'd', { ...long, grantId: newId() })
    await under.store.upsert('Grant', grantId, 'e', long)
    await under.store.consume('AuthorizationCode', ids[0])
    await under.store.revokeByGrantId(grantId)
    for (const model of ['AuthorizationCode', 'RefreshToken']) {
      for (const id of ids) {
        expect(await under.store.find(model, id)).toBeUndefined()
        expect(await under.store.consume(model, id)).toBe(false)
        expect(await under.store.touch(model, id, 60)).toBe(false)
        expect(await under.store.take(model, id)).toBeUndefined()
      }
    }
    expect(await under.store.findByUid('RefreshToken', ids[1])).toBeUndefined()
    expect(await under.store.find('RefreshToken', other)).toEqual({ value: 'd' })
    expect(await under.store.find('Grant', grantId)).toEqual({ value: 'e' })
    await under.store.revokeByGrantId(newId())
  })

  test('what a grant gets after it was revoked lives, and revives nothing', async () => {
    await using under = await open()
    const grantId = newId()
    const [before, after] = [newId(), newId()]
    await under.store.upsert('RefreshToken', before, 'a', { ...long, grantId })
    await under.store.revokeByGrantId(grantId)
    await under.store.upsert('RefreshToken', after, 'b', { ...long, grantId })
    expect(await under.store.find('RefreshToken', before)).toBeUndefined()
    expect(await under.store.find('RefreshToken', after)).toEqual({ value: 'b' })
  })

  test('entries of one grant live as long as each was given, the longer one first or last', async () => {
    await using under = await open()
    for (const lives of [
      [1, 60],
      [60, 1],
    ]) {
      const grantId = newId()
      const ids = [newId(), newId()]
      for (const [index, id] of ids.entries()) {
        await under.store.upsert('RefreshToken', id, 'a', { ttlSeconds: lives[index] ?? 0, grantId })
      }
      await under.wait(1.1)
      const found = await Promise.all(ids.map((id) => under.store.find('RefreshToken', id)))
      expect(found.map((each) => each !== undefined)).toEqual(lives.map((life) => life > 1))
    }
  })

  test('of simultaneous takers exactly one gets the value, and a consumed one gives none', async () => {
    await using under = await open()
    const [id, used] = [newId(), newId()]
    await under.store.upsert('Upstream', id, 'a', long)
    const taken = await Promise.all(Array.from({ length: 20 }, () => under.store.take('Upstream', id)))
    expect(taken.filter((each) => each !== undefined)).toEqual(['a'])
    expect(await under.store.find('Upstream', id)).toBeUndefined()
    await under.store.upsert('Upstream', used, 'a', long)
    await under.store.consume('Upstream', used)
    expect(await under.store.take('Upstream', used)).toBeUndefined()
  })

  test('counts go up from one for as long as they were given at their start', async () => {
    await using under = await open()
    const id = newId()
    expect(await under.store.count('Failures', id, 1)).toBe(1)
    await under.wait(0.6)
    const counts = await Promise.all([1, 2, 3].map(() => under.store.count('Failures', id, 60)))
    expect(counts.sort()).toEqual([2, 3, 4])
    expect(await under.store.count('Others', id, 60)).toBe(1)
    expect(await under.store.find('Failures', id)).toBeUndefined()
    await under.wait(0.6)
    expect(await under.store.count('Failures', id, 60)).toBe(1)
  })

  test('of simultaneous claims exactly one is the first, until it has expired', async () => {
    await using under = await open()
    const id = newId()
    const claims = await Promise.all(Array.from({ length: 20 }, () => under.store.claim('Jti', id, 1)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await under.store.claim('Other', id, 1)).toBe(true)
    expect(await under.store.find('Jti', id)).toBeUndefined()
    await under.wait(1.1)
    expect(await under.store.claim('Jti', id, 1)).toBe(true)
  })

  test('signing keys are replaced by whoever knew them, one of many', async () => {
    await using under = await open()
    expect(await under.store.readKeys()).toBeUndefined()
    expect(await under.store.replaceKeys('', 'x')).toBe(false)
    const firsts = await Promise.all(['a', 'b', 'c'].map((to) => under.store.replaceKeys(undefined, to)))
    expect(firsts.filter(Boolean)).toHaveLength(1)
    const kept = await under.store.readKeys()
    expect(kept).toBe(['a', 'b', 'c'][firsts.indexOf(true)])
    expect(await under.store.replaceKeys(undefined, 'x')).toBe(false)
    expect(await under.store.replaceKeys('x', 'y')).toBe(false)
    const seconds = await Promise.all(['d', 'e'].map((to) => under.store.replaceKeys(kept, to)))
    expect(seconds.filter(Boolean)).toHaveLength(1)
    expect(await under.store.readKeys()).toBe(['d', 'e'][seconds.indexOf(true)])
  })
}
