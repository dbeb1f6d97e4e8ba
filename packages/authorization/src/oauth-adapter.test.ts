import type { OAuthStore } from '@gateway/domain'
import { memoryOAuthStore } from '@gateway/stores'
import type { AdapterPayload } from 'oidc-provider'
import { errors } from 'oidc-provider'
import { expect, test } from 'vitest'
import { createAdapterFactory } from './oauth-adapter.ts'

const open = (change: (store: OAuthStore) => OAuthStore = (store) => store) => {
  const time = { ms: Date.UTC(2026, 0, 1) }
  const now = () => time.ms
  const store = change(memoryOAuthStore({ now }))
  const adapterOf = createAdapterFactory({ store, now })
  const wait = (seconds: number): void => {
    time.ms += seconds * 1000
  }
  return { store, adapterOf, wait, seconds: () => Math.floor(time.ms / 1000) }
}

const life = 14 * 86_400
/** A refresh token of a family, by how often the family was refreshed before. */
const token = (jti: string, rotations = 0, changes: AdapterPayload = {}): AdapterPayload => ({
  kind: 'RefreshToken',
  jti,
  grantId: 'grant',
  iiat: 1000,
  ...(rotations > 0 && { rotations }),
  ...changes,
})

test('what oidc-provider keeps is found as it was, of its model and id only', async () => {
  const { adapterOf } = open()
  for (const model of [
    'Session',
    'Interaction',
    'AuthorizationCode',
    'RefreshToken',
    'Grant',
    'AccessToken',
  ]) {
    const payload = { jti: 'id', kind: model, iat: 1, exp: 2, uid: 'uid', params: { a: '☃' } }
    await adapterOf(model).upsert('id', payload, 60)
    expect(await adapterOf(model).find('id')).toEqual(payload)
    expect(await adapterOf(model).find('other')).toBeUndefined()
    expect(await adapterOf('Other').find('id')).toBeUndefined()
    await adapterOf(model).destroy('id')
    expect(await adapterOf(model).find('id')).toBeUndefined()
  }
  expect(await adapterOf('DeviceCode').findByUserCode('x')).toBeUndefined()
})

test('no id of a code, a token or a session is in what is stored', async () => {
  const written: string[] = []
  const { adapterOf } = open((store) => ({
    ...store,
    upsert(model, id, value, bounds) {
      written.push(value)
      return store.upsert(model, id, value, bounds)
    },
  }))
  for (const model of ['AuthorizationCode', 'RefreshToken', 'Session', 'RegistrationAccessToken']) {
    await adapterOf(model).upsert('secret', { jti: 'secret', kind: model }, 60)
  }
  expect(written).toHaveLength(4)
  for (const value of written) expect(value).not.toContain('secret')
})

test('a session is found by its uid, and nothing else is', async () => {
  const { adapterOf } = open()
  await adapterOf('Session').upsert('id', { jti: 'id', uid: 'uid', accountId: 'a' }, 60)
  expect(await adapterOf('Session').findByUid('uid')).toEqual({ uid: 'uid', accountId: 'a' })
  expect(await adapterOf('Session').findByUid('id')).toBeUndefined()
  await adapterOf('Interaction').upsert('id', { jti: 'id', uid: 'uid' }, 60)
  expect(await adapterOf('Interaction').findByUid('uid')).toBeUndefined()
})

test('a code is consumed once, and its replay is seen', async () => {
  const { adapterOf, seconds } = open()
  const codes = adapterOf('AuthorizationCode')
  await codes.upsert('code', { jti: 'code', grantId: 'grant' }, 60)
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => codes.consume('code')))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(errors.InvalidGrant)
  }
  expect(await codes.find('code')).toEqual({ jti: 'code', grantId: 'grant', consumed: seconds() })
  await expect(codes.consume('unknown')).rejects.toBeInstanceOf(errors.InvalidGrant)
})

test('a grant ends with its codes and tokens, and without what only names it', async () => {
  const { adapterOf } = open()
  const models = ['AuthorizationCode', 'RefreshToken', 'AccessToken', 'Interaction', 'Session']
  for (const model of models) await adapterOf(model).upsert('id', { jti: 'id', grantId: 'grant' }, 60)
  await adapterOf('RefreshToken').upsert('other', { jti: 'other', grantId: 'another' }, 60)
  await adapterOf('AccessToken').revokeByGrantId('grant')
  const found = await Promise.all(models.map((model) => adapterOf(model).find('id')))
  expect(found.map((each) => each !== undefined)).toEqual([false, false, false, true, true])
  expect(await adapterOf('RefreshToken').find('other')).toBeDefined()
})

test('a refresh token works again for 45 seconds after its first use, and then shows that it was used', async () => {
  const { adapterOf, wait, seconds } = open()
  const tokens = adapterOf('RefreshToken')
  await tokens.upsert('r0', token('r0'), life)
  await Promise.all(Array.from({ length: 10 }, () => tokens.consume('r0')))
  const consumed = seconds()
  wait(20)
  expect(await tokens.find('r0')).toEqual(token('r0'))
  await tokens.consume('r0')
  wait(25)
  expect(await tokens.find('r0')).toEqual(token('r0'))
  await tokens.consume('r0')
  wait(0.1)
  expect(await tokens.find('r0')).toEqual({ ...token('r0'), consumed })
  await expect(tokens.consume('r0')).rejects.toBeInstanceOf(errors.InvalidGrant)
  await expect(tokens.consume('unknown')).rejects.toBeInstanceOf(errors.InvalidGrant)
})

test('the grace of a refresh token ends with the first use of its successor', async () => {
  const { adapterOf, wait } = open()
  const tokens = adapterOf('RefreshToken')
  await tokens.upsert('r0', token('r0'), life)
  await tokens.consume('r0')
  await tokens.upsert('r1', token('r1', 1), life)
  await tokens.consume('r0')
  await tokens.upsert('r1b', token('r1b', 1), life)
  expect(await tokens.find('r0')).toEqual(token('r0'))
  wait(5)
  await tokens.consume('r1')
  expect(await tokens.find('r0')).toHaveProperty('consumed')
  await expect(tokens.consume('r0')).rejects.toBeInstanceOf(errors.InvalidGrant)
  expect(await tokens.find('r1')).toEqual(token('r1', 1))
  expect(await tokens.find('r1b')).toEqual(token('r1b', 1))
  await tokens.consume('r1b')
})

test('one family has no say in the grace of another, of the same grant or another one', async () => {
  const { adapterOf } = open()
  const tokens = adapterOf('RefreshToken')
  await tokens.upsert('r0', token('r0'), life)
  await tokens.consume('r0')
  for (const [id, changes] of Object.entries({ a: { grantId: 'another' }, b: { iiat: 1001 } })) {
    await tokens.upsert(id, token(id, 1, changes), life)
    await tokens.consume(id)
  }
  expect(await tokens.find('r0')).toEqual(token('r0'))
})

test('where clocks are far apart there is no grace, and not a long one', async () => {
  const { adapterOf, wait } = open()
  const tokens = adapterOf('RefreshToken')
  await tokens.upsert('r0', token('r0'), life)
  await tokens.consume('r0')
  wait(-46)
  expect(await tokens.find('r0')).toHaveProperty('consumed')
  await expect(tokens.consume('r0')).rejects.toBeInstanceOf(errors.InvalidGrant)
})

test('a refresh token without a family has no grace', async () => {
  const { adapterOf } = open()
  const tokens = adapterOf('RefreshToken')
  await tokens.upsert('r0', { jti: 'r0', grantId: 'grant' }, life)
  await tokens.consume('r0')
  expect(await tokens.find('r0')).toHaveProperty('consumed')
})

test('a client lives for ninety days after its last use, as it registered', async () => {
  const { adapterOf, wait } = open()
  const clients = adapterOf('Client')
  const client = { client_id: 'a', redirect_uris: ['http://127.0.0.1/callback'] }
  await clients.upsert('a', client)
  await clients.upsert('unused', { client_id: 'unused' })
  wait(89 * 86_400)
  expect(await clients.find('a')).toEqual(client)
  wait(2 * 86_400)
  expect(await clients.find('unused')).toBeUndefined()
  expect(await clients.find('a')).toEqual(client)
  wait(91 * 86_400)
  expect(await clients.find('a')).toBeUndefined()
})

test('that a client is in use is written down once a day', async () => {
  let touched = 0
  const { adapterOf, wait } = open((store) => ({
    ...store,
    touch(...args) {
      touched++
      return store.touch(...args)
    },
  }))
  await adapterOf('Client').upsert('a', { client_id: 'a' })
  for (let n = 0; n < 10; n++) await adapterOf('Client').find('a')
  for (let n = 0; n < 10; n++) await adapterOf('Client').find('unknown')
  expect(touched).toBe(1)
  wait(86_401)
  await adapterOf('Client').find('a')
  expect(touched).toBe(2)
})

test('C36: of simultaneous requests with one assertion one passes', async () => {
  const { adapterOf, wait } = open()
  const seen = adapterOf('ReplayDetection')
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => seen.upsert('jti', { jti: 'jti', iss: 'client' }, 60)),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(errors.InvalidClientAuth)
  }
  expect(await seen.find('jti')).toEqual({ jti: 'jti', iss: 'client' })
  wait(60)
  expect(await seen.find('jti')).toBeUndefined()
})

test('where the store cannot be reached everything is 503, with a sentence of ours', async () => {
  const away = () => Promise.reject(new Error('ECONNREFUSED redis.internal'))
  const { adapterOf } = open((store) => ({
    ...store,
    upsert: away,
    find: away,
    findByUid: away,
    consume: away,
    destroy: away,
    revokeByGrantId: away,
  }))
  const adapter = adapterOf('RefreshToken')
  const asked = [
    adapter.upsert('a', { jti: 'a' }, 60),
    adapter.find('a'),
    adapter.findByUid('a'),
    adapter.consume('a'),
    adapterOf('AuthorizationCode').consume('a'),
    adapter.destroy('a'),
    adapter.revokeByGrantId('a'),
  ]
  for (const each of asked) {
    const thrown = await each.then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(thrown).toBeInstanceOf(errors.OIDCProviderError)
    expect(thrown).toMatchObject({ statusCode: 503, error: 'temporarily_unavailable', expose: true })
    expect(thrown).toMatchObject({ cause: { code: 'unavailable', details: { retryAfterSeconds: 2 } } })
    const { message, error_description, error_detail } = thrown as errors.OIDCProviderError
    expect([message, error_description, error_detail].join()).not.toContain('redis.internal')
  }
})
