import { createPublicKey } from 'node:crypto'
import { GatewayError } from '@gateway/domain'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type JwksAnswer, openJwksServer, quickFailures } from '../test/support/jwks-server.ts'
import { signingKey } from '../test/support/tokens.ts'
import { createKeySet } from './key-set.ts'

const [first, second, third] = ['key-1', 'key-2', 'key-3'].map((kid) => signingKey('ES256', kid)) as [
  ReturnType<typeof signingKey>,
  ReturnType<typeof signingKey>,
  ReturnType<typeof signingKey>,
]
const one = { keys: [first.jwk] }
const both = { keys: [first.jwk, second.jwk] }

// jose reads Date itself, so the clock of the whole test is moved; timers and sockets stay real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})
const wait = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

const open = async (answer: JwksAnswer) => {
  const server = await openJwksServer(answer)
  const changed = vi.fn<() => void>()
  const keys = createKeySet({ jwksUri: server.url, now: () => Date.now(), changed })
  const find = async (kid: string, alg = 'ES256'): Promise<string> => {
    try {
      return createPublicKey(await keys.find({ alg, kid })).export({ format: 'jwk' }).x ?? 'no key'
    } catch (thrown) {
      return thrown instanceof GatewayError ? thrown.code : 'unclassified'
    }
  }
  return { server, changed, keys, find, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('a key is found as SPKI PEM, with one fetch for many', async () => {
  await using set = await open(both)
  const pem = first.publicKey.export({ type: 'spki', format: 'pem' })
  expect((await set.keys.find({ alg: 'ES256', kid: 'key-1' })).trim()).toBe(String(pem).trim())
  const found = await Promise.all(Array.from({ length: 50 }, () => set.find('key-2')))
  expect(new Set(found)).toEqual(new Set([second.jwk.x]))
  expect(set.server.requests).toBe(1)
})

test('fifty first requests share one fetch', async () => {
  await using set = await open(one)
  await Promise.all(Array.from({ length: 50 }, () => set.find('key-1')))
  expect(set.server.requests).toBe(1)
})

test('unknown kids cause at most one fetch per 30 s', async () => {
  await using set = await open(one)
  for (let second = 0; second < 95; second++) {
    const kids = [`made-up-${second}`, '__proto__', 'constructor', '../../dev/null']
    expect(new Set(await Promise.all(kids.map((kid) => set.find(kid))))).toEqual(new Set(['invalid_token']))
    wait(1)
  }
  expect(set.server.requests).toBe(4)
  expect(await set.find('key-1')).toBe(first.jwk.x)
})

test('a key is for its own algorithm, use and type', async () => {
  const rsa = signingKey('RS256', 'rsa')
  const { alg: _, ...anyAlgorithm } = first.jwk
  await using set = await open({
    keys: [
      rsa.jwk,
      { ...second.jwk, use: 'enc' },
      { ...anyAlgorithm, kid: 'any' },
      { ...third.jwk, kid: 'sign', key_ops: ['sign'] },
      { kty: 'oct', kid: 'secret', k: 'c2VjcmV0', alg: 'HS256' },
    ],
  })
  expect(await set.find('rsa', 'PS256')).toBe('invalid_token')
  expect(await set.find('rsa', 'ES256')).toBe('invalid_token')
  expect(await set.find('key-2')).toBe('invalid_token')
  expect(await set.find('sign')).toBe('invalid_token')
  expect(await set.find('secret')).toBe('invalid_token')
  expect(await set.find('any')).toBe(first.jwk.x)
  await expect(set.keys.find({ alg: 'RS256', kid: 'rsa' })).resolves.toContain('BEGIN PUBLIC KEY')
})

test('members that are no keys do not spoil the others', async () => {
  const { d: privatePart } = first.privateKey.export({ format: 'jwk' })
  const broken = [
    { ...second.jwk, kid: 'off-curve', x: first.jwk.x },
    { ...second.jwk, kid: 'private', d: privatePart },
    { kid: 'empty' },
    {},
  ]
  await using set = await open({ keys: [...broken, first.jwk] })
  expect(await set.find('key-1')).toBe(first.jwk.x)
  expect(await set.find('off-curve')).toBe('unavailable')
  expect(await set.find('private')).toBe('unavailable')
  expect(await set.find('empty')).toBe('invalid_token')
})

test('a key that says it is not extractable is usable all the same', async () => {
  await using set = await open({ keys: [{ ...first.jwk, ext: false }] })
  expect(await set.find('key-1')).toBe(first.jwk.x)
})

test('a new key is found after the cooldown; a removed one is gone when the set is 10 minutes old', async () => {
  await using set = await open(one)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  set.server.serve(both)
  expect(await set.find('key-2')).toBe('invalid_token')
  expect(set.changed).not.toHaveBeenCalled()
  wait(31)
  expect(await set.find('key-2')).toBe(second.jwk.x)
  expect(set.changed).toHaveBeenCalledTimes(1)
  expect(await set.find('key-1')).toBe(first.jwk.x)

  set.server.serve({ keys: [second.jwk] })
  wait(599)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  wait(2)
  expect(await set.find('key-1')).toBe('invalid_token')
  expect(set.changed).toHaveBeenCalledTimes(2)
  expect(await set.find('key-2')).toBe(second.jwk.x)
})

test('a key replaced under its own kid is the new one', async () => {
  await using set = await open(one)
  await set.find('key-1')
  set.server.serve({ keys: [{ ...third.jwk, kid: 'key-1' }] })
  wait(601)
  expect(await set.find('key-1')).toBe(third.jwk.x)
  expect(set.changed).toHaveBeenCalledTimes(1)
})

test('nothing changed while the set stays what it was', async () => {
  await using set = await open(one)
  for (let i = 0; i < 4; i++) {
    await set.find('key-1')
    wait(601)
  }
  expect(set.server.requests).toBe(4)
  expect(set.changed).not.toHaveBeenCalled()
})

const twice: JwksAnswer = { keys: [first.jwk, { ...second.jwk, kid: 'key-1' }] }
const twiceByAnyAlgorithm: JwksAnswer = { keys: [first.jwk, { ...second.jwk, kid: 'key-1', alg: undefined }] }
const bad: [string, JwksAnswer][] = [
  ...quickFailures.map<[string, JwksAnswer]>((name) => [name, name]),
  ['a duplicate kid', twice],
  ['a duplicate kid without alg', twiceByAnyAlgorithm],
  ['JSON that is no object', { text: '[]' }],
  ['JSON null', { text: 'null' }],
  ['keys that are no objects', { text: '{"keys":[7]}' }],
  ['keys that are an object', { text: '{"keys":{"0":{}}}' }],
  ['65,537 bytes', { text: JSON.stringify(one).padEnd(65_537) }],
]

test.for(bad)('cold start with %s: unavailable, and no fetch for 5 s', async ([, answer]) => {
  await using set = await open(answer)
  expect(await set.find('key-1')).toBe('unavailable')
  await Promise.all(Array.from({ length: 20 }, (_, i) => set.find(`key-${i}`)))
  wait(4.9)
  expect(await set.find('key-1')).toBe('unavailable')
  expect(set.server.requests).toBe(1)
  wait(0.2)
  set.server.serve(one)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  expect(set.server.requests).toBe(2)
})

test.for(bad)('%s later: known keys stay for an hour, unknown ones are unavailable', async ([, answer]) => {
  await using set = await open(one)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  set.server.serve(answer)

  wait(31)
  expect(await set.find('key-2')).toBe('unavailable')
  expect(await set.find('key-1')).toBe(first.jwk.x)
  wait(600)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  expect(await set.find('key-2')).toBe('unavailable')
  expect(set.server.requests).toBe(3)
  wait(3600 - 631 - 1)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  wait(6)
  expect(await set.find('key-1')).toBe('unavailable')
  expect(set.changed).not.toHaveBeenCalled()

  set.server.serve(both)
  wait(6)
  expect(await set.find('key-2')).toBe(second.jwk.x)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  expect(set.changed).toHaveBeenCalledTimes(1)
})

test('a failing endpoint is asked at most once in 5 s, by whatever many requests', async () => {
  await using set = await open(one)
  await set.find('key-1')
  set.server.serve('error 500')
  wait(601)
  for (let second = 0; second < 60; second++) {
    await Promise.all([set.find('key-1'), set.find('key-1'), set.find('made-up')])
    wait(1)
  }
  expect(set.server.requests).toBe(1 + 12)
})

test('a key that was removed during an outage is gone when the endpoint is back', async () => {
  await using set = await open(both)
  await set.find('key-1')
  set.server.serve('error 500')
  wait(601)
  expect(await set.find('key-1')).toBe(first.jwk.x)
  set.server.serve({ keys: [second.jwk] })
  wait(6)
  expect(await set.find('key-1')).toBe('invalid_token')
  expect(set.changed).toHaveBeenCalledTimes(1)
})

test('an endpoint that does not answer is left after 3 s, for all who wait at once', async () => {
  await using silent = await open('no answer')
  await using half = await open('half an answer')
  await using known = await open(one)
  await known.find('key-1')
  known.server.serve('no answer')
  wait(601)
  const started = performance.now()
  const many = Array.from({ length: 10 }, () => silent.find('key-1'))
  expect(await Promise.all([...many, half.find('key-1'), known.find('key-1')])).toEqual([
    ...many.map(() => 'unavailable'),
    'unavailable',
    first.jwk.x,
  ])
  // Generous, because the cores may be busy; the limit itself is 3 s.
  expect(performance.now() - started).toBeLessThan(5500)
  expect([silent.server.requests, half.server.requests, known.server.requests]).toEqual([1, 1, 2])
})

test('redirects are not followed', async () => {
  await using set = await open(one)
  set.server.serve('a redirect')
  expect(await set.find('key-1')).toBe('unavailable')
  expect(set.server.requests).toBe(1)
})

test('an answer that stays within 64 KB is read', async () => {
  await using set = await open({ text: JSON.stringify(one).padEnd(65_536) })
  expect(await set.find('key-1')).toBe(first.jwk.x)
})

test('the refusal says when to try again, and nothing of the endpoint', async () => {
  await using set = await open('error 500')
  await expect(set.keys.find({ alg: 'ES256', kid: 'key-1' })).rejects.toMatchObject({
    code: 'unavailable',
    status: 503,
    message: 'The keys of the sign-in service cannot be read just now.',
    details: { retryAfterSeconds: 5 },
  })
})
