import { expect, test } from 'vitest'
import { isHarmlessValue, isSecretName } from './secret-names.ts'

test.for([
  'password',
  'MasterUserPassword',
  'DbPassword',
  'dbpassword',
  'DB_PASSWORD',
  'DB_PASSWORD_PROD',
  'DbPasswordProd',
  'DB_PASS',
  'db.pass',
  'PGPASSWORD',
  'MYSQL_PWD',
  'GITHUB_PAT',
  'STRIPE_SK',
  'AUTH',
  'auth',
  'BASIC_AUTH',
  '_auth',
  'SMTP_CREDS',
  'SECRET_KEY_BASE',
  'DJANGO_SECRET_KEY',
  'PRIVATE_KEY_PEM',
  'privateKey',
  'API_KEY_V2',
  'apiKey',
  'x-api-key',
  'ApiKey1',
  'ENCRYPTION_KEY',
  'JWT_SIGNING_KEY',
  'SESSION_KEY',
  'SecretAccessKey',
  'AWS_SECRET_ACCESS_KEY',
  'ClientSecretV2',
  'AuthToken',
  'SessionToken',
  'SLACK_BOT_TOKEN',
  'SecretString',
  'SecretBinary',
  'KeyMaterial',
  'UserData',
  'PasswordData',
  'Credentials',
  'TokenValue',
  'authorization',
  'PASSWORD_HASH',
  'DbPass',
  'LicenseKey',
  'ClientSecretV2',
  'PasswordOfDb',
  'JWT',
  'USER_JWT',
  'HMAC',
  'PIN',
  'ADMIN_PIN',
])('%s holds a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
})

test.for([
  ...[
    'KeyName',
    'KeyId',
    'kmsKeyId',
    'Key',
    'key',
    'tagKey',
    'TagKeys',
    'keySchema',
    'PartitionKey',
    'S3_KEY',
  ],
  ...[
    'PublicKey',
    'publicKey',
    'SSH_PUBLIC_KEY',
    'PRIMARY_KEY',
    'sk',
    'pk',
    'SK',
    'GSI1_SK',
    'gsi1sk',
    'EncryptionKey',
  ],
  ...['AccessKeyId', 'AWS_ACCESS_KEY_ID', 'apiKeySource', 'apiKeyRequired', 'ApiKeyId', 'AccessKeyLastUsed'],
  ...['NextToken', 'nextToken', 'NEXT_TOKEN', 'NextContinuationToken', 'ClientToken', 'IdempotencyToken'],
  ...[
    'ClientRequestToken',
    'upload_sequence_token',
    'pageToken',
    'TokenType',
    'TOKEN_TTL',
    'tokenCount',
    'token_url',
  ],
  ...[
    'PasswordPolicy',
    'MaxPasswordAge',
    'MinimumPasswordLength',
    'passwordLastUsed',
    'PasswordResetRequired',
  ],
  ...['hasPassword', 'ManageMasterUserPassword', 'HardExpiry', 'PASSWORD_FILE', 'password_reset_url'],
  ...[
    'SecretArn',
    'SecretId',
    'SecretName',
    'SECRET_ARN',
    'secretsVersion',
    'SecretVersionsToStages',
    'secretary',
  ],
  ...[
    'MasterUserSecretKmsKeyId',
    'secretsManager',
    'CredentialProvider',
    'credential_source',
    'tokenizer',
    'tokenString',
  ],
  ...[
    'Author',
    'author',
    'authority',
    'authorizationType',
    'AuthType',
    'auth_mode',
    'Authentication',
    'IAMAuth',
  ],
  ...[
    'KmsKey',
    'TokenEndpoint',
    'SecretsBucket',
    'KeyPair',
    'S3Key',
    'CodeS3Key',
    'TemplateKey',
    'PasswordResetUrl',
    'SSHKeyPairParameter',
  ],
  ...[
    'taskToken',
    'NextPollConfigurationToken',
    'max_tokens',
    'INPUT_TOKENS',
    'JWT_PUBLIC_KEY',
    'JWT_ISSUER',
    'GPIO_PIN',
    'spin',
    'Pinned',
  ],
  ...[
    'Monkey',
    'Keyboard',
    'PassRole',
    'BYPASS',
    'compass',
    'passed',
    'PassCount',
    'pattern',
    'PATH',
    'disk',
    'task',
  ],
])('%s does not', (name) => {
  expect(isSecretName(name)).toBe(false)
})

test.for([
  '',
  '****',
  '...',
  '[redacted]',
  '${Password}',
  '{{resolve:ssm-secure:x}}',
  'required',
  'TRUE',
  '<password>',
])('%j is no secret under any name', (value) => {
  expect(isHarmlessValue(value)).toBe(true)
})

test.for(['hunter2', '{x', '$ecret', 'a*b', 'correct horse'])('%j may be one', (value) => {
  expect(isHarmlessValue(value)).toBe(false)
})

test.for(['token', 'Token', 'secret_', 'a', 'A', '_', 'pass.'])(
  'a long name of %j takes its time in proportion',
  (part) => {
    const timeOf = (count: number) => {
      const name = part.repeat(count / part.length)
      const times = Array.from({ length: 5 }, () => {
        const started = performance.now()
        isSecretName(name)
        isHarmlessValue(name)
        return performance.now() - started
      })
      return Math.max(0.5, Math.min(...times))
    }
    expect(timeOf(200_000) / timeOf(20_000)).toBeLessThan(50)
  },
)
