import { expect, test } from 'vitest'
import { asGatewayError, type ErrorCode, GatewayError } from './errors.ts'

test.for<[ErrorCode, number]>([
  ['invalid_token', 401],
  ['tenant_suspended', 403],
  ['internal', 500],
  // Clients answer 401 and 403 by logging their user out, so faults of the infrastructure are neither.
  ['unavailable', 503],
  ['rate_limited', 200],
])('%s has status %i', ([code, status]) => {
  expect(new GatewayError(code, 'text').status).toBe(status)
})

test('a refusal of ours stays as it is; anything else becomes one sentence', () => {
  const own = new GatewayError('no_role', 'You have no role.')
  expect(asGatewayError(own)).toBe(own)
  for (const thrown of [
    Object.assign(new TypeError('secret'), { code: 'no_role' }),
    'secret',
    { code: 'no_role', message: 'secret' },
    undefined,
  ]) {
    const error = asGatewayError(thrown)
    expect([error.code, error.cause]).toEqual(['internal', thrown])
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret')
  }
})
