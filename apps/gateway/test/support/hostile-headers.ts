import type { HostileContext, HostileToken } from './hostile-tokens.ts'
import type { Changes } from './sign-in.ts'
import { signingKey } from './tokens.ts'

const attacker = signingKey('ES256', 'attacker')

/** Tokens whose header names keys, types or key ids that are not the issuer's. */
export const wrongHeaders = ({ own, other, listener }: HostileContext): HostileToken[] => {
  const forged = (what: string, header: Changes): HostileToken => [
    'A16',
    what,
    own.token({}, header, attacker),
  ]
  const pem = String(attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'))
  const jku = `${listener}/jwks.json`
  const kids = [
    ['missing', undefined],
    ['null', null],
    ['a number', 7],
    ['an array', ['acme-key-1']],
    ['an object', { kid: 'acme-key-1' }],
    ['empty', ''],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['a path', '../../dev/null'],
    ['SQL', "' OR 1=1"],
    ['a command', ';sleep 5'],
    ['a URL', jku],
    ['129 characters', 'k'.repeat(129)],
    ['10 KB', 'k'.repeat(10_240)],
    ['a NUL', 'acme-key-1\u0000'],
    ['a newline', 'acme-key-1\r\nSet-Cookie: a=b'],
    ['a quote', 'x", error="insufficient_scope'],
    ['another case', own.key.kid.toUpperCase()],
    ['unknown', 'acme-key-9'],
    ["the other customer's", other.key.kid],
  ] as const
  return [
    forged('jku', { jku, kid: own.key.kid }),
    forged('x5u', { x5u: `${listener}/cert.pem`, kid: own.key.kid }),
    ['A16', 'jku, properly signed', own.token({}, { jku })],
    ['A16', 'x5u, properly signed', own.token({}, { x5u: jku })],
    ['A16', 'jku of the issuer itself', own.token({}, { jku: `${own.issuer}/jwks` })],
    ['A17', 'x5c', own.token({}, { x5c: [pem], kid: own.key.kid }, attacker)],
    ['A17', 'x5c, properly signed', own.token({}, { x5c: [pem] })],
    ['A17', 'jwk', own.token({}, { jwk: attacker.jwk, kid: own.key.kid }, attacker)],
    ['A17', 'jwk, properly signed', own.token({}, { jwk: own.key.jwk })],
    ['A17', 'crit', own.token({}, { crit: ['exp'], exp: 1 })],
    ['A17', 'crit with b64', own.token({}, { crit: ['b64'], b64: false })],
    ['A17', 'an empty crit', own.token({}, { crit: [] })],
    ...kids.map(([what, kid]): HostileToken => ['A18', `kid ${what}`, own.token({}, { kid })]),
    ...[
      'JWT',
      undefined,
      'logout+jwt',
      'application/at+jwt',
      'AT+JWT',
      'at+jwt ',
      '',
      null,
      ['at+jwt'],
      'dpop+jwt',
      'secevent+jwt',
    ].map((typ): HostileToken => ['A22', `typ ${JSON.stringify(typ)}`, own.token({}, { typ })]),
    ['A09', 'a header that is an array', own.signed([own.header()], own.claims())],
    ['A09', 'a header that is null', own.signed('null', own.claims())],
    ['A09', 'a header that is no JSON', own.signed('{', own.claims())],
    ['A09', 'a payload that is an array', own.signed(own.header(), [own.claims()])],
    ['A09', 'a payload that is text', own.signed(own.header(), '"ann"')],
    ['A09', 'a payload that is no JSON', own.signed(own.header(), `${JSON.stringify(own.claims())}}`)],
  ]
}
