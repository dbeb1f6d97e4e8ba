import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { errors } from 'oidc-provider'
import { describe, expect, test } from 'vitest'
import { cleanRegistration, registrationDigest } from './registration.ts'

const redirect = 'https://client.example/cb'
const refusalOf = (
  body: unknown,
): { error: string; error_description?: string | undefined; status: number } => {
  try {
    cleanRegistration(body)
  } catch (thrown) {
    if (thrown instanceof errors.OIDCProviderError) return thrown
    throw thrown
  }
  throw new Error('it was registered')
}

const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits })
const strong = rsa(2048)
const publicJwk = { ...strong.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }
const withKey = (changes: object) => ({
  redirect_uris: [redirect],
  token_endpoint_auth_method: 'private_key_jwt',
  ...changes,
})

const shapes: [string, object, object][] = [
  [
    'Claude.ai',
    {
      client_name: 'Claude',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'aws:read',
    },
    {
      client_name: 'Claude',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'web',
    },
  ],
  [
    'Claude Code',
    {
      client_name: 'Claude Code (aws)',
      redirect_uris: ['http://localhost:54545/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    {
      client_name: 'Claude Code (aws)',
      redirect_uris: ['http://localhost:54545/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
  [
    'Cursor',
    {
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'web',
    },
    {
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
  [
    'VS Code',
    {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    {
      client_name: 'Visual Studio Code',
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
  [
    'ChatGPT',
    {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'web',
    },
  ],
  [
    'Gemini CLI, and nothing but redirects',
    { redirect_uris: ['http://localhost:7777/oauth/callback'] },
    {
      redirect_uris: ['http://localhost:7777/oauth/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
  ],
]

test.for(shapes)('C25 %s registers', ([, body, registered]) => {
  expect(cleanRegistration(body)).toEqual(registered)
})

test('C25 oidc-provider registers what is kept of each, as it is', async () => {
  const provider = new Provider('https://auth.example', {
    clientAuthMethods: ['none', 'private_key_jwt'],
    scopes: ['offline_access'],
    features: { registration: { enabled: true } },
  })
  const server = createServer(provider.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reg`
  const signed = {
    redirect_uris: [redirect],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [publicJwk] },
  }
  for (const body of [...shapes.map(([, asked]) => asked), signed]) {
    const kept = cleanRegistration(body)
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(kept),
    })
    const answer = (await response.json()) as object
    expect([response.status, answer]).toMatchObject([201, kept])
    expect(answer).not.toHaveProperty('client_secret')
  }
  await new Promise((resolve) => server.close(resolve))
})

test('C29 nothing is kept that would be fetched, shown or decide what nobody asked about', () => {
  const { client_name, ...kept } = cleanRegistration({
    redirect_uris: [redirect],
    client_name: 'x',
    scope: 'aws:read',
    logo_uri: 'http://127.0.0.1:1/logo.png',
    policy_uri: 'http://127.0.0.1:1/',
    tos_uri: 'https://client.example/tos',
    client_uri: 'https://client.example/',
    sector_identifier_uri: 'https://client.example/sector',
    initiate_login_uri: 'https://client.example/login',
    backchannel_logout_uri: 'https://client.example/logout',
    jwks_uri: 'http://169.254.169.254/keys',
    contacts: ['a@client.example'],
    software_statement: 'eyJhbGciOiJub25lIn0.e30.',
    client_id: 'mine',
    client_secret: 'mine',
    default_acr_values: ['x'],
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'HS256',
    require_auth_time: true,
    'client_name#ja': 'x',
    registration_access_token: 'x',
    tenant: 'acme',
  })
  expect(client_name).toBe('x')
  expect(Object.keys(kept).sort()).toEqual([
    'application_type',
    'grant_types',
    'redirect_uris',
    'response_types',
    'token_endpoint_auth_method',
  ])
})

const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)

describe('C24 what is no registration', () => {
  test.for<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['a number', 1],
    ['nothing', undefined],
    ['an empty object', {}],
    ['a __proto__', JSON.parse(`{"redirect_uris":["${redirect}"],"__proto__":{"admin":true}}`)],
    ['a __proto__ inside', JSON.parse(`{"redirect_uris":["${redirect}"],"jwks":{"keys":[{"__proto__":1}]}}`)],
    ['a constructor', { redirect_uris: [redirect], constructor: { prototype: {} } }],
    ['a prototype inside', { redirect_uris: [redirect], x: { prototype: 1 } }],
    ['7 levels', { redirect_uris: [redirect], x: deep(7) }],
    ['100,000 levels', { redirect_uris: [redirect], x: deep(100_000) }],
    ['100,000 levels of redirects', { redirect_uris: deep(100_000) }],
    ['a megabyte of text', { redirect_uris: [redirect], client_name: 'x'.repeat(1_000_000) }],
    ['100,000 values', { redirect_uris: [redirect], x: Array.from({ length: 100_000 }, () => 1) }],
    [
      '100,000 names',
      {
        redirect_uris: [redirect],
        ...Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`x${i}`, 1])),
      },
    ],
    ['a name that is none', { redirect_uris: [redirect], client_name: { toString: 'x' } }],
    ['grants that are no list', { redirect_uris: [redirect], grant_types: 'authorization_code' }],
    ['response types that are no list', { redirect_uris: [redirect], response_types: 'code' }],
    ['a method that is no text', { redirect_uris: [redirect], token_endpoint_auth_method: ['none'] }],
  ])('%s', ([, body]) => {
    const { error, status, error_description } = refusalOf(body)
    expect([status, error.startsWith('invalid_')]).toEqual([400, true])
    expect(error_description).toMatch(/^[\w ,.[\]:-]{10,120}$/)
  })
})

test.for<[string, unknown]>([
  ['none', undefined],
  ['an empty list', []],
  ['a text', redirect],
  ['eleven', Array.from({ length: 11 }, (_, i) => `${redirect}${i}`)],
  ['one of them http', [redirect, 'http://evil.example/cb']],
  ['a wildcard', ['https://*.example/cb']],
  ['an address', ['https://203.0.113.7/cb']],
  ['a number', [7]],
])('redirects: %s', ([, redirect_uris]) => {
  expect(refusalOf({ redirect_uris }).error).toBe('invalid_redirect_uri')
})

test.for<[string, unknown, string[] | 'refused']>([
  [
    'device_code',
    ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
    ['authorization_code'],
  ],
  [
    'all there are',
    ['implicit', 'password', 'client_credentials', 'refresh_token', 'authorization_code'],
    ['authorization_code', 'refresh_token'],
  ],
  [
    'ID-JAG, which nobody vouches for here',
    ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    ['authorization_code'],
  ],
  ['implicit only', ['implicit'], 'refused'],
  ['client_credentials only', ['client_credentials'], 'refused'],
  ['refresh_token only', ['refresh_token'], 'refused'],
  ['nothing', [], 'refused'],
])('C26 grants: %s', ([, grant_types, kept]) => {
  const body = { redirect_uris: [redirect], grant_types }
  if (kept === 'refused') expect(refusalOf(body).error).toBe('invalid_client_metadata')
  else expect(cleanRegistration(body).grant_types).toEqual(kept)
})

test.for(['client_secret_jwt', 'tls_client_auth', 'self_signed_tls_client_auth', 'NONE', '', null, 1])(
  'C26 the method %j is refused',
  (token_endpoint_auth_method) => {
    expect(refusalOf({ redirect_uris: [redirect], token_endpoint_auth_method }).error).toBe(
      'invalid_client_metadata',
    )
  },
)

test.for([['token'], ['id_token'], ['code token'], []])(
  'C26 response types %j are refused',
  (response_types) => {
    expect(refusalOf({ redirect_uris: [redirect], response_types }).error).toBe('invalid_client_metadata')
  },
)

test.for<[string, string, string | undefined]>([
  ['markup stays text', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['turned around', 'Cl\u202eedua\u202c', 'Cledua'],
  ['isolated', '\u2066Claude\u2069', 'Claude'],
  ['control characters', 'Cl\u0000au\u001b[31mde\u009b', 'Clau[31mde'],
  ['lines', ' Claude\r\n\tCode\u2028x ', 'Claude Code x'],
  ['unseen', 'Cla\u200bu\ufeffd\u00ade\u{e0041}', 'Claude'],
  ['half a character', 'Claude\ud800', 'Claude'],
  ['nothing that is seen', '\u200b\u202e ', undefined],
  ['too long', '😀'.repeat(150), '😀'.repeat(100)],
  ['other scripts', 'クロード', 'クロード'],
])('C28 name: %s', ([, name, clean]) => {
  expect(cleanRegistration({ redirect_uris: [redirect], client_name: name }).client_name).toBe(clean)
})

describe('private_key_jwt', () => {
  test('keys are kept without what nobody checks by', () => {
    const { x5c, ...jwk } = { ...publicJwk, x5c: 'MII' }
    expect(
      cleanRegistration(withKey({ jwks: { keys: [{ ...jwk, x5c, x5u: 'https://a.example' }] } })),
    ).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } })
  })

  test('keys that are of no use are left out, where one is', () => {
    const others = [
      generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
      generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' }),
      rsa(1024).publicKey.export({ format: 'jwk' }),
      { ...publicJwk, use: 'enc' },
      { ...publicJwk, alg: 'RS512' },
      { ...publicJwk, alg: 'ES256' },
      { ...publicJwk, n: 7 },
      { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' },
    ]
    const ec = {
      ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
      alg: 'ES256',
    }
    expect(cleanRegistration(withKey({ jwks: { keys: [...others, ec] } }))).toMatchObject({
      jwks: { keys: [ec] },
    })
    expect(refusalOf(withKey({ jwks: { keys: others } })).error).toBe('invalid_client_metadata')
  })

  test('a jwks_uri is kept', () => {
    const jwks_uri = 'https://chatgpt.com/oauth/jwks.json'
    expect(cleanRegistration(withKey({ jwks_uri, token_endpoint_auth_signing_alg: 'RS256' }))).toMatchObject({
      jwks_uri,
      token_endpoint_auth_signing_alg: 'RS256',
    })
  })

  test.for<[string, object]>([
    ['no key', {}],
    ['both', { jwks: { keys: [publicJwk] }, jwks_uri: 'https://client.example/jwks' }],
    ['no set', { jwks: [publicJwk] }],
    ['an empty set', { jwks: { keys: [] } }],
    ['eleven keys', { jwks: { keys: Array.from({ length: 11 }, () => publicJwk) } }],
    ['no keys in the set', { jwks: { keys: ['x', null] } }],
    ['a private key', { jwks: { keys: [strong.privateKey.export({ format: 'jwk' })] } }],
    ['a shared secret', { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }],
    ['HS256', { jwks: { keys: [publicJwk] }, token_endpoint_auth_signing_alg: 'HS256' }],
    ['none', { jwks: { keys: [publicJwk] }, token_endpoint_auth_signing_alg: 'none' }],
    ['http', { jwks_uri: 'http://client.example/jwks' }],
    ['C32 loopback', { jwks_uri: 'https://127.0.0.1/jwks' }],
    ['C32 loopback in short', { jwks_uri: 'https://127.1/jwks' }],
    ['C32 metadata of the cloud', { jwks_uri: 'https://169.254.169.254/latest/meta-data' }],
    ['C32 a name of one network', { jwks_uri: 'https://metadata.google.internal/jwks' }],
    ['a port', { jwks_uri: 'https://client.example:6379/jwks' }],
    ['a user name', { jwks_uri: 'https://a@client.example/jwks' }],
    ['no text', { jwks_uri: ['https://client.example/jwks'] }],
  ])('refused: %s', ([, changes]) => {
    const { error, error_description } = refusalOf(withKey(changes))
    expect(error).toBe('invalid_client_metadata')
    expect(error_description).toMatch(/^(jwks|private_key_jwt|token_endpoint)/)
  })
})

describe('the digest', () => {
  const first = cleanRegistration({ client_name: 'a', redirect_uris: ['http://localhost:1/cb', redirect] })
  const digest = registrationDigest(first)

  test.for<[string, object]>([
    ['in another order', { redirect_uris: [redirect, 'http://localhost:1/cb'], client_name: 'a' }],
    ['on another port', { client_name: 'a', redirect_uris: ['http://localhost:2/cb', redirect] }],
    [
      'twice',
      { client_name: 'a', redirect_uris: ['http://localhost:2/cb', redirect, 'http://localhost/cb'] },
    ],
    [
      'with what is dropped',
      { client_name: 'a ', redirect_uris: first.redirect_uris, scope: 'aws:admin', software_id: 'x' },
    ],
  ])('is the same %s', ([, body]) => {
    expect(registrationDigest(cleanRegistration(body))).toBe(digest)
  })

  test.for<[string, object]>([
    ['name', { client_name: 'b', redirect_uris: first.redirect_uris }],
    ['redirect', { client_name: 'a', redirect_uris: [redirect, 'http://localhost:1/CB'] }],
    ['host of loopback', { client_name: 'a', redirect_uris: [redirect, 'http://127.0.0.1:1/cb'] }],
    [
      'port elsewhere',
      { client_name: 'a', redirect_uris: ['https://client.example:8443/cb', 'http://localhost/cb'] },
    ],
    ['grants', { client_name: 'a', redirect_uris: first.redirect_uris, grant_types: ['authorization_code'] }],
    [
      'key',
      {
        client_name: 'a',
        redirect_uris: first.redirect_uris,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [publicJwk] },
      },
    ],
  ])('is another one with another %s', ([, body]) => {
    expect(registrationDigest(cleanRegistration(body))).not.toBe(digest)
  })
})
