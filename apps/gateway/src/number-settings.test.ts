import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test.for([
  ['MAX_RSS_BYTES', '1G', 'must be a whole number, at least 100000000, in digits alone'],
  ['MAX_RSS_BYTES', '5', 'must be a whole number, at least 100000000, in digits alone'],
  ['OTEL_TRACES_SAMPLER_ARG', 'abc', 'must be a number from 0 to 1, such as 0.1'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'must be a number from 0 to 1, such as 0.1'],
  ['DRAIN_DELAY_MS', '5s', 'must be a whole number from 0 to 15000, in digits alone'],
  ['MAX_REQUESTS_IN_FLIGHT', '1.5', 'must be a whole number from 1 to 100000, in digits alone'],
] as const)('%s=%s is told what to write', ([name, value, message]) => {
  expect(() => readConfig({ TENANTS_FILE: 'tenants.yaml', [name]: value })).toThrow(
    `The environment cannot be used:\n  - ${name}: ${message}`,
  )
})

test('a setting that says nothing has one fault, whatever its value is', () => {
  expect(() => readConfig({ TENANTS_FILE: 'tenants.yaml', AUDIT_FILE_KEEP: '0' })).toThrow(
    /used:\n {2}- AUDIT_FILE_KEEP: says nothing without AUDIT_FILE$/,
  )
})
