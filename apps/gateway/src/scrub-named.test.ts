import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { scrub } from './scrub.ts'

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl-_c2lnbmF0dXJl'
const code = 'SplxlOBeZQQYbYS6WxSbIA'

const said = [
  ['a short password', '{"password":"hunter2!"}', 'hunter2'],
  ['a password with a quote', JSON.stringify({ password: 'a "hunter2" b' }), 'hunter2'],
  ['a verifier', '{"code_verifier":"v3rifier~x"}', 'v3rifier'],
  ['a code', `{"code":"${code}"}`, code],
  ['a short code', '{"code":"a1-b2"}', 'a1-b2'],
  ['an assertion of a client', '{"client_assertion":"short.assertion1"}', 'assertion1'],
  ['a form in a URL in a URL', 'to=x%3Fclient_secret%3Dhunter2%26scope%3Da', 'hunter2'],
  ['a header of another scheme', '{"authorization":"Token hunter2"}', 'hunter2'],
  ['a header as a text', 'authorization: Token hunter2', 'hunter2'],
  ['a cookie', 'Cookie: sid=hunter2', 'hunter2'],
  ['a cookie as a member', '{"cookie":"sid=hunter2; b=c"}', 'hunter2'],
  ['a short token with a dot', '{"refresh_token":"short.tok"}', /short|tok"/],
  ['a long token with a dot', '{"refresh_token":"abcdefghijklmnop.hunter2"}', /abcdefgh|hunter2/],
  ['passwd', 'passwd=hunter2', 'hunter2'],
  ['pwd', '{"a":"pwd=hunter2"}', 'hunter2'],
  ['pwd with a colon', 'pwd: hunter2', 'hunter2'],
  ['bearer with a colon', 'bearer:hunter2hunter2', 'hunter2'],
  ['a token before a host', 'https://hunter2@host.example/x', 'hunter2'],
  ['a JWT behind a percent sign', `x%3D${jwt}`, 'c2lnbmF0dXJl'],
  ['a JWT without its signature', jwt.slice(0, jwt.lastIndexOf('.')), 'eyJzdWIi'],
] as const

test.for(said)('%s goes, as it is and in a text of JSON', ([, line, secret]) => {
  for (const each of [
    line,
    JSON.stringify({ detail: line }),
    `${JSON.stringify({ msg: `x ${line} y` })}\n`,
  ]) {
    const clean = scrub(each)
    expect(clean).toMatch(/\[(secret|jwt)\]/)
    if (typeof secret === 'string') expect(clean).not.toContain(secret)
    else expect(clean).not.toMatch(secret)
    if (each.startsWith('{')) expect(Object.keys(JSON.parse(clean))).toEqual(Object.keys(JSON.parse(each)))
    expect(clean.endsWith('\n')).toBe(each.endsWith('\n'))
  }
})

test.for([
  'unavailable',
  'input_required',
  'oauth:invalid_grant',
  'rpc:-32601',
  'ECONNREFUSED',
  'ERR_HTTP2_STREAM_ERROR',
  'AccessDenied',
  'InvalidInstanceID.NotFound',
])('a code of a refusal stays beside a secret: %s', (word) => {
  const line = JSON.stringify({ code: word, reason_code: word, aws: { code: word }, detail: 'pwd=hunter2' })
  expect(scrub(line)).toBe(line.replace('pwd=hunter2', 'pwd=[secret]'))
})

test('a number beside a name of a secret leaves the line JSON', () => {
  const line = JSON.stringify({ token: 1234567890123456, detail: 'pwd=hunter2', n: [1, null, true] })
  expect(JSON.parse(scrub(line))).toEqual({
    token: 1234567890123456,
    detail: 'pwd=[secret]',
    n: [1, null, true],
  })
})

/** The same numbers for the same seed. */
const randomOf = (seed: number) => {
  const bytes = (n: number) => createHash('shake256', { outputLength: n }).update(`${seed++}`).digest()
  const below = (n: number) => bytes(6).readUIntBE(0, 6) % n
  const from = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value
  return { bytes, below, from }
}

const recordOf = (seed: number, detail: string) => {
  const { bytes, below, from } = randomOf(seed * 1000)
  const hex = (n: number) => bytes(n).toString('hex')
  const base64url = (n: number) => bytes(n).toString('base64url')
  const account = String(below(10 ** 12)).padStart(12, '0')
  const arn = from([
    `arn:aws:iam::${account}:role/${from(['token-reader', 'secret_admin', 'gateway'])}`,
    `arn:aws:secretsmanager:eu-west-1:${account}:secret:prod/db-password-${base64url(6)}`,
    `arn:aws:secretsmanager:eu-west-1:${account}:secret:${hex(12)}`,
    `arn:aws:ssm:us-east-1:${account}:parameter/prod/api_key`,
    `arn:aws:kms:eu-central-1:${account}:key/${hex(16)}`,
  ])
  return {
    args_digest: base64url(32),
    aws: {
      account_id: account,
      actions: [
        from(['secretsmanager:GetSecretValue', 'sts:GetSessionToken', 's3:GetObject', 'iam:PassRole']),
        'ec2:GetPasswordData',
      ],
      attempts: below(9),
      cost_estimate_usd: below(1e6) / 1e5,
      error_code: from(['ExpiredToken', 'AccessDenied', 'InvalidClientTokenId', 'NoSuchKey']),
      policy_hash: hex(32),
      request_ids: [hex(8).toUpperCase(), `${hex(4)}-${hex(2)}-${hex(6)}`, bytes(57).toString('base64')],
      role_arn: arn,
      session_name: `mcp-acme-${base64url(8)}`,
      session_tags: { tenant: 'acme', tool: 'aws_secretsmanager_describe_secret' },
    },
    call_id: `${hex(4)}-${hex(2)}-${hex(2)}-${hex(2)}-${hex(6)}`,
    client: { grant_id: base64url(24), id: base64url(16), scopes: ['aws:read'], token_id: base64url(30) },
    detail,
    event: from(['tool.call', 'oauth.token', 'auth.deny', 'oauth.authorization']),
    gateway: { instance: `${hex(4)}-${hex(6)}`, version: '0.8.0' },
    hash: hex(32),
    key_id: base64url(12),
    mcp: {
      args_redacted: { password: { length: below(99), type: 'string' }, token: 'string', count: below(9) },
      tool: 'aws_secretsmanager_get_secret_value',
    },
    policy: { decision: 'allow', rule_ids: ['secret', 'token', 'key', 'private-read'], version: hex(8) },
    prev_hash: hex(32),
    reason_code: from(['missing_token', 'invalid_token', 'oauth:invalid_grant', 'rpc:-32601', 'forbidden']),
    request_id: `${hex(4)}-${hex(2)}-${hex(6)}`,
    seq: below(1e9),
    source: { ip: '10.0.0.1', user_agent: 'agent/1.0 (x; y)' },
    trace: { traceparent: `00-${hex(16)}-${hex(8)}-01` },
    ts: '2026-01-01T00:00:00.000Z',
    user: { id: base64url(32), issuer: 'https://sso.example/acme', subject: `ann-${hex(4)}` },
  }
}

test('of a record with a secret in one text nothing else changes, and one without is as it was', () => {
  for (let seed = 0; seed < 600; seed++) {
    const [, secret] = said[seed % said.length] ?? ['', '']
    const record = recordOf(seed, `x ${secret} y`)
    const clean = JSON.parse(scrub(JSON.stringify(record))) as typeof record
    expect(clean.detail).toMatch(/\[(secret|jwt)\]/)
    expect({ ...clean, detail: '' }).toEqual({ ...record, detail: '' })
    const plain = JSON.stringify({ ...record, detail: 'no key of that id' })
    expect(scrub(plain)).toBe(plain)
  }
})

const million = (part: string) => part.repeat(Math.ceil(1_000_000 / part.length))

/** The fastest of a few, since other processes take their share. */
const msOf = (line: string, enough = 0): number => {
  let fastest = Number.POSITIVE_INFINITY
  for (let n = 0; n < 5 && fastest > enough; n++) {
    const started = performance.now()
    scrub(line)
    fastest = Math.min(fastest, performance.now() - started)
  }
  return fastest
}

test.for([
  ...['eyJ', 'eyJ.', 'eyJa.b ', 'a-', 'X-Amz-', 'api-', 'api-key', 'api_key:', 'token', 'token_', 'token: '],
  ...[
    'bearer ',
    'bearer:',
    '://',
    '://a:',
    '://a@',
    'FwoG',
    'AKIA',
    'secret',
    'secret"',
    'secret\\',
    'private-',
  ],
  ...[
    'key ',
    'key:',
    'code=',
    'code:',
    'key%3D',
    'cookie:',
    'password="',
    '"password":"',
    'pwd ',
    '=',
    '"',
    '\\',
  ],
  ...[
    '-----',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    'Signature=',
    'authorization: Token ',
  ],
  ...['name: key value: ', '--password ', 'sk-', 'xoxb-', ' ', 'credential '],
])(
  'a megabyte of %s takes no more than six hundred times what plain words take',
  { timeout: 60_000 },
  (part) => {
    const bound = 600 * msOf(million('plain words '))
    for (const line of [
      million(part),
      `${million(part)}=`,
      JSON.stringify({ a: `token: eyJ ${million(part)}` }),
    ])
      expect(msOf(line, bound)).toBeLessThan(bound)
  },
)
