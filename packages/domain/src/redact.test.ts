import { expect, test } from 'vitest'
import { redactSecrets } from './redact.ts'

// Made up for these tests, in the form of the real ones.
const keyId = 'AKIAIOSFODNN7EXAMPLE'
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const jwt = `eyJhbGciOiJFUzI1NiJ9.${Buffer.from('{"sub":"somebody"}').toString('base64url')}.c2lnbmF0dXJlLW9m`
const pem = (kind: string) => `-----BEGIN ${kind}-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ==\n-----END ${kind}-----`

const gone = '[redacted]'

test.for<[string, unknown, unknown]>([
  ['a password', { password: 'hunter2' }, { password: gone }],
  ['as AWS spells it', { MasterUserPassword: 'hunter2' }, { MasterUserPassword: gone }],
  [
    'as an environment spells it',
    { DB_PASSWORD: 'a', 'api-key': 'b' },
    { DB_PASSWORD: gone, 'api-key': gone },
  ],
  ['deeper', { a: [{ b: { clientSecret: 'x' } }] }, { a: [{ b: { clientSecret: gone } }] }],
  ['a list of them', { secrets: ['a', 'b'] }, { secrets: [gone, gone] }],
  ['a token', { authToken: 'abc', SessionToken: 'x' }, { authToken: gone, SessionToken: gone }],
  [
    'credentials',
    { AccessKeyId: keyId, SecretAccessKey: secretKey },
    { AccessKeyId: keyId, SecretAccessKey: gone },
  ],
  ['an access key, but not its id', { accessKey: secretKey }, { accessKey: gone }],
  [
    'a parameter',
    { parameterKey: 'DbPassword', parameterValue: 'x' },
    { parameterKey: 'DbPassword', parameterValue: gone },
  ],
  ['an output', { outputKey: 'ApiKey', outputValue: 'x' }, { outputKey: 'ApiKey', outputValue: gone }],
  ['a tag', { Key: 'token', Value: 'x' }, { Key: 'token', Value: gone }],
  [
    'a start script',
    { userData: { value: 'x' }, UserData: 'IyEvYmluL2Jhc2g=' },
    { userData: { value: gone }, UserData: gone },
  ],
  [
    'an item of DynamoDB',
    { password: { S: 'x' }, tokens: { SS: ['x'] }, secrets: { L: [{ S: 'x' }] }, user: { S: 'x' } },
    { password: { S: gone }, tokens: { SS: [gone] }, secrets: { L: [{ S: gone }] }, user: { S: 'x' } },
  ],
  ['a private key', pem('RSA PRIVATE KEY'), gone],
  [
    'a private key in a text',
    `a\n${pem('PRIVATE KEY')}\nb ${pem('EC PRIVATE KEY')}`,
    `a\n${gone}\nb ${gone}`,
  ],
  ['a private key of OpenPGP', pem('PGP PRIVATE KEY BLOCK'), gone],
  ['the start of one', 'x -----BEGIN PRIVATE KEY-----\nMIIEvQ', `x ${gone}`],
  ['the end of one', 'MIIEvQ\nkqhk==\n-----END PRIVATE KEY-----\nafter', `${gone}\nafter`],
  ['one in a line', pem('PRIVATE KEY').replaceAll('\n', '\\n'), gone],
  ['a JWT', `token ${jwt} of somebody`, `token ${gone} of somebody`],
  ['a JWT in a header', `Authorization: Bearer ${jwt}`, `Authorization: Bearer ${gone}`],
  ['an opaque bearer token', 'authorization: bearer 0123456789abcdef', `authorization: bearer ${gone}`],
  ['a pair of keys', `${keyId} ${secretKey}`, `${keyId} ${gone}`],
  ['a pair in the other order', `${secretKey},${keyId}`, `${gone},${keyId}`],
  [
    'a credentials file',
    `[default]\naws_access_key_id = ${keyId}\naws_secret_access_key = ${secretKey}\naws_session_token = ${'F'.repeat(90)}==\n`,
    `[default]\naws_access_key_id = ${keyId}\naws_secret_access_key = ${gone}\naws_session_token = ${gone}\n`,
  ],
  ['a secret without its id', `AWS_SECRET_ACCESS_KEY="${secretKey}"`, `AWS_SECRET_ACCESS_KEY="${gone}"`],
  ['JSON in a text', '{"user":"a","password":"x\\"y"}', `{"user":"a","password":"${gone}"}`],
  ['JSON in a text that is cut', '{"apiKey": "abc', `{"apiKey": "${gone}`],
  [
    'JSON in JSON',
    '{"body":"{\\"token\\":\\"abc\\",\\"a\\":1}"}',
    `{"body":"{\\"token\\":\\"${gone}\\",\\"a\\":1}"}`,
  ],
  ['a password in a URL', 'postgres://app:hunter2@db:5432/x', `postgres://app:${gone}@db:5432/x`],
  [
    'a presigned URL',
    'https://b.s3.amazonaws.com/k?X-Amz-Date=20260101T000000Z&X-Amz-Signature=0123456789abcdef',
    `https://b.s3.amazonaws.com/k?X-Amz-Date=20260101T000000Z&X-Amz-Signature=${gone}`,
  ],
  ['a password in a text', 'login with password=hunter2 next', `login with password=${gone} next`],
  ['a short one', 'pwd=ab', `pwd=${gone}`],
  ['a member of YAML', 'a: 1\nDB_PASSWORD: hunter2\nb: 2', `a: 1\nDB_PASSWORD: ${gone}\nb: 2`],
  ['one in quotes', `password: "two words", x='y'`, `password: "${gone}", x='y'`],
  ['a line of a shell', 'export API_KEY=ab,cd\nexport HOME=/x', `export API_KEY=${gone}\nexport HOME=/x`],
  ['a setting with any signs', 'DB_PASSWORD=(a[b{c,d', `DB_PASSWORD=${gone}`],
  ['an option', 'cli --user a --password hunter2 --x', `cli --user a --password ${gone} --x`],
  ['an option with a sign', 'cli --api-key=hunter2 --x', `cli --api-key=${gone} --x`],
  ['a setting within another', 'env: DB_PASS=hunter2', `env: DB_PASS=${gone}`],
  ['settings of Java', 'spring.datasource.password=hunter2', `spring.datasource.password=${gone}`],
  ['a parameter of a URL', 'GET /a?x=1&token=abc&user=b', `GET /a?x=1&token=${gone}&user=b`],
  ['a sign-in of HTTP', 'Authorization: Basic dXNlcjpwdw==', `Authorization: Basic ${gone}`],
  ['a cookie', 'Set-Cookie: s=abc; Path=/\nx', `Set-Cookie: ${gone}\nx`],
  ['a token of Slack', 'using xoxb-1234567890-abcdef now', `using ${gone} now`],
  ['a token of GitHub', `at ghp_${'a1B2'.repeat(9)}.`, `at ${gone}.`],
  [
    'a URL of SigV2',
    'https://b.s3.amazonaws.com/k?AWSAccessKeyId=x&Expires=1&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D',
    `https://b.s3.amazonaws.com/k?AWSAccessKeyId=x&Expires=1&Signature=${gone}`,
  ],
  [
    'a URL of CloudFront',
    'https://d1.cloudfront.net/k?Expires=1&Signature=abc~DEF-ghi_&Key-Pair-Id=K1',
    `https://d1.cloudfront.net/k?Expires=1&Signature=${gone}&Key-Pair-Id=K1`,
  ],
  [
    'rows of YAML',
    '- name: DB_PASSWORD\n  value: hunter2\n- name: SIZE\n  value: big',
    `- name: DB_PASSWORD\n  value: ${gone}\n- name: SIZE\n  value: big`,
  ],
  [
    'rows of JSON in a text',
    '[{"name": "DB_PASS", "value": "hunter2"}]',
    `[{"name": "DB_PASS", "value": "${gone}"}]`,
  ],
  [
    'variables of a task',
    {
      environment: [
        { name: 'STRIPE_SK', value: 'x' },
        { name: 'SIZE', value: 'y' },
      ],
    },
    {
      environment: [
        { name: 'STRIPE_SK', value: gone },
        { name: 'SIZE', value: 'y' },
      ],
    },
  ],
  [
    'variables by name',
    {
      DB_PASS: 'a',
      GITHUB_PAT: 'b',
      AUTH: 'c',
      SECRET_KEY_BASE: 'd',
      API_KEY_V2: 'e',
      DB_PASSWORD_PROD: 'f',
    },
    {
      DB_PASS: gone,
      GITHUB_PAT: gone,
      AUTH: gone,
      SECRET_KEY_BASE: gone,
      API_KEY_V2: gone,
      DB_PASSWORD_PROD: gone,
    },
  ],
  [
    'a webhook of Slack',
    'to https://hooks.slack.com/services/T000/B000/abcDEF123 now',
    `to https://hooks.slack.com/services/${gone} now`,
  ],
  [
    'a DSN of Sentry',
    'dsn https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2',
    `dsn https://${gone}@o1.ingest.sentry.io/2`,
  ],
  [
    'a token before a host',
    'git clone https://abcdefgh12345678@git.example/x',
    `git clone https://${gone}@git.example/x`,
  ],
  ['mysql', 'mysql -h db -u root -phunter2 shop', `mysql -h db -u root -p${gone} shop`],
  ['mysqldump', "mysqldump -p'hunter2' shop | gzip -p9", `mysqldump -p'${gone}' shop | gzip -p9`],
  ['curl', 'curl -s -u admin:hunter2 https://x', `curl -s -u admin:${gone} https://x`],
  ['sshpass', 'sshpass -p hunter2 ssh ann@host -p 22', `sshpass -p ${gone} ssh ann@host -p 22`],
  ['docker login', 'docker login -u ann -p hunter2', `docker login -u ann -p ${gone}`],
  ['names without the word', { JWT: 'abc', HMAC: 'abc', PIN: '1234' }, { JWT: gone, HMAC: gone, PIN: gone }],
  ['a setting that is a word', 'DB_PASSWORD=changed PASS=ok', `DB_PASSWORD=${gone} PASS=ok`],
  ['a PIN in a text', 'PIN=1234 password: 123456', `PIN=${gone} password: ${gone}`],
  ['a key of OpenAI', `at sk-${'a1B2'.repeat(8)}, sk-proj-${'ab-c'.repeat(6)}`, `at ${gone}, ${gone}`],
  [
    'a word as a password',
    'password=swordfish DB_PASSWORD: swordfish',
    `password=${gone} DB_PASSWORD: ${gone}`,
  ],
  ['a private key in a body', { body: `a ${pem('PRIVATE KEY')}` }, { body: `a ${gone}` }],
  ['a pair of keys in a body', { body: `${keyId}\t${secretKey}` }, { body: `${keyId}\t${gone}` }],
])('taken out: %s', ([, value, clean]) => {
  expect(redactSecrets(value)).toEqual(clean)
})

test.for<[string, unknown]>([
  [
    'page and request tokens',
    { nextToken: 'a', NextContinuationToken: 'b', clientToken: 'c', ClientRequestToken: 'd' },
  ],
  [
    'ids of keys',
    { accessKeyId: keyId, accessKey: keyId, kmsKeyId: 'x', secretId: 'y', text: `${keyId} is old` },
  ],
  [
    'where a secret is kept',
    { secretArn: 'x', password: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf' },
  ],
  ['a reference', { MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}' }],
  ['what AWS has masked', { parameterKey: 'DbPassword', parameterValue: '****' }],
  ['an empty one', { password: '', token: null, secret: undefined }],
  [
    'what only tells of one',
    { passwordLastUsed: '2026-01-01', passwordEnabled: true, tokenCount: 'x', secretsVersion: 'y' },
  ],
  ['numbers', { tokens: 7, token: 5 }],
  ['ordinary names', { key: 'reports/password', publicKey: 'ssh-ed25519 AAAA', data: 'x' }],
  ['an ordinary tag', { Key: 'Name', Value: 'web' }],
  ['an ARN', 'arn:aws:iam::111111111111:role/mcp-gateway-read'],
  ['hashes', `${'0123456789abcdef'.repeat(4)} da39a3ee5e6b4b0d3255bfef95601890afd80709`],
  ['a commit beside the id of a key', `${keyId} da39a3ee5e6b4b0d3255bfef95601890afd80709`],
  ['forty characters without an id', `digest ${secretKey}`],
  ['forty characters far from an id', `${keyId}${' x'.repeat(200)} ${secretKey}`],
  ['a certificate and a public key', `${pem('CERTIFICATE')}${pem('PUBLIC KEY')}`],
  ['a text about keys', 'put your PRIVATE KEY where nobody finds it'],
  ['our cursors', 'WzE3NjcyMjU2MDAwMDAsIm5leHQiXQ.0v3hIuEyJ9Zc8kR1wYbA5g'],
  ['base64 of a file', Buffer.from('eyJ'.repeat(100)).toString('base64')],
  ['URLs', 'https://example.com:8443/a@b mailto:ann@example.com s3://bucket/key'],
  ['a time', new Date(0)],
  ['bytes', new Uint8Array([1, 2])],
  ['other JSON in a text', '{"user":"a","nextToken":"b","n":1,"s":"\\"q\\""}'],
  ['prose', 'Password: must have 8 characters; the secret: never tell. Your token is old.'],
  ['a schema', 'password: string\ntoken: <token>\nsecret: {type: x}\nJSON "password": {"type":"string"}'],
  ['a page', 'There is more: NextToken=abc, nextToken: def, --starting-token ghi, Token=...'],
  [
    'a template',
    'MasterUserPassword: !Ref DbPassword\nPassword: "{{resolve:secretsmanager:db}}"\nDbPassword:\n  Type: String\n  NoEcho: true\nSecret: ${Db}\nSecretString: |\n  x',
  ],
  ['code', 'const token = await getToken(); if (password == null) token => x; secret = read(file)'],
  ['ARNs in a text', 'see arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf and repo/secret:v1'],
  ['actions', 'secretsmanager:GetSecretValue, sts:GetSessionToken, kms:CreateKey on auth-token:latest'],
  ['words about one', 'password_policy=strict tokenType: Bearer KeyName=my-key secretArn=x passwordAge: 90d'],
  ['counts', 'pass: 12, fail: 0, auth=ok tokens_used=7'],
  ['counts of tokens', 'input_tokens=1234, max_tokens: 512 tokens=7 {"maxTokens":"5"} credentials: 3 rows'],
  ['settings of models', { MAX_TOKENS: '512', MAX_OUTPUT_TOKENS: '9', TOKENS_PER_MINUTE: '5' }],
  ['units', { TokenValidityUnits: { AccessToken: 'hours', IdToken: 'minutes' } }],
  ['what became of one', 'password: incorrect. Access token: 401, auth=oauth2 token: expired'],
  [
    'tokens of the next call',
    {
      taskToken: 'a',
      NextPollConfigurationToken: 'b',
      InitialConfigurationToken: 'c',
      UpdateToken: 'd',
      BlockToken: 'e',
    },
  ],
  ['a bucket', 'sk-telecom-data-lake-prod-eu-west-1'],
  [
    'commands without one',
    'mysql -p shop; curl -u ann https://x; sshpass -p $PASS ssh x; mkdir -p a/b; mysql -p$PW',
  ],
  ['users before a host', 'ssh://git@github.com, https://ann@x, docker://my-image-2024-01-02@sha256:abc'],
  ['a commit with a long name', 'branch sk-short xox gh_x npm_config=1 task-id=ab'],
  // Their reader asked for the file as it is.
  ['a body with words like a secret', { body: `{"password":"x"} Bearer 0123456789abcdef01 ${jwt}` }],
])('left as it is, the very same value: %s', ([, value]) => {
  expect(redactSecrets(value)).toBe(value)
})

test('the value that was given stays whole', () => {
  const value = { list: [{ password: 'x', same: { a: 1 } }], other: { b: 2 } }
  const copy = structuredClone(value)
  const clean = redactSecrets(value) as typeof value
  expect(value).toEqual(copy)
  // What has no secret in it is not copied.
  expect([clean.other, clean.list[0]?.same]).toEqual([value.other, value.list[0]?.same])
  expect(clean.other).toBe(value.other)
})

test('a name of the language is a name like others', () => {
  const value = JSON.parse('{"__proto__":{"password":"x"},"constructor":"y"}')
  expect(JSON.stringify(redactSecrets(value))).toBe(
    '{"__proto__":{"password":"[redacted]"},"constructor":"y"}',
  )
})

test('what is nested too deep to be looked at is not shown', () => {
  const value = JSON.parse(`${'['.repeat(5000)}{"password":"hunter2"}${']'.repeat(5000)}`)
  const text = JSON.stringify(redactSecrets(value))
  expect(text).not.toContain('hunter2')
  expect(text).toContain('nested too deep')
})

test('nothing of a secret is left, wherever the text is cut', () => {
  const text = `key:\n${pem('PRIVATE KEY')}\nend`
  let seen = 0
  for (let at = 0; at <= text.length; at++) {
    const parts = [redactSecrets(text.slice(0, at)), redactSecrets(text.slice(at))] as [string, string]
    // A range inside of the block alone cannot be told from other base64.
    if (!parts.every((part) => part.includes(gone))) continue
    seen += 1
    expect([at, parts.join('')]).toEqual([at, expect.not.stringMatching(/MIIEv|kqhk/)])
  }
  expect(seen).toBeGreaterThan(25)
})

const megabyte = (part: string) => part.repeat(Math.ceil(1_048_576 / part.length))

test.for<[string, () => unknown]>([
  ['one text', () => megabyte('an ordinary line of a log, 2026-01-02T03:04:05Z\n')],
  ['many small texts', () => Array.from({ length: 40_000 }, (_, n) => ({ id: `i-${n}`, name: `web ${n}` }))],
  [
    'many secrets',
    () => Array.from({ length: 20_000 }, (_, n) => ({ password: `x${n}`, value: `y${n}`, key: 'token' })),
  ],
  ['starts of JWTs', () => megabyte('eyJ')],
  ['parts of JWTs', () => megabyte('eyJabcdefghij.')],
  ['starts of keys', () => megabyte('-----BEGIN PRIVATE KEY')],
  ['starts of key blocks', () => megabyte('-----BEGIN PRIVATE KEY-----')],
  ['ends of key blocks', () => megabyte('-----END PRIVATE KEY-----AAAA')],
  ['ids of keys', () => megabyte(`${keyId} `)],
  ['ids of keys without a gap', () => megabyte(keyId)],
  ['base64', () => `${keyId}${megabyte('A')}`],
  ['names of secrets', () => megabyte('secretaccesskey')],
  ['names of secrets with signs', () => megabyte('secretaccesskey = ')],
  ['quotes', () => megabyte('"a":"')],
  ['escaped quotes', () => megabyte('\\"a\\":\\"')],
  ['backslashes', () => `"a":"${megabyte('\\')}`],
  ['colons', () => megabyte('://a:')],
  ['at signs', () => megabyte('://a:b@')],
  ['bearers', () => megabyte('bearer ')],
  ['parameters of URLs', () => megabyte('X-Amz-Signature=')],
  ['names of passwords', () => megabyte('password=')],
  ['names of passwords in quotes', () => megabyte('password="')],
  ['names of passwords that call', () => megabyte('token=a(')],
  ['names of passwords with ARNs', () => megabyte('token=arn:aws:a:')],
  ['names of passwords with prose', () => megabyte('token: a b ')],
  ['names without a sign', () => megabyte('passwordpassword-')],
  ['colons after names', () => megabyte('secret:')],
  ['rows', () => megabyte('name: "token", value')],
  ['rows with spaces', () => megabyte(`name: token${' '.repeat(40)}`)],
  ['options', () => megabyte('--password ')],
  ['cookies', () => megabyte('cookie: ')],
  ['commands', () => megabyte('mysql -p ')],
  ['commands in a line', () => megabyte('curl -u a: ')],
  ['users of hosts', () => megabyte('://a1_b')],
  ['webhooks', () => megabyte('hooks.slack.com/services/')],
  ['starts of tokens', () => megabyte('xoxb-ghp_sk-SG.')],
  ['signatures', () => megabyte('Signature=')],
])('as fast as it is long: %s', ([, make]) => {
  const value = make()
  const best = (work: () => unknown) => {
    const times = Array.from({ length: 3 }, () => {
      const started = performance.now()
      work()
      return performance.now() - started
    })
    return Math.min(...times)
  }
  // A quadratic rule takes hours here, so the bound may be wide enough for a busy machine.
  expect(
    best(() => redactSecrets(value)) /
      Math.max(
        1,
        best(() => JSON.stringify(value)),
      ),
  ).toBeLessThan(150)
})
