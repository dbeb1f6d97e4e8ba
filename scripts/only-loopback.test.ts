import { get } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'

// 192.0.2.1 is an address of documentation (RFC 5737): nobody has it.
test('a test that reaches for another machine fails', async () => {
  expect(() => connect(80, '192.0.2.1')).toThrow('a test tried to connect to 192.0.2.1')
  expect(() => connect({ host: 'example.invalid', port: 80 })).toThrow('a test tried to connect')
  expect(() => get('http://192.0.2.1/')).toThrow('a test tried to connect')
  const failure = await fetch('http://192.0.2.1/').catch((error: Error) => error.cause)
  expect(String(failure)).toContain('a test tried to connect to 192.0.2.1')
})
