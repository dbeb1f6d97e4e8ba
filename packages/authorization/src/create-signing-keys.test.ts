import { randomBytes } from 'node:crypto'
import { ConfigurationError, type OAuthStore } from '@gateway/domain'
import { memoryOAuthStore } from '@gateway/stores'
import { decodeProtectedHeader, importJWK, importSPKI, jwtVerify, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createSigningKeys } from './create-signing-keys.ts'

type SealKeys = readonly [Buffer, ...Buffer[]]

/** Replicas on one store that counts its reads and can be away, and on one clock. */
const open = () => {
  const time = { ms: Date.UTC(2026, 0, 1) }
  const now = () => time.ms
  const memory = memoryOAuthStore({ now })
  const state = { away: false, reads: 0 }
  const store: OAuthStore = {
    ...memory,
    async readKeys() {
      state.reads++
      if (state.away) throw new Error('ECONNREFUSED')
      return memory.readKeys()
    },
    async replaceKeys(from, to) {
      if (state.away) throw new Error('ECONNREFUSED')
      return memory.replaceKeys(from, to)
    },
  }
  const own = randomBytes(32)
  const replica = (sealKeys: SealKeys = [own]) => createSigningKeys({ store, sealKeys, now })
  const wait = (seconds: number): void => {
    time.ms += seconds * 1000
  }
  return { store, state, own, replica, wait, now }
}

const kidsOf = async (keys: ReturnType<typeof createSigningKeys>): Promise<readonly (string | undefined)[]> =>
  (await keys.current()).jwks.map(({ kid }) => kid)

test('all replicas sign with one key, made by whoever is first, and verify with its public half', async () => {
  const { replica } = open()
  const replicas = Array.from({ length: 5 }, () => replica())
  const sets = await Promise.all(replicas.map((keys) => keys.current()))
  const [{ jwks, version } = await replica().current()] = sets
  expect(sets).toEqual(sets.map(() => ({ jwks, version })))
  expect(jwks).toHaveLength(1)
  const [jwk] = jwks
  expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', d: expect.any(String) })
  expect(jwk.kid).toMatch(/^[\w-]{1,64}$/)
  const header = { alg: 'ES256', kid: jwk.kid ?? '' }
  const token = await new SignJWT({ a: 1 }).setProtectedHeader(header).sign(await importJWK(jwk, 'ES256'))
  const pem = (await replica().publicKey(header.kid)) ?? ''
  expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
  expect((await jwtVerify(token, await importSPKI(pem, 'ES256'))).payload).toEqual({ a: 1 })
  for (const kid of ['', 'x', '__proto__', `${jwk.kid} `])
    expect(await replica().publicKey(kid)).toBeUndefined()
})

test('the store has nothing of the keys that can be read without the key that sealed them', async () => {
  const { replica, store } = open()
  const { jwks } = await replica().current()
  const text = (await store.readKeys()) ?? ''
  const plain = Buffer.from(text.slice(2), 'base64url').toString('latin1')
  for (const secret of [jwks[0].d, jwks[0].kid, 'kty']) {
    expect(text).not.toContain(secret)
    expect(plain).not.toContain(secret)
  }
})

test('a rotation is published at once, signs when everybody knows it, and keeps the old key while its tokens live', async () => {
  const { replica, wait, now } = open()
  const [one, other] = [replica(), replica()]
  const [old = ''] = await kidsOf(one)
  await other.current()
  const { version } = await one.current()
  const { kid, signsFrom } = await one.rotate()
  expect(signsFrom).toBe(now() + 60_000)
  expect(await kidsOf(one)).toEqual([old, kid])
  expect((await one.current()).version).not.toBe(version)
  expect(await kidsOf(other)).toEqual([old])
  wait(30)
  expect(await kidsOf(other)).toEqual([old, kid])
  wait(29.9)
  expect(await kidsOf(one)).toEqual([old, kid])
  wait(0.1)
  expect(await kidsOf(one)).toEqual([kid, old])
  expect(await kidsOf(other)).toEqual([kid, old])
  wait(20 * 60 - 0.1)
  expect(await other.publicKey(old)).toBeDefined()
  wait(0.1)
  expect(await other.publicKey(old)).toBeUndefined()
  expect(await kidsOf(one)).toEqual([kid])
  const next = await other.rotate()
  expect(await kidsOf(replica())).toEqual([kid, next.kid])
})

test('one rotation at a time: another is refused until the new key signs', async () => {
  const { replica, wait } = open()
  const replicas = [replica(), replica(), replica()]
  await Promise.all(replicas.map((keys) => keys.current()))
  const outcomes = await Promise.allSettled(replicas.map((keys) => keys.rotate()))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' })
  }
  await expect(replica().rotate()).rejects.toMatchObject({ code: 'conflict' })
  for (const keys of replicas) expect(await keys.publicKey('unknown')).toBeUndefined()
  wait(60)
  await replica().rotate()
  expect(await kidsOf(replica())).toHaveLength(3)
})

test('a rotation is the first thing that a store without keys sees', async () => {
  const { replica } = open()
  const { kid } = await replica().rotate()
  expect((await kidsOf(replica())).indexOf(kid)).toBe(1)
})

test('keys are read once in a while, and unknown ones are a reason to read at most every five seconds', async () => {
  const { replica, state, wait } = open()
  const keys = replica()
  const [kid = ''] = await kidsOf(keys)
  state.reads = 0
  for (let n = 0; n < 100; n++) await keys.publicKey(`unknown-${n}`)
  await keys.publicKey(kid)
  expect(state.reads).toBe(0)
  wait(5)
  await Promise.all(Array.from({ length: 100 }, (_, n) => keys.publicKey(`unknown-${n}`)))
  expect(state.reads).toBe(1)
  wait(29.9)
  await keys.current()
  expect(state.reads).toBe(1)
  wait(0.1)
  await Promise.all(Array.from({ length: 100 }, () => keys.current()))
  expect(state.reads).toBe(2)
})

test('a key that was published after the last reading is found', async () => {
  const { replica, wait } = open()
  const keys = replica()
  await keys.current()
  const { kid } = await replica().rotate()
  expect(await keys.publicKey(kid)).toBeUndefined()
  wait(5)
  expect(await keys.publicKey(kid)).toContain('PUBLIC KEY')
})

test('while the store is away known keys serve for ten minutes, unknown ones are unavailable, and it is left alone', async () => {
  const { replica, state, wait } = open()
  const keys = replica()
  const [kid = ''] = await kidsOf(keys)
  const away = { code: 'unavailable', status: 503, details: { retryAfterSeconds: 5 } }
  state.away = true
  wait(40)
  state.reads = 0
  for (let n = 0; n < 20; n++) {
    expect(await kidsOf(keys)).toEqual([kid])
    expect(await keys.publicKey(kid)).toBeDefined()
    await expect(keys.publicKey('unknown')).rejects.toMatchObject(away)
  }
  expect(state.reads).toBe(1)
  await expect(keys.rotate()).rejects.toMatchObject(away)
  await expect(replica().current()).rejects.toMatchObject(away)
  wait(559.9)
  expect(await kidsOf(keys)).toEqual([kid])
  wait(0.1)
  await expect(keys.current()).rejects.toMatchObject(away)
  await expect(keys.publicKey(kid)).rejects.toMatchObject(away)
  state.away = false
  wait(1)
  expect(await kidsOf(keys)).toEqual([kid])
  expect(await keys.publicKey('unknown')).toBeUndefined()
})

test('older keys open what they sealed, and a rotation seals with the first', async () => {
  const { replica, own, wait } = open()
  const [kid] = await kidsOf(replica())
  const next = randomBytes(32)
  const both = replica([next, own])
  expect(await kidsOf(both)).toEqual([kid])
  await expect(replica([next]).current()).rejects.toThrow('STATE_KEY')
  await both.rotate()
  wait(60)
  expect((await kidsOf(replica([next])))[1]).toBe(kid)
  await expect(replica().current()).rejects.toThrow('STATE_KEY')
})

test('keys of another STATE_KEY, or that somebody changed, are never replaced, and the error says what is wrong', async () => {
  const { replica, store, wait } = open()
  await replica().current()
  const sealed = (await store.readKeys()) ?? ''
  const stranger = replica([randomBytes(32)])
  for (const asked of [stranger.current(), stranger.publicKey('x'), stranger.rotate(), stranger.list()]) {
    const thrown = await asked.catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(ConfigurationError)
    expect((thrown as Error).message).toContain('another STATE_KEY')
  }
  expect(await store.readKeys()).toBe(sealed)
  const flipped = sealed.slice(0, 40) + (sealed[40] === 'A' ? 'B' : 'A') + sealed.slice(41)
  let kept = sealed
  for (const changed of [flipped, sealed.slice(0, -4), '', '1.', '{}', `2.${sealed.slice(2)}`]) {
    await store.replaceKeys(kept, changed)
    kept = changed
    await expect(replica().current()).rejects.toThrow(ConfigurationError)
    expect(await store.readKeys()).toBe(changed)
    wait(1)
  }
})

test('a key that is too short to seal is refused at the start', () => {
  const { replica, own } = open()
  expect(() => replica([Buffer.alloc(31)])).toThrow(RangeError)
  expect(() => replica([own, Buffer.alloc(0)])).toThrow(RangeError)
})

test('operators see the keys of the store, whichever replica they ask, and what each is for', async () => {
  const { replica, wait, now, state } = open()
  const [one, other] = [replica(), replica()]
  const [old = ''] = await kidsOf(one)
  const start = now()
  expect(await other.list()).toEqual([{ kid: old, state: 'signing', signsFrom: start }])
  const { kid, signsFrom } = await one.rotate()
  for (const keys of [one, other]) {
    expect(await keys.list()).toEqual([
      { kid, state: 'pending', signsFrom },
      { kid: old, state: 'signing', signsFrom: start },
    ])
  }
  wait(60)
  expect((await other.list()).map((key) => [key.kid, key.state])).toEqual([
    [kid, 'signing'],
    [old, 'retired'],
  ])
  expect(JSON.stringify(await other.list())).not.toContain((await one.current()).jwks[0].d)
  wait(20 * 60)
  expect((await other.list()).map((key) => key.kid)).toEqual([kid])
  // What is only remembered is no answer to who wants to know.
  state.away = true
  wait(2)
  await expect(other.list()).rejects.toMatchObject({ code: 'unavailable', status: 503 })
})

test('a rotation ends no token: the old key verifies what it signed until that expires, and the new one signs', async () => {
  const { replica, wait, now } = open()
  const [one, other] = [replica(), replica()]
  const mint = async (keys: ReturnType<typeof createSigningKeys>): Promise<string> => {
    const [jwk] = (await keys.current()).jwks
    return new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: jwk.kid ?? '' })
      .setIssuedAt(now() / 1000)
      .setExpirationTime(now() / 1000 + 600)
      .sign(await importJWK(jwk, 'ES256'))
  }
  const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? ''
  const verify = async (keys: ReturnType<typeof createSigningKeys>, token: string): Promise<boolean> => {
    const pem = await keys.publicKey(kidOf(token))
    if (pem === undefined) return false
    const options = { currentDate: new Date(now()) }
    return jwtVerify(token, await importSPKI(pem, 'ES256'), options).then(
      () => true,
      () => false,
    )
  }
  const before = await mint(one)
  const { kid } = await one.rotate()
  // The last that the old key signs, the moment before the new one does.
  wait(59.9)
  const last = await mint(one)
  expect(kidOf(last)).toBe(kidOf(before))
  wait(0.1)
  const after = await mint(one)
  expect(kidOf(after)).toBe(kid)
  for (const token of [before, last, after]) expect(await verify(other, token)).toBe(true)
  wait(600 - 0.2)
  expect(await Promise.all([before, last, after].map((token) => verify(other, token)))).toEqual([
    false,
    true,
    true,
  ])
})
