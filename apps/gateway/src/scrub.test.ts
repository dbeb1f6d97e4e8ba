import { expect, test } from 'vitest'
import { scrub } from './scrub.ts'

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl-_c2lnbmF0dXJl'
const jwe = 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVydGV4dA.dGFn'
const accessKey = 'AKIAIOSFODNN7EXAMPLE'
const temporaryKey = 'ASIAIOSFODNN7EXAMPLE'
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const sessionToken = 'FwoGZXIvYXdzEBYaDHVzLWVhc3QtMSJHMEUCIQDJ+/=='
const olderSession = 'FQoGZXIvYXdzEJr//////////wEaDPTzBmRTYE'
const otherSession = 'IQoJb3JpZ2luX2VjEHoaCXVzLWVhc3QtMSJHMEUCIQ'

const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg
-----END PRIVATE KEY-----`

test.for([
  ['a JWT', `refused ${jwt}`, jwt],
  ['a JWT behind an escaped line break', JSON.stringify(`a\n${jwt}\nb`), jwt],
  ['an unsigned JWT', `token: ${jwt.slice(0, jwt.lastIndexOf('.') + 1)}`, 'eyJzdWIiOiJhbm4ifQ'],
  ['an encrypted JWT', `x ${jwe} y`, 'Y2lwaGVydGV4dA'],
  ['a bearer header', `"authorization":"Bearer opaque-token-0123456789"`, 'opaque-token-0123456789'],
  ['a basic header', 'Authorization: Basic ZWRpdG9yOmh1bnRlcjI=', 'ZWRpdG9yOmh1bnRlcjI='],
  ['an access key', `key ${accessKey}.`, accessKey],
  ['a temporary access key', `X-Amz-Credential=${temporaryKey}/20260101`, temporaryKey],
  ['a session token', `"t":"${sessionToken}"`, sessionToken],
  ['another session token', otherSession, otherSession],
  ['an older session token', `token was ${olderSession}`, olderSession],
  ['a session token in a URL', `X-Amz-Security-Token=${encodeURIComponent(sessionToken)}&a=1`, 'ZXIvYXdz'],
  ['a code in a URL', 'GET /callback?code=short1&state=2', 'short1'],
  ['a token in a URL', '/mcp?access_token=abc.def', 'abc.def'],
  ['a form', 'grant_type=x&client_secret=hunter2&code_verifier=v3rifier', /hunter2|v3rifier/],
  ['an assertion', 'assertion=PHNhbWw+', 'PHNhbWw+'],
  ['a secret key in JSON', JSON.stringify({ SecretAccessKey: secretKey }), secretKey],
  ['a secret key in JSON in JSON', JSON.stringify(JSON.stringify({ secretAccessKey: secretKey })), secretKey],
  ['a secret key in a credentials file', `aws_secret_access_key = ${secretKey}`, secretKey],
  ['a secret key in XML', `<SecretAccessKey>${secretKey}</SecretAccessKey>`, secretKey],
  ['a secret in YAML', `clientSecret: ${secretKey}`, secretKey],
  ['a password', '"password":"correct-horse-battery"', 'correct-horse'],
  ['a Redis URL', 'connect redis://gateway:hunter2@10.0.0.1:6379 failed', 'hunter2'],
  ['a secret key behind spaces', `the secret access key is ${secretKey}, they said`, secretKey],
  ['a secret key behind an arrow', `secretKey => '${secretKey}'`, secretKey],
  ['a secret key in a list', JSON.stringify(['AccessKey', secretKey]), secretKey],
  ['a secret key in a list of words', JSON.stringify(['credentials', 'is', secretKey]), secretKey],
  ['a secret key behind words', JSON.stringify(['credentials', 'role', 'key', secretKey]), secretKey],
  ['a secret key that is a word', JSON.stringify(['secret', 'abcd'.repeat(10)]), 'abcd'.repeat(10)],
  ['a secret key on a line of its own', JSON.stringify(`key:\n${secretKey}\n`), secretKey],
  ['a private key', JSON.stringify(privateKey), 'MIGHAgEAMBMGByqGSM49'],
  ['a private key that is cut', JSON.stringify(privateKey.slice(0, 60)), 'MIGHAgEAMBMGByqGSM49'],
  ['an encrypted private key', privateKey.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'), 'MIGHAgEAMBMGByqGSM49'],
  ['a signature in a URL', `https://s3/x?X-Amz-Signature=${'0a1b'.repeat(16)}&a=1`, '0a1b0a1b'],
  ['a signed header', `AWS4-HMAC-SHA256 Credential=x/1/eu, Signature=${'0a1b'.repeat(16)}`, '0a1b0a1b'],
  ['a state key', `STATE_KEY=${Buffer.alloc(32, 'k').toString('base64')}`, 'a2tra2tr'],
  ['a state key in JSON', JSON.stringify({ stateKey: Buffer.alloc(32, 'k').toString('base64') }), 'a2tra2tr'],
  ['a key in hexadecimal', `AUDIT_HMAC_KEY: ${'0a1b'.repeat(16)}`, '0a1b0a1b'],
  ['headers of a collector', 'OTEL_EXPORTER_OTLP_HEADERS=api-key=c0llect0r-0123', 'c0llect0r'],
  ['a Redis URL without a user', 'rediss://:p@ss:w@rd@redis.internal/0', /p@ss|w@rd/],
] as const)('%s goes', ([, line, secret]) => {
  const clean = scrub(line)
  expect(clean).toMatch(/\[(jwt|access-key|private-key|session-token|secret)\]/)
  if (typeof secret === 'string') expect(clean).not.toContain(secret)
  else expect(clean).not.toMatch(secret)
})

const bytes = Buffer.alloc(32, 'k').toString('base64')
const names = ['code', 'token', 'secret', 'assertion', 'code_verifier', 'refresh_token', 'client_secret']
const heads = ['secret', 'TokenValue', 'password', 'Credential', 'private-key']

test.for([
  jwt,
  accessKey,
  temporaryKey,
  sessionToken,
  olderSession,
  otherSession,
  'x://u:p@h',
  `key ${secretKey}`,
  `key: ${bytes}`,
  '-----BEGIN PRIVATE KEY-----MIGH',
  'bearer abcdefgh',
  'BASIC abcdefgh',
  ...names.flatMap((name) => [`${name}=v`, `${name.toUpperCase()}=v`]),
  ...heads.flatMap((head) => [
    `${head}: abcdefghijklmnop`,
    `"${head}":"abcdefghijklmnop`,
    `<${head}>abcdefghijklmnop`,
  ]),
])('is found with nothing else in the line that could be one: %s', (text) => {
  expect(scrub(`{"a":"${text}"}`)).not.toContain(text)
})

test.for([
  '{"level":"info","time":"2026-01-01T00:00:00.000Z","reqId":"5f0c1f5e-3b62-4b0e-9c39-3d7ce4a3e7a1"}',
  '{"token_id":"5f0c1f5e-3b62-4b0e-9c39-3d7ce4a3e7a1","scopes":["aws:read"]}',
  '{"reason_code":"missing_token","detail":"unknown kid"}',
  '{"role_arn":"arn:aws:iam::111111111111:role/mcp-gateway-read","session_name":"mcp-acme-ann"}',
  '{"request_ids":["AKIAFAKE"],"actions":["secretsmanager:GetSecretValue"]}',
  '{"user":{"id":"q0fM1m8dPq3Dq5T7m1M8yq0fM1m8dPq3Dq5T7m1M8yA","issuer":"https://sso.example/acme"}}',
  'GET http://127.0.0.1:3000/mcp',
  `{"token_id":"${'0a1B'.repeat(10)}","key_id":"${'0a1B'.repeat(10)}"}`,
  `{"digest":"${'0a1b'.repeat(16)}","tenants":3}`,
  '{"code":"unknown_key","detail":"no key of that id"}',
  '{"trace":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}',
])('what is no secret stays: %s', (line) => {
  expect(scrub(line)).toBe(line)
})

test('the line stays JSON', () => {
  const line = JSON.stringify({
    a: `Bearer ${jwt}`,
    b: `{"secretKey":"${secretKey}"}`,
    c: 'x?token=1&y=2',
    d: 'redis://u:p@h/0',
    e: `password="${secretKey}"\n`,
  })
  expect(JSON.parse(scrub(line))).toEqual({
    a: 'Bearer [jwt]',
    b: '{"secretKey":"[secret]"}',
    c: 'x?token=[secret]&y=2',
    d: 'redis://[secret]@h/0',
    e: 'password="[secret]"\n',
  })
})
