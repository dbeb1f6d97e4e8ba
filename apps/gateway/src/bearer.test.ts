import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { compact, segment } from '../test/support/tokens.ts'
import { bearerToken, tokenShape } from './bearer.ts'

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln_-'

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown.code
    throw thrown
  }
  return 'accepted'
}

test.for(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('the scheme has any case: %s', (scheme) => {
  expect(bearerToken(['Host', 'x', 'Authorization', `${scheme} ${token}`])).toBe(token)
})

test('the name of the header has any case', () => {
  expect(bearerToken(['aUTHORIZATION', `Bearer ${token}`])).toBe(token)
})

test('a header of that value is no Authorization header', () => {
  expect(codeOf(() => bearerToken(['X-Note', 'authorization', 'X-Other', `Bearer ${token}`]))).toBe(
    'missing_token',
  )
})

test.for([
  ['none', []],
  ['an empty one', ['Authorization', '']],
  ['Basic', ['Authorization', 'Basic YTpi']],
  ['a longer scheme', ['Authorization', `BearerX ${token}`]],
  ['a scheme with a dash', ['Authorization', `bearer-token ${token}`]],
  ['DPoP', ['Authorization', `DPoP ${token}`]],
  ['the token alone', ['Authorization', token]],
  ['a space before the scheme', ['Authorization', ` Bearer ${token}`]],
  ['a proxy header', ['Proxy-Authorization', `Bearer ${token}`]],
] as const)('no bearer token: %s', ([, rawHeaders]) => {
  expect(codeOf(() => bearerToken(rawHeaders))).toBe('missing_token')
})

test.for([
  ['two', [`Bearer ${token}`, `Bearer ${token}`]],
  ['two, another scheme first', ['Basic YTpi', `Bearer ${token}`]],
  ['two, an empty one last', [`Bearer ${token}`, '']],
  ['three', ['', '', '']],
] as const)('more than one header: %s', ([, values]) => {
  expect(codeOf(() => bearerToken(values.flatMap((value) => ['AuthorizatioN', value])))).toBe('bad_request')
})

test.for([
  ['the scheme alone', 'Bearer'],
  ['an empty token', 'Bearer '],
  ['two spaces', `Bearer  ${token}`],
  ['a tab', `Bearer\t${token}`],
  ['no space', `Bearer:${token}`],
  ['a trailing space', `Bearer ${token} `],
  ['a trailing newline', `Bearer ${token}\n`],
  ['a second word', `Bearer ${token} x`],
  ['a list', `Bearer ${token}, Bearer ${token}`],
  ['quotes', `Bearer "${token}"`],
  ['a percent escape', `Bearer ${token}%20`],
  ['padding', `Bearer ${token}=`],
  ['double padding', `Bearer ${token}==`],
  ['padding in the header', `Bearer ${token.replace('.', '=.')}`],
  ['the alphabet of plain base64', `Bearer ${token}+/`],
  ['a byte order mark', `Bearer \xef\xbb\xbf${token}`],
  ['a NUL', `Bearer ${token}\0`],
  ['one segment', 'Bearer eyJhbGciOiJFUzI1NiJ9'],
  ['two segments', 'Bearer eyJhbGciOiJFUzI1NiJ9.e30'],
  ['an empty signature', 'Bearer eyJhbGciOiJFUzI1NiJ9.e30.'],
  ['an empty payload', 'Bearer eyJhbGciOiJFUzI1NiJ9..c2ln'],
  ['an empty header', 'Bearer .e30.c2ln'],
  ['dots', 'Bearer ..'],
  ['four segments', `Bearer ${token}.x`],
  ['five segments', `Bearer ${token}.x.y`],
  ['8,193 bytes', `Bearer ${`${token}${'A'.repeat(8192)}`.slice(0, 8193 - 'Bearer '.length)}`],
  ['1 MB', `Bearer ${token}${'A'.repeat(1_000_000)}`],
] as const)('the shape of no token: %s', ([, value]) => {
  expect(codeOf(() => bearerToken(['Authorization', value]))).toBe('invalid_token')
})

test('8,192 bytes are still read', () => {
  const longest = `${token}${'A'.repeat(8192)}`.slice(0, 8192 - 'Bearer '.length)
  expect(bearerToken(['Authorization', `Bearer ${longest}`])).toBe(longest)
})

const header = { alg: 'ES256', typ: 'at+jwt', kid: 'key-1' }
const payload = {
  iss: 'https://sso.example',
  aud: 'https://gw.example/mcp',
  iat: 1_800_000_000,
  exp: 1_800_000_600,
}
const shapeOf = (first: unknown, second: unknown) => tokenShape(compact(first, second, () => 'c2ln'))

test('a shape is the issuer and the header', () => {
  expect(shapeOf(header, payload)).toMatchObject({ issuer: payload.iss, header })
  expect(shapeOf(header, { ...payload, aud: ['a', 'b'], nbf: 0 })).toMatchObject({ issuer: payload.iss })
})

test.for<[string, unknown, unknown]>([
  ['a header that is no JSON', '{"alg":', payload],
  ['a header that is an array', [header], payload],
  ['a header that is null', null, payload],
  ['a header that is a string', '"alg"', payload],
  ['a header after a byte order mark', `\ufeff${JSON.stringify(header)}`, payload],
  ['a payload that is no JSON', header, 'sub=ann'],
  ['a payload that is an array', header, [payload]],
  ['a payload that is a number', header, '7'],
  ['a payload with NaN', header, JSON.stringify(payload).replace('1800000600', 'NaN')],
  ...['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64'].map<[string, unknown, unknown]>((name) => [
    name,
    { ...header, [name]: null },
    payload,
  ]),
  ...[
    undefined,
    null,
    7,
    '',
    ['key-1'],
    { toString: 'key-1' },
    "' OR 1=1",
    ';sleep 5',
    'key 1',
    'key-1\n',
    'k\u0000',
    'schl\u00fcssel',
    'k'.repeat(129),
    'k'.repeat(5000),
  ].map<[string, unknown, unknown]>((kid) => [
    `kid ${JSON.stringify(kid)?.slice(0, 20)}`,
    { ...header, kid },
    payload,
  ]),
  ...['exp', 'iat', 'nbf'].flatMap((name) =>
    ['"1800000000"', '1e20', '-1e20', '1e400', '-1', '1.5', 'null', 'true', '[]', '{}', '[1800000000]'].map<
      [string, unknown, unknown]
    >((value) => [
      `${name} ${value}`,
      header,
      JSON.stringify({ ...payload, [name]: 'here' }).replace('"here"', value),
    ]),
  ),
  ['no exp', header, { ...payload, exp: undefined }],
  ['no iat', header, { ...payload, iat: undefined }],
  ['an exp beyond the range of dates', header, { ...payload, exp: Number.MAX_SAFE_INTEGER }],
  ['an nbf beyond the range of dates', header, { ...payload, nbf: 8_640_000_000_001 }],
  ['no aud', header, { ...payload, aud: undefined }],
  ['an empty aud', header, { ...payload, aud: [] }],
  ['an aud that is an object', header, { ...payload, aud: { 0: payload.aud } }],
  ['an aud with a number', header, { ...payload, aud: [payload.aud, 7] }],
  ['an aud with an array', header, { ...payload, aud: [[payload.aud]] }],
  ['no iss', header, { ...payload, iss: undefined }],
  ['an iss that is an array', header, { ...payload, iss: [payload.iss] }],
  ['an iss that is an object', header, { ...payload, iss: { toString: payload.iss } }],
])('refused before any cryptography: %s', ([, first, second]) => {
  expect(codeOf(() => shapeOf(first, second))).toBe('invalid_token')
})

test.for(['__proto__', 'constructor', '../../dev/null', 'a~b:c+d/e=f@g', 'k'.repeat(128)])(
  'a kid is only compared: %s',
  (kid) => {
    expect(shapeOf({ ...header, kid }, payload).header.kid).toBe(kid)
  },
)

test('members of the prototype are not taken for claims', () => {
  const bare = `{"alg":"ES256","kid":"k","__proto__":{"jku":"https://evil.example"}}`
  expect(tokenShape(`${segment(bare)}.${segment(payload)}.c2ln`).header.jku).toBeUndefined()
})

test('every refusal has one text, and a cause that is no part of it', () => {
  const refusals = [
    () => bearerToken(['Authorization', 'Bearer x']),
    () => shapeOf(header, []),
    () => shapeOf({ ...header, kid: '' }, payload),
    () => shapeOf(header, { ...payload, exp: '' }),
  ].map((run) => {
    try {
      return run()
    } catch (thrown) {
      return thrown instanceof GatewayError ? thrown : undefined
    }
  }) as GatewayError[]
  expect(new Set(refusals.map(({ message }) => message))).toEqual(
    new Set(['The access token is not valid. Sign in again.']),
  )
  expect(refusals.map(({ cause }) => cause)).toEqual(['shape', 'not JSON objects', 'kid', 'dates'])
})
