import { createHmac } from 'node:crypto'
import type { HostileContext, HostileToken } from './hostile-tokens.ts'
import { compact, segment, signatureOf, signingKey, withAlgorithm } from './tokens.ts'

/** Tokens whose algorithm is not the issuer's. */
export const wrongAlgorithms = ({ own }: HostileContext): HostileToken[] => {
  const good = own.token()
  const signature = good.split('.')[2] ?? ''
  const jwk = own.key.publicKey.export({ format: 'jwk' })
  const pem = String(own.key.publicKey.export({ type: 'spki', format: 'pem' }))
  const secrets: Record<string, string | Buffer> = {
    PEM: pem,
    'PEM trimmed': pem.trim(),
    'PEM and a newline': `${pem}\n`,
    'PEM after a space': ` ${pem}`,
    'PEM with CR LF': pem.replaceAll('\n', '\r\n'),
    DER: own.key.publicKey.export({ type: 'spki', format: 'der' }),
    JWK: JSON.stringify(jwk),
    'JWK of the set': JSON.stringify(own.key.jwk),
    nothing: '',
    'the kid': own.key.kid,
  }
  const hmac = (name: string, alg: string) => (input: string) =>
    createHmac(`sha${alg.slice(2)}`, secrets[name] ?? '')
      .update(input)
      .digest()
  return [
    ...['none', 'None', 'NONE', 'nOnE', 'none ', '', 'es256', 'ES256 ', 'ES256K', null, 7, ['ES256']].flatMap(
      (alg): HostileToken[] => [
        [
          'A08',
          `alg ${JSON.stringify(alg)}, old signature`,
          compact(own.header({ alg }), own.claims(), () => signature),
        ],
        ['A08', `alg ${JSON.stringify(alg)}, signed`, own.signed(own.header({ alg }), own.claims())],
        [
          'A08',
          `alg ${JSON.stringify(alg)}, empty signature`,
          compact(own.header({ alg }), own.claims(), () => ''),
        ],
      ],
    ),
    ['A08', 'no alg', own.signed(own.header({ alg: undefined }), own.claims())],
    [
      'A08',
      'alg twice',
      own.signed(JSON.stringify(own.header()).replace('}', ',"alg":"none"}'), own.claims()),
    ],
    ...Object.keys(secrets).flatMap((name) =>
      ['HS256', 'HS384', 'HS512'].map(
        (alg): HostileToken => [
          'A10',
          `${alg} keyed with ${name}`,
          compact(own.header({ alg }), own.claims(), hmac(name, alg)),
        ],
      ),
    ),
    [
      'A10',
      'an HMAC under the name of the real algorithm',
      compact(own.header(), own.claims(), hmac('PEM', 'HS256')),
    ],
    ...Object.values(attacker).flatMap((key): HostileToken[] => [
      ['A14', `${key.alg} of the attacker, kid of the issuer`, own.token({}, { kid: own.key.kid }, key)],
      ['A14', `${key.alg} of the attacker, own kid`, own.token({}, {}, key)],
    ]),
    ['A14', 'PS256', own.token({}, { kid: own.key.kid }, withAlgorithm(attacker.RS256, 'PS256'))],
  ]
}

/** Tokens whose signature or whose shape is wrong. */
export const wrongSignatures = ({ own }: HostileContext): HostileToken[] => {
  const good = own.token()
  const [header = '', payload = '', signature = ''] = good.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const raw = (what: string, value: Buffer | string): HostileToken => [
    'A12',
    what,
    `${header}.${payload}.${typeof value === 'string' ? value : value.toString('base64url')}`,
  ]
  const flipped = Buffer.from(bytes)
  flipped[40] = (flipped[40] ?? 0) ^ 1
  const der = signatureOf(own.key, 'x')
  const admin = segment(own.claims({ scope: 'aws:admin' }))
  return [
    raw('psychic: r = s = 0', Buffer.alloc(64)),
    raw('r = 0', Buffer.concat([Buffer.alloc(32), bytes.subarray(32)])),
    raw('s = 0', Buffer.concat([bytes.subarray(0, 32), Buffer.alloc(32)])),
    raw('all ones', Buffer.alloc(64, 0xff)),
    raw('one bit', flipped),
    raw('63 bytes', bytes.subarray(0, 63)),
    raw('65 bytes', Buffer.concat([bytes, Buffer.alloc(1)])),
    raw('one character', 'A'),
    raw('of other text', der),
    ['A13', 'DER form', `${header}.${payload}.${derOf(bytes).toString('base64url')}`],
    ['A32', 'payload changed', `${header}.${admin}.${signature}`],
    ['A32', 'header changed', `${segment(own.header({ extra: 1 }))}.${payload}.${signature}`],
    [
      'A32',
      'a letter of the payload',
      `${header}.${payload.slice(0, -1)}${payload.endsWith('A') ? 'B' : 'A'}.${signature}`,
    ],
    ['A32', 'segments swapped', `${payload}.${header}.${signature}`],
    ['A09', 'two segments', `${header}.${payload}`],
    ['A09', 'empty signature', `${header}.${payload}.`],
    ['A09', 'four segments', `${good}.${signature}`],
    ['A09', 'five segments', `${good}.${signature}.${signature}`],
    ['A09', 'a leading dot', `.${good}`],
    ['A09', 'one word', 'token'],
    ['A09', 'only dots', '..'],
    ['A09', 'JSON serialization', segment({ payload, signatures: [{ protected: header, signature }] })],
    ['A06', '8,193 bytes', `${good}${'A'.repeat(8193)}`.slice(0, 8193 - 'Bearer '.length)],
    ['A06', '12 KB', `${good}${'A'.repeat(12_000)}`],
    ['A06', '9 KB, properly signed', own.token({ pad: 'x'.repeat(7000) })],
    ['A33', 'padding', `${good}=`],
    ['A33', 'double padding', `${good}==`],
    ['A33', '%20', `${good}%20`],
    ['A33', 'a space inside', good.replace('.', '. ')],
    ['A33', 'a second token', `${good} ${good}`],
    ['A33', 'a comma', `${good},`],
    ['A33', 'a byte order mark', `\xef\xbb\xbf${good}`],
    ['A33', 'a byte order mark at the end', `${good}\xef\xbb\xbf`],
    ['A33', 'a tab', `\t${good}`],
    ['A33', 'two spaces', ` ${good}`],
    ['A33', 'quotes', `"${good}"`],
    ['A33', 'plain base64', `${good}+/`],
  ]
}

const attacker = {
  ES256: signingKey('ES256', 'attacker'),
  ES384: signingKey('ES384', 'attacker'),
  ES512: signingKey('ES512', 'attacker'),
  RS256: signingKey('RS256', 'attacker'),
  EdDSA: signingKey('EdDSA', 'attacker'),
}

const derOf = (signature: Buffer): Buffer => {
  const integer = (half: Buffer): Buffer => {
    const bytes = (half[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), half]) : half
    return Buffer.concat([Buffer.from([2, bytes.length]), bytes])
  }
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}
