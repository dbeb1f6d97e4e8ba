import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Input, Json, Material, TokenPieces } from './input.ts'
import { flippedBit, jsonText, raw } from './mutate-json.ts'
import { callerHeaders, modernMessage, oneLine, requestText } from './request-text.ts'

/** Tokens of which every one is wrong; whoever is let in by one of them is a fault. */
export const jwtInput = (random: Random, material: Material): Input => {
  const { what, token } = random.pick(wrongTokens)(random, material.pieces, material.token)
  const { headers, message } = modernMessage('tools/call', { name: 'aws_whoami', arguments: {} })
  const own = callerHeaders(material).map(([name, value]): readonly [string, string] =>
    name === 'Authorization' ? [name, `Bearer ${oneLine(token)}`] : [name, value],
  )
  return {
    door: 'gateway',
    what,
    parts: [requestText('POST', '/mcp', [...own, ...headers], jsonText(message))],
    refused: true,
  }
}

interface WrongToken {
  readonly what: string
  readonly token: string
}

type MakeWrong = (random: Random, pieces: TokenPieces, token: string) => WrongToken

const encoded = (value: unknown): string => Buffer.from(jsonText(value), 'latin1').toString('base64url')

const signed = ({ sign }: TokenPieces, header: unknown, claims: unknown): string =>
  sign(encoded(header), encoded(claims))

const withHeader = (pieces: TokenPieces, change: Json): WrongToken => ({
  what: `header ${JSON.stringify(change).slice(0, 80)}`,
  token: signed(pieces, { ...pieces.header, ...change }, pieces.claims),
})

const withClaims = (pieces: TokenPieces, change: Json): WrongToken => ({
  what: `claims ${JSON.stringify(change).slice(0, 80)}`,
  token: signed(pieces, pieces.header, { ...pieces.claims, ...change }),
})

const algorithms = [
  'none',
  'None',
  'nOnE',
  'HS256',
  'HS512',
  'RS256',
  'ES384',
  'EdDSA',
  'es256',
  '',
  null,
  256,
  ['ES256'],
]

const types = [
  'JWT',
  'jwt',
  'logout+jwt',
  '',
  null,
  7,
  {},
  ['at+jwt'],
  'at+jwt;x',
  undefined,
  'a'.repeat(5_000),
]

const dates = [0, -1, 0.5, 1e20, 2 ** 53, null, true, [], {}, '1', raw('1e400'), raw('NaN'), raw('-1e400')]

const odd: readonly unknown[] = ['', null, 7, true, [], {}, '__proto__', 'a'.repeat(5_000), raw('"\\ud800"')]

const wrongTokens: readonly MakeWrong[] = [
  (random, pieces) => withHeader(pieces, { alg: random.pick(algorithms) }),
  (random, pieces) => withHeader(pieces, { typ: random.pick(types) }),
  (random, pieces) => withHeader(pieces, { kid: random.pick<unknown>([...odd, ...hostileTexts]) }),
  (random, pieces) =>
    withHeader(pieces, { crit: random.pick<unknown>([[], ['exp'], ['b64'], 'x', null, 1]) }),
  (random, pieces) =>
    withHeader(pieces, {
      [random.pick(['jku', 'x5u', 'jwk', 'x5c', 'b64'])]: random.pick(hostileTexts),
    }),
  (random, pieces) => withClaims(pieces, { exp: random.pick<unknown>([...dates, 1_000_000_000]) }),
  (random, pieces) => withClaims(pieces, { iat: random.pick<unknown>(dates.filter((date) => date !== 0)) }),
  (random, pieces) =>
    withClaims(pieces, { nbf: random.pick<unknown>([9_999_999_999, 1e20, '1', raw('1e400'), []]) }),
  (random, pieces) => withClaims(pieces, { iss: random.pick<unknown>([...odd, `${pieces.claims.iss}/`]) }),
  (random, pieces) => {
    const { aud } = pieces.claims
    return withClaims(pieces, {
      aud: random.pick<unknown>([...odd, `${aud}/`, [aud, 'other'], { 0: aud }, [[aud]]]),
    })
  },
  (random, pieces) =>
    withClaims(pieces, { sub: random.pick<unknown>(['', null, 7, [], {}, undefined, 'a'.repeat(5_000)]) }),
  (random, pieces) => withClaims(pieces, { client_id: random.pick<unknown>([...odd, 'other']) }),
  (random, pieces) =>
    withClaims(pieces, { scope: random.pick<unknown>([null, 7, { 'aws:read': 1 }, undefined]) }),
  (random, pieces) =>
    withClaims(pieces, { [random.pick(['nonce', 'at_hash', 'c_hash'])]: random.pick(hostileTexts) }),
  (random, pieces) => {
    const value = random.pick<unknown>([null, [], 'text', 7, raw(''), raw('{'), raw('[['), raw('\xff\xfe')])
    return { what: 'claims that are no object', token: signed(pieces, pieces.header, value) }
  },
  (random, pieces) => {
    const value = random.pick<unknown>([null, [], 'text', 7, raw(''), raw('{'), raw('\xff\xfe')])
    return { what: 'a header that is no object', token: signed(pieces, value, pieces.claims) }
  },
  (random, pieces) => {
    const depth = random.pick([70, 1_000])
    const claims = { ...pieces.claims, aud: raw('['.repeat(depth) + ']'.repeat(depth)) }
    return { what: `claims ${depth} deep`, token: signed(pieces, pieces.header, claims) }
  },
  (random, _, token) => {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const other = random.pick([
      '',
      'A'.repeat(86),
      signature.slice(2),
      `${signature}AA`,
      Buffer.alloc(64).toString('base64url'),
      Buffer.alloc(64, 255).toString('base64url'),
      'MAYCAQECAQE',
      '='.repeat(10),
    ])
    return { what: 'another signature', token: `${header}.${payload}.${other}` }
  },
  (random, _, token) => {
    const at = random.below(3)
    const parts = token.split('.')
    // The last character has bits that no byte is made of.
    const part = flippedBit(random, parts[at]?.slice(0, -1) ?? '')
    const other = parts.map((each, n) => (n === at ? part + each.slice(-1) : each))
    return { what: `a bit of part ${at}`, token: other.join('.') }
  },
  (random, _, token) => ({ what: 'cut', token: token.slice(0, random.below(token.length - 1)) }),
  (random, _, token) => ({
    what: 'with something around it',
    token: random.pick([
      `${token}=`,
      `${token}==`,
      `${token}.`,
      `.${token}`,
      `${token}.x`,
      `${token}%20`,
      `"${token}"`,
      `${token},${token}`,
      `${token} x`,
      `\xef\xbb\xbf${token}`,
      token.replaceAll('.', '..'),
      token.replace('.', '%2e'),
    ]),
  }),
  (random, pieces) => ({
    what: 'other base64',
    token: pieces.sign(
      `${encoded(pieces.header)}${random.pick(['=', '==', '+', '/', '\n', ' '])}`,
      encoded(pieces.claims),
    ),
  }),
  (random, pieces) => withClaims(pieces, { padding: 'a'.repeat(random.pick([9_000, 12_000])) }),
  (random) => ({ what: 'a text', token: random.pick(hostileTexts.filter((text) => text.length < 9_000)) }),
  (random) => ({ what: 'dots', token: '.'.repeat(random.pick([1, 2, 3, 8_000])) }),
]
