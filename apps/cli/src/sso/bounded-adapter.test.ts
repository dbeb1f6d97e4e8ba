import { expect, test } from 'vitest'
import { boundedAdapter } from './bounded-adapter.ts'

test('what is kept is found until its time is over, by its id and by its uid, and is nobody else to change', async () => {
  let now = 0
  const sessions = boundedAdapter(() => now)('Session')
  const payload = { uid: 'u', jti: 'j' }
  await sessions.upsert('j', payload, 10)
  payload.uid = 'changed'
  expect(await sessions.find('j')).toEqual({ uid: 'u', jti: 'j' })
  expect(await sessions.findByUid('u')).toEqual({ uid: 'u', jti: 'j' })
  expect(await sessions.findByUid('changed')).toBeUndefined()
  now = 10_000
  expect(await sessions.find('j')).toBeUndefined()
  expect(await sessions.findByUid('u')).toBeUndefined()
})

test('a code is taken once, whoever has read it before', async () => {
  const codes = boundedAdapter()('AuthorizationCode')
  await codes.upsert('c', { grantId: 'g' }, 60)
  await codes.consume('c')
  await expect(codes.consume('c')).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(await codes.find('c')).toMatchObject({ consumed: expect.any(Number) })
  await expect(codes.consume('never')).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('a revoked grant takes what came from it, of every kind, and the entries of others stay', async () => {
  const adapter = boundedAdapter()
  const [codes, tokens] = [adapter('AuthorizationCode'), adapter('AccessToken')]
  await codes.upsert('c', { grantId: 'g' }, 60)
  await tokens.upsert('t', { grantId: 'g' }, 60)
  await tokens.upsert('other', { grantId: 'h' }, 60)
  await codes.revokeByGrantId('g')
  expect([await codes.find('c'), await tokens.find('t')]).toEqual([undefined, undefined])
  expect(await tokens.find('other')).toBeDefined()
})

test('of one kind there are 500 at most, and the oldest goes first', async () => {
  const adapter = boundedAdapter()
  const [interactions, sessions] = [adapter('Interaction'), adapter('Session')]
  await sessions.upsert('s', { uid: 's' }, 60)
  for (let i = 0; i <= 500; i += 1) await interactions.upsert(`i${i}`, {}, 60)
  expect(await interactions.find('i0')).toBeUndefined()
  expect(await interactions.find('i1')).toBeDefined()
  // Kept again, it is no longer the oldest.
  await interactions.upsert('i1', {}, 60)
  await interactions.upsert('one-more', {}, 60)
  expect(await interactions.find('i1')).toBeDefined()
  expect(await interactions.find('i2')).toBeUndefined()
  expect(await sessions.find('s')).toBeDefined()
})
