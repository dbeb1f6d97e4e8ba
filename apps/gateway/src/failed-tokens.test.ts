import { GatewayError } from '@gateway/domain'
import { memoryRateLimiter } from '@gateway/stores'
import type { FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { refused } from './bearer.ts'
import { slowFailedTokens } from './failed-tokens.ts'

const open = (codes?: readonly string[]) => {
  const clock = { now: 1_800_000_000_000 }
  const limiter = memoryRateLimiter({ now: () => clock.now, maxKeys: 1_000 })
  const slowed = slowFailedTokens({ limiter, perMinute: 30 }, codes)
  const fail = async (thrown: unknown, ip = '203.0.113.7') => {
    const error = await slowed(thrown, { ip } as FastifyRequest)
    return error instanceof GatewayError ? error : new GatewayError('internal', 'It is no refusal.')
  }
  const times = async (count: number, thrown: () => unknown, ip?: string) => {
    const codes: string[] = []
    for (let n = 0; n < count; n++) codes.push((await fail(thrown(), ip)).code)
    return codes
  }
  return { clock, fail, times }
}

const forged = () => refused('FAST_JWT_INVALID_SIGNATURE')

test('the thirty-first forged token of a minute is told to wait, with the limit that it met', async () => {
  const { clock, fail, times } = open()
  expect(new Set(await times(30, forged))).toEqual(new Set(['invalid_token']))
  const error = await fail(forged())
  expect(error).toMatchObject({
    code: 'too_many_requests',
    status: 429,
    cause: 'sign-in',
    details: { retryAfterSeconds: 2, quota: { name: 'address', perMinute: 30 } },
  })
  clock.now += 2_000
  expect(await times(2, forged)).toEqual(['invalid_token', 'too_many_requests'])
})

test.each([
  ['a token that has ended', () => refused('FST_JWT_AUTHORIZATION_TOKEN_EXPIRED')],
  ['a token that has ended, as the library says it', () => refused('FAST_JWT_EXPIRED')],
  ['a token that is revoked', () => refused('the token or its grant is revoked')],
  ['a user whose tokens are revoked', () => refused('issued before a revocation')],
  ['no token', () => new GatewayError('missing_token', 'Send a token.')],
  ['an outage', () => new GatewayError('unavailable', 'Try again.')],
  ['a fault', () => new Error('what a library says')],
])('%s is told as it is, however many there are, and counts for nothing', async (_, thrown) => {
  const { fail, times } = open()
  const told = await times(100, thrown)
  expect(new Set(told).size).toBe(1)
  expect(told).not.toContain('too_many_requests')
  expect((await fail(forged())).code).toBe('invalid_token')
})

test.each([
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.7', '::ffff:203.0.113.7', true],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
])('what fails from %s counts for %s: %s', async (one, other, shared) => {
  const { fail, times } = open()
  await times(30, forged, one)
  expect((await fail(forged(), other)).code).toBe(shared ? 'too_many_requests' : 'invalid_token')
})

test('the admin API counts those without a token, and those who are no operators', async () => {
  const { times } = open(['missing_token', 'invalid_token', 'not_operator'])
  await times(15, () => new GatewayError('missing_token', 'Send a token.'))
  await times(15, () => new GatewayError('not_operator', 'You are none.'))
  expect(await times(1, forged)).toEqual(['too_many_requests'])
})
