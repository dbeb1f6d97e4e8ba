import type { HostileContext, HostileToken } from './hostile-tokens.ts'

/** Tokens whose dates no issuer writes. */
export const wrongDates = ({ own }: HostileContext): HostileToken[] => {
  const now = Math.floor(Date.now() / 1000)
  /** Properly signed, with a claim that is not what `JSON.stringify` would write. */
  const written = (name: string, text: string): string =>
    own.signed(own.header(), JSON.stringify(own.claims({ [name]: 'here' })).replace('"here"', text))
  const odd = [`"${now}"`, '1e20', '-1e20', '1e400', '-1', '0.5', 'null', 'true', '[]', '{}', `[${now}]`]
  const far = [String(Number.MAX_SAFE_INTEGER), String(Number.MIN_SAFE_INTEGER), '8640000000001']
  return [
    ['A24', 'exp past by 6 s', own.token({ iat: now - 600, exp: now - 6 })],
    ['A24', 'exp a day ago', own.token({ iat: now - 90_000, exp: now - 86_400 })],
    ['A25', 'no exp', own.token({ exp: undefined })],
    ['A25', 'exp NaN', written('exp', 'NaN')],
    ...[...odd, ...far].map((text): HostileToken => ['A25', `exp ${text}`, written('exp', text)]),
    ['A25', 'a life over an hour', own.token({ iat: now, exp: now + 3601 })],
    ['A25', 'a long life, long ago', own.token({ iat: now - 10_000, exp: now + 60 })],
    ['A26', 'nbf in 60 s', own.token({ nbf: now + 60 })],
    ['A26', 'iat in 60 s', own.token({ iat: now + 60, exp: now + 600 })],
    ['A26', 'no iat', own.token({ iat: undefined })],
    ...[...odd, ...far].map((text): HostileToken => ['A26', `iat ${text}`, written('iat', text)]),
    ...[...odd, ...far].map((text): HostileToken => ['A26', `nbf ${text}`, written('nbf', text)]),
  ]
}

/** Tokens of issuers that are not theirs. */
export const wrongIssuers = ({ own, other }: HostileContext): HostileToken[] => [
  ...[
    'https://evil.example',
    `${own.issuer}/`,
    own.issuer.toUpperCase(),
    own.issuer.slice(0, -1),
    ` ${own.issuer}`,
    [own.issuer],
    { toString: own.issuer },
    undefined,
    null,
    '',
    7,
    '__proto__',
    'constructor',
  ].map((iss): HostileToken => ['A28', `iss ${JSON.stringify(iss)}`, own.token({ iss })]),
  ['A28', "the other customer's issuer, own key", own.token({ iss: other.issuer })],
  [
    'A28',
    "the other customer's issuer and kid, own key",
    own.token({ iss: other.issuer }, { kid: other.key.kid }),
  ],
  ['A28', "own issuer, the other customer's key", own.token({}, {}, other.key)],
  ['A28', "own issuer and kid, the other customer's key", own.token({}, { kid: own.key.kid }, other.key)],
  ['A28', 'iss twice', own.signed(own.header(), twice(own.claims(), 'iss', 'https://evil.example'))],
]

/** Tokens for somebody else. */
export const wrongAudiences = ({ own, resource }: HostileContext): HostileToken[] =>
  [
    'https://other.example/mcp',
    undefined,
    null,
    '',
    7,
    { 0: resource },
    [],
    [''],
    [resource, 'https://other.example'],
    [resource, 7],
    [[resource]],
    new URL(resource).origin,
    `${new URL(resource).origin}/`,
    `${resource}/`,
    resource.toUpperCase(),
    `${resource}?x`,
    `${resource}#x`,
    ` ${resource}`,
    `${resource} ${resource}`,
    resource.replace('127.0.0.1', 'localhost'),
  ].map((aud) => ['A29', `aud ${JSON.stringify(aud)}`, own.token({ aud })])

/** Properly signed tokens that are no access tokens for this gateway. */
export const wrongKinds = ({ own }: HostileContext): HostileToken[] => [
  ['A30', 'an ID token (nonce)', own.token({ nonce: 'n' })],
  ['A30', 'an ID token (at_hash)', own.token({ at_hash: 'h' })],
  ['A30', 'an ID token (c_hash)', own.token({ c_hash: 'h' })],
  ['A30', 'an ID token in shape', own.token({ aud: 'editor', nonce: 'n' }, { typ: 'JWT' })],
  ['A30', 'for another API', own.token({ aud: 'api://payroll' })],
  ['A30', 'no client', own.token({ client_id: undefined })],
  ...[undefined, '', null, 7, ['ann'], {}, 'a'.repeat(256)].map(
    (sub): HostileToken => ['A30', `sub ${JSON.stringify(sub)?.slice(0, 10)}`, own.token({ sub })],
  ),
  ...[undefined, null, 7, { 'aws:read': true }].map(
    (scope): HostileToken => ['A30', `scope ${JSON.stringify(scope)}`, own.token({ scope })],
  ),
]

/** Tokens of clients that are not on the list of the connection. */
export const wrongClients = ({ own }: HostileContext): HostileToken[] =>
  ['other', '', 'Editor', ['editor'], null, 7].map((client_id) => [
    'A30',
    `client ${JSON.stringify(client_id)}`,
    own.token({ client_id, azp: 'editor' }),
  ])

/** The JSON of claims with a member a second time at its end: the last one counts, everywhere. */
export const twice = (claims: object, name: string, value: unknown): string =>
  `${JSON.stringify(claims).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`
