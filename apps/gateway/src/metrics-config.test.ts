import { ConfigurationError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const least = { TENANTS_FILE: 'tenants.yaml' }

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig({ ...least, ...env })
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.faults
    throw thrown
  }
  return []
}

test('no metrics are served unless a port is named, and then on loopback', () => {
  expect(readConfig(least)).not.toHaveProperty('metrics')
  expect(readConfig({ ...least, METRICS_PORT: '9464' }).metrics).toEqual({ host: '127.0.0.1', port: 9464 })
  expect(readConfig({ ...least, METRICS_PORT: '0', METRICS_HOST: '[::]' }).metrics).toEqual({
    host: '::',
    port: 0,
  })
})

test.each([
  [{ METRICS_PORT: 'x' }, 'METRICS_PORT: must be a port number'],
  [{ METRICS_PORT: '70000' }, expect.stringMatching(/^METRICS_PORT: /)],
  [{ METRICS_PORT: '3000' }, 'METRICS_PORT: must be a port of its own, which nobody reaches from outside'],
  [
    { METRICS_PORT: '08080', PORT: '8080' },
    'METRICS_PORT: must be a port of its own, which nobody reaches from outside',
  ],
  [{ METRICS_HOST: '0.0.0.0' }, 'METRICS_HOST: says nothing without METRICS_PORT, the port of the metrics'],
])('%o is refused', (env, fault) => {
  expect(faultsOf(env)).toEqual([fault])
})

test('nor is the port that of the authorization server', () => {
  const env = { AUTHORIZATION_URL: 'http://127.0.0.1:3003', AUTHORIZATION_PORT: '3003', METRICS_PORT: '3003' }
  expect(faultsOf(env)).toEqual([
    'METRICS_PORT: must be a port of its own, which nobody reaches from outside',
  ])
})
