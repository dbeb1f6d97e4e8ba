import { devNull } from 'node:os'
import { expect, test } from 'vitest'
import { gatewayEnvironment } from './gateway-environment.ts'

const own = {
  PATH: '/bin',
  HOME: '/home/dev',
  PORT: '1',
  AWS_PROFILE: 'work',
  AWS_ACCESS_KEY_ID: 'AKIDOWN',
  AWS_SECRET_ACCESS_KEY: 'own',
  AWS_SESSION_TOKEN: 'own',
  AWS_REGION: 'ap-south-1',
  AWS_CONFIG_FILE: '/home/dev/aws-config',
  AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
  aws_role_arn: 'arn:aws:iam::999999999999:role/own',
}

const settings = {
  port: 3000,
  publicUrl: 'http://127.0.0.1:3000',
  ssoUrl: 'http://127.0.0.1:3001',
  authorization: {
    url: 'http://127.0.0.1:3002',
    port: 3002,
    secrets: new Map([
      ['acme', 'secret-of-acme'],
      ['big-corp', 'secret-of-big-corp'],
    ]),
  },
  tenantsFile: '/repository/tenants.yaml',
  audit: {
    file: '/repository/.sandbox/audit.jsonl',
    signingKeyFile: '/repository/.sandbox/audit-signing-key.pem',
    hmacKeyFile: '/repository/.sandbox/audit-hmac-key',
  },
}

const ofAws = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => /^aws_/i.test(name)))

test('with a stand-in nothing of the own AWS configuration is left', () => {
  const env = gatewayEnvironment(own, settings, { endpoint: 'http://127.0.0.1:5000' })
  expect(ofAws(env)).toEqual({
    AWS_ENDPOINT_URL: 'http://127.0.0.1:5000',
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  expect(env).toMatchObject({
    PATH: '/bin',
    HOST: '127.0.0.1',
    PORT: '3000',
    PUBLIC_URL: 'http://127.0.0.1:3000',
    TENANTS_FILE: '/repository/tenants.yaml',
    AUDIT_FILE: '/repository/.sandbox/audit.jsonl',
    AUDIT_SIGNING_KEY: '',
    AUDIT_SIGNING_KEY_FILE: '/repository/.sandbox/audit-signing-key.pem',
    AUDIT_HMAC_KEY: '',
    AUDIT_HMAC_KEY_FILE: '/repository/.sandbox/audit-hmac-key',
    SANDBOX_SSO_URL: 'http://127.0.0.1:3001',
    SANDBOX_SSO_INTERNAL_URL: 'http://127.0.0.1:3001',
    AUTHORIZATION_URL: 'http://127.0.0.1:3002',
    AUTHORIZATION_PORT: '3002',
    SSO_SECRET_ACME: 'secret-of-acme',
    SSO_SECRET_BIG_CORP: 'secret-of-big-corp',
    LOG_LEVEL: 'warn',
    EXIT_WITH_PARENT: '1',
  })
  expect(env).not.toHaveProperty('STATE_KEY')
})

test('with a profile only what leads to that profile is left', () => {
  const env = gatewayEnvironment(own, settings, { profile: 'mine' })
  expect(ofAws(env)).toEqual({ AWS_PROFILE: 'mine', AWS_CONFIG_FILE: '/home/dev/aws-config' })
  expect(env.HOME).toBe('/home/dev')
})

test('operators sign in at the same SSO, and only where the gateway has a role', () => {
  const aws = { endpoint: 'http://127.0.0.1:5000' }
  const gatewayRoleArn = 'arn:aws:iam::123456789012:role/mcp-gateway'
  const ofAdmin = (env: NodeJS.ProcessEnv) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => /^(ADMIN|GATEWAY|ROLE)_/.test(name)))
  expect(ofAdmin(gatewayEnvironment(own, { ...settings, gatewayRoleArn }, aws))).toEqual({
    ADMIN_ISSUER: 'http://127.0.0.1:3001/operators',
    ADMIN_JWKS_URI: 'http://127.0.0.1:3001/operators/jwks.json',
    ADMIN_GROUP: 'gateway-operators',
    ADMIN_CLIENTS: 'sandbox',
    GATEWAY_ROLE_ARN: gatewayRoleArn,
    ROLE_VERIFICATION: '1',
  })
  expect(ofAdmin(gatewayEnvironment(own, settings, aws))).toEqual({})
})

test('with Redis there is a key for its state, the own one if there is one', () => {
  const aws = { endpoint: 'http://127.0.0.1:5000' }
  const redis = { REDIS_URL: 'redis://127.0.0.1:6379' }
  const made = gatewayEnvironment(redis, { ...settings, stateKey: 'made' }, aws)
  expect(made).toMatchObject({ ...redis, STATE_KEY: 'made' })
  expect(gatewayEnvironment({ ...redis, STATE_KEY: 'own' }, settings, aws).STATE_KEY).toBe('own')
})

test('a chosen log level stays', () => {
  const env = gatewayEnvironment({ LOG_LEVEL: 'debug' }, settings, { endpoint: 'http://127.0.0.1:5000' })
  expect(env.LOG_LEVEL).toBe('debug')
})
