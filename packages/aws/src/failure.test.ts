import { expect, test } from 'vitest'
import { failureOf } from './failure.ts'

const answered = (name: string, status: number, more: object = {}) =>
  Object.assign(
    new Error('x'),
    { name, $fault: status < 500 ? 'client' : 'server', ...more },
    {
      $metadata: { httpStatusCode: status, ...(more as { $metadata?: object }).$metadata },
    },
  )
const broken = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more })

test.each([
  ['RequestLimitExceeded', 503],
  ['Throttling', 400],
  ['ThrottlingException', 400],
  ['TooManyRequestsException', 429],
  ['SlowDown', 503],
  ['AnythingAtAll', 429],
])('%s is throttling', (code, status) => {
  expect(failureOf(answered(code, status))).toBe('throttled')
})

test('a quota of resources is not taken for throttling, though the SDK does', () => {
  expect(failureOf(answered('LimitExceededException', 400))).toBe('final')
})

test.each([
  broken('ECONNREFUSED'),
  broken('ENOTFOUND'),
  broken('EAI_AGAIN'),
  broken('ETIMEDOUT', { syscall: 'connect', name: 'TimeoutError' }),
  broken('EHOSTUNREACH', { syscall: 'connect' }),
])('what cannot connect has not been sent', (thrown) => {
  expect(failureOf(thrown)).toBe('unsent')
})

test.each([
  broken('ECONNRESET', { syscall: 'read' }),
  broken('EPIPE', { syscall: 'write' }),
  broken('ETIMEDOUT', { name: 'TimeoutError' }),
  Object.assign(new Error('x'), { name: 'TimeoutError' }),
  answered('InternalError', 500),
  answered('ServiceUnavailable', 503),
  answered('RequestTimeout', 400),
  answered('InternalFailure', 500, { code: 'ECONNREFUSED' }),
  answered('InternalFailure', 500, { syscall: 'connect' }),
  Object.assign(new Error('an HTML page'), { $metadata: { httpStatusCode: 502 } }),
])('what broke off may have been done', (thrown) => {
  expect(failureOf(thrown)).toBe('transient')
})

const skewed = { $metadata: { clockSkewCorrected: true } }

test('a wrong clock is told from an old session by being asked for once', () => {
  expect(failureOf(answered('RequestTimeTooSkewed', 403, skewed))).toBe('skewed')
  expect(failureOf(answered('RequestExpired', 400, skewed))).toBe('skewed')
  expect(failureOf(answered('RequestExpired', 400, skewed), false)).toBe('expired')
  expect(failureOf(answered('RequestTimeTooSkewed', 403, skewed), false)).toBe('final')
  expect(failureOf(answered('RequestTimeTooSkewed', 403))).toBe('final')
  expect(failureOf(answered('RequestExpired', 400))).toBe('expired')
})

test('a refusal is final, on a machine with a wrong clock too', () => {
  for (const code of ['UnauthorizedOperation', 'AccessDenied', 'ValidationError']) {
    expect(failureOf(answered(code, 403, skewed))).toBe('final')
  }
})

test.each([undefined, null, 'ECONNRESET', 42, {}, new Error('x'), new DOMException('x', 'AbortError')])(
  'what is no fault of AWS is final',
  (thrown) => {
    expect(failureOf(thrown)).toBe('final')
  },
)
