import { expect, test } from 'vitest'
import { isSecret } from './secret-names.ts'

test.for([
  'DbPassword',
  'dbpassword',
  'DB_PASSWORD',
  'ApiToken',
  'SecretAccessKey',
  'PrivateKey',
  'apiKey',
  'Credentials',
  '/MasterUserPassword',
  // Which the gateway does not know elsewhere.
  'ClientSecretV2',
  'PasswordOfDb',
  'TokenV2',
  'LicenseKey',
  'Key',
  'DbPass',
])('%s names a secret', (name) => {
  expect(isSecret(name)).toBe(true)
})

test.for(['Url', 'BucketName', 'SecretArn', 'KeyName', 'Monkey', 'Keyboard', 'Passenger', 'InstanceId'])(
  '%s names none',
  (name) => {
    expect(isSecret(name)).toBe(false)
  },
)
