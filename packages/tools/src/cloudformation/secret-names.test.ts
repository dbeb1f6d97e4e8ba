import { expect, test } from 'vitest'
import { isSecret, withoutSecrets } from './secret-names.ts'

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
  'ClientSecretV2',
  'PasswordOfDb',
  'TokenV2',
  'LicenseKey',
  'DbPass',
])('%s names a secret', (name) => {
  expect(isSecret(name, 'hunter2')).toBe(true)
})

test.for([
  ...['Url', 'BucketName', 'SecretArn', 'KeyName', 'Monkey', 'Keyboard', 'Passenger', 'InstanceId'],
  ...['KmsKey', 'TokenEndpoint', 'SecretsBucket', 'KeyPair', 'PartitionKey', 'S3Key', 'CodeS3Key'],
  ...['TemplateKey', 'PublicKey', 'PasswordResetUrl', 'SSHKeyPairParameter'],
])('%s names none', (name) => {
  expect(isSecret(name, 'x')).toBe(false)
})

test('the ARN of a secret is shown, and a secret beside it is not', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf'
  expect(
    withoutSecrets([
      ['DbSecret', arn],
      ['DbPassword', 'hunter2'],
    ]),
  ).toEqual({ DbSecret: arn, DbPassword: '[redacted]' })
})
