import { type AuditEvent, GatewayError } from '@gateway/domain'
import type { AccessAdmin, StopAdmin, TenantAdmin } from '@gateway/registry'
import { describe, expect, test } from 'vitest'
import {
  adminConfig as config,
  olga,
  openAdminApp,
  publicUrl,
  start,
  operatorToken as tokenOf,
} from '../../test/support/admin-app.ts'
import { signingKey } from '../../test/support/tokens.ts'

const seconds = start / 1000

const view = {
  id: 'initech',
  name: 'Initech',
  status: 'active',
  source: 'store',
  version: 3,
  verifications: [],
  tenant: {},
}
const onboarding = {
  tenantId: 'initech',
  version: 4,
  account: { alias: 'prod' },
  cloudFormation: '{"Resources":{}}',
  terraform: 'resource "aws_iam_role" {}',
}

/** The API alone; what the operations are asked is written down. */
const open = async (changes: Partial<TenantAdmin> = {}) => {
  const asked: unknown[][] = []
  const events: AuditEvent[] = []
  const told =
    (name: string, answer: unknown) =>
    async (...args: unknown[]) => {
      asked.push([name, ...args])
      return answer
    }
  const names = 'show create update suspend resume removeAccount'.split(' ')
  const accounts = 'addAccount updateAccount onboarding rotateExternalId'.split(' ')
  const tenants = {
    list: told('list', { tenants: [], next: 'initech' }),
    offboard: told('offboard', undefined),
    verify: told('verify', [{ status: 'accepted' }]),
    ...Object.fromEntries(names.map((name) => [name, told(name, view)])),
    ...Object.fromEntries(accounts.map((name) => [name, told(name, onboarding)])),
    ...changes,
  } as unknown as TenantAdmin
  const access = {
    revoke: told('revoke', { revoked: { everybody: true }, effectiveWithinSeconds: 5 }),
    signingKeys: told('signingKeys', []),
    rotateSigningKeys: told('rotateSigningKeys', { kid: 'k', signsFrom: '2026-01-01T00:00:00.000Z' }),
  } as AccessAdmin
  const stops = {
    list: told('stopped', []),
    stop: told('stop', { stop: { id: 'writes' }, effectiveWithinSeconds: 5 }),
    resume: told('resumed', { resumed: 'writes', effectiveWithinSeconds: 5 }),
  } as unknown as StopAdmin
  return { ask: await openAdminApp({ tenants, access, stops, events }), asked, events }
}

describe('who may', () => {
  test.for<[string, string, string, number]>([
    ['nobody', '', 'missing_token', 401],
    ['a token for users', tokenOf({ aud: `${publicUrl}/mcp` }), 'invalid_token', 401],
    ['a token for both', tokenOf({ aud: [`${publicUrl}/admin`, `${publicUrl}/mcp`] }), 'invalid_token', 401],
    ['a token for a path below', tokenOf({ aud: `${publicUrl}/admin/v1` }), 'invalid_token', 401],
    ['a token of another issuer', tokenOf({ iss: 'https://sso.example/acme' }), 'invalid_token', 401],
    ['a token of nearly the issuer', tokenOf({ iss: `${config.issuer}/` }), 'invalid_token', 401],
    ['an ID token', tokenOf({}, { typ: 'JWT' }), 'invalid_token', 401],
    ['an ID token by its nonce', tokenOf({ nonce: 'x' }), 'invalid_token', 401],
    ['a token of another client', tokenOf({ client_id: 'editor' }), 'invalid_token', 401],
    ['a token without a client', tokenOf({ client_id: undefined }), 'invalid_token', 401],
    ['a token without a subject', tokenOf({ sub: '' }), 'invalid_token', 401],
    ['an expired token', tokenOf({ iat: seconds - 700, exp: seconds - 100 }), 'invalid_token', 401],
    ['a token that lives too long', tokenOf({ exp: seconds + 7_200 }), 'invalid_token', 401],
    ['a token without exp', tokenOf({ exp: undefined }), 'invalid_token', 401],
    ['an unknown key', tokenOf({}, { kid: 'key-2' }), 'invalid_token', 401],
    ['another algorithm', tokenOf({}, { alg: 'RS256' }), 'invalid_token', 401],
    ['no signature', tokenOf({}, { alg: 'none' }), 'invalid_token', 401],
    ['a signature of somebody else', tokenOf({}, {}, signingKey('ES256', 'key-1')), 'invalid_token', 401],
    ['somebody outside of the group', tokenOf({ groups: ['staff'] }), 'not_operator', 403],
    ['somebody without groups', tokenOf({ groups: undefined }), 'not_operator', 403],
    ['groups in one string', tokenOf({ groups: 'staff gateway-operators' }), 'not_operator', 403],
    ['a group that begins alike', tokenOf({ groups: ['gateway-operators-2'] }), 'not_operator', 403],
    [
      'the group in another claim',
      tokenOf({ groups: [], roles: ['gateway-operators'] }),
      'not_operator',
      403,
    ],
  ])('%s is refused, told why, and audited once', async ([, token, code, status]) => {
    const { ask, asked, events } = await open()
    const answer = await ask('GET', '/tenants', { token })
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toEqual({
      error: { code, message: expect.any(String) },
      requestId: 'request-1',
    })
    expect(answer.headers['cache-control']).toBe('no-store')
    const challenge = answer.headers['www-authenticate']
    if (status === 403) expect(challenge).toBeUndefined()
    else if (code === 'missing_token') expect(challenge).toBe('Bearer')
    else expect(challenge).toMatch(/^Bearer error="invalid_token"/)
    expect(asked).toEqual([])
    expect(events).toMatchObject([{ event: 'auth.deny', outcome: 'deny', reason_code: code }])
    expect(events[0]?.admin?.operator?.subject).toBe(status === 403 ? 'olga' : undefined)
    expect(events[0]).not.toHaveProperty('tenant_id')
    expect(events[0]).not.toHaveProperty('user')
  })

  test('a stranger is refused before anything is said of the path, the method or the body', async () => {
    const { ask } = await open()
    for (const [method, url] of [
      ['GET', '/nothing'],
      ['PUT', '/tenants'],
      ['POST', '/tenants'],
      ['GET', '/tenants/acme'],
      ['DELETE', '/tenants/acme?confirm=acme'],
    ] as const) {
      expect((await ask(method, url, { token: '', body: '{' })).statusCode).toBe(401)
    }
  })

  test('a page of another origin is refused, whoever is signed in', async () => {
    const { ask } = await open()
    const answer = await ask('GET', '/tenants', { headers: { origin: 'https://evil.example' } })
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'origin_not_allowed'])
    expect((await ask('GET', '/tenants', { headers: { host: 'evil.example' } })).statusCode).toBe(421)
  })

  test('a remembered token is checked for its group each time, and so is a new one', async () => {
    const { ask } = await open()
    const token = tokenOf({ groups: [] })
    for (let n = 0; n < 3; n++) expect((await ask('GET', '/tenants', { token })).statusCode).toBe(403)
  })

  test('failed sign-ins of an address are slowed down, and lock nobody out', async () => {
    const { ask, events } = await open()
    const codes = []
    for (let n = 0; n < 40; n++) codes.push((await ask('GET', '/tenants', { token: '' })).statusCode)
    expect(codes).toEqual([...Array(30).fill(401), ...Array(10).fill(429)])
    expect(events).toHaveLength(40)
    expect((await ask('GET', '/tenants', { token: '' })).headers['retry-after']).toBe('2')
    expect((await ask('GET', '/tenants')).statusCode).toBe(200)
  })

  test('one operator who asks too much takes nothing from another', async () => {
    const { ask } = await open()
    const token = tokenOf()
    const codes = []
    for (let n = 0; n < 110; n++) codes.push((await ask('GET', '/tenants', { token })).statusCode)
    expect(codes.filter((code) => code === 200)).toHaveLength(100)
    expect(codes.slice(100)).toEqual(Array(10).fill(429))
    expect((await ask('GET', '/tenants', { token: tokenOf({ sub: 'otto' }) })).statusCode).toBe(200)
  })
})

describe('what they may ask', () => {
  test('each route asks for one operation, in the name of who asks', async () => {
    const { ask, asked } = await open()
    const body = { id: 'initech' }
    const at = '/tenants/initech'
    const account = `${at}/accounts/prod`
    const answers = [
      await ask('GET', '/tenants?after=acme&limit=50'),
      await ask('GET', '/tenants'),
      await ask('POST', '/tenants', { body }),
      await ask('GET', at),
      await ask('PATCH', at, { body, headers: { 'if-match': '"2"' } }),
      await ask('POST', `${at}/suspend`),
      await ask('POST', `${at}/resume`),
      await ask('DELETE', `${at}?confirm=initech`),
      await ask('POST', `${at}/accounts`, { body }),
      await ask('PATCH', account, { body, headers: { 'if-match': '"3"' } }),
      await ask('DELETE', account, { headers: { 'if-match': '"4"' } }),
      await ask('GET', `${account}/onboarding`),
      await ask('POST', `${account}/verify`),
      await ask('POST', `${account}/rotate-external-id`),
      await ask('POST', `${at}/revocations`, { body }),
      await ask('GET', '/signing-keys'),
      await ask('POST', '/signing-keys/rotate'),
      await ask('GET', '/stops'),
      await ask('POST', '/stops', { body }),
      await ask('DELETE', '/stops/tool%3Aaws_api_write%40acme'),
    ]
    expect(asked).toEqual([
      ['list', { after: 'acme', limit: 50 }],
      ['list', {}],
      ['create', body, olga],
      ['show', 'initech'],
      ['update', 'initech', body, 2, olga],
      ['suspend', 'initech', olga],
      ['resume', 'initech', olga],
      ['offboard', 'initech', olga],
      ['addAccount', 'initech', body, olga],
      ['updateAccount', 'initech', 'prod', body, 3, olga],
      ['removeAccount', 'initech', 'prod', 4, olga],
      ['onboarding', 'initech', 'prod'],
      ['verify', 'initech', 'prod', olga],
      ['rotateExternalId', 'initech', 'prod', olga],
      ['revoke', 'initech', body, olga],
      ['signingKeys'],
      ['rotateSigningKeys', olga],
      ['stopped'],
      ['stop', body, olga],
      ['resumed', 'tool:aws_api_write@acme', olga],
    ])
    const statuses = answers.map(({ statusCode }) => statusCode)
    expect(statuses).toEqual([200, 200, 201, 200, 200, 200, 200, 204, 201, ...Array(11).fill(200)])
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store')
    expect(answers.map(({ headers }) => headers.etag)).toEqual([
      ...[undefined, undefined, '"3"', '"3"', '"3"', '"3"', '"3"', undefined],
      ...['"4"', '"4"', '"3"', '"4"', undefined, '"4"'],
      ...Array(6).fill(undefined),
    ])
    expect(answers[0]?.json()).toEqual({ tenants: [], next: 'initech' })
    expect(answers[2]?.headers.location).toBe('/admin/v1/tenants/initech')
    expect(answers[8]?.headers.location).toBe('/admin/v1/tenants/initech/accounts/prod/onboarding')
    expect(answers[12]?.json()).toEqual({ verifications: [{ status: 'accepted' }] })
  })

  test.for([
    ['cloudformation', 'application/json', onboarding.cloudFormation],
    ['terraform', 'text/plain', onboarding.terraform],
  ])('the template as %s', async ([format, type, text]) => {
    const { ask } = await open()
    const answer = await ask('GET', `/tenants/initech/accounts/prod/template?format=${format}`)
    expect([answer.headers['content-type'], answer.body]).toEqual([`${type}; charset=utf-8`, text])
  })

  const match = { 'if-match': '"1"' }
  const prod = '/tenants/initech/accounts/prod'
  test.for<[string, Parameters<Awaited<ReturnType<typeof open>>['ask']>, number, string]>([
    ['no body', ['POST', '/tenants'], 400, 'bad_request'],
    ['no JSON', ['POST', '/tenants', { body: '{' }], 400, 'parse_error'],
    ['a prototype', ['POST', '/tenants', { body: '{"__proto__":{"id":"x"}}' }], 400, 'parse_error'],
    ['a deep body', ['POST', '/tenants', { body: '['.repeat(100) + ']'.repeat(100) }], 400, 'parse_error'],
    ['a large body', ['POST', '/tenants', { body: `"${'x'.repeat(1_100_000)}"` }], 413, 'payload_too_large'],
    [
      'a form',
      [
        'POST',
        '/tenants',
        { body: 'id=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      ],
      415,
      'unsupported_media_type',
    ],
    ['no If-Match', ['PATCH', '/tenants/initech', { body: {} }], 400, 'bad_request'],
    ['no If-Match of an account', ['PATCH', prod, { body: {} }], 400, 'bad_request'],
    ['no If-Match to remove with', ['DELETE', prod], 400, 'bad_request'],
    [
      'any version of an account',
      ['PATCH', prod, { body: {}, headers: { 'if-match': '*' } }],
      400,
      'bad_request',
    ],
    ['any version to remove', ['DELETE', prod, { headers: { 'if-match': '*' } }], 400, 'bad_request'],
    ...['*', '3', 'W/"3"', '"3", "4"', '"03"', '"-1"', '"1e3"', '"x"', '""', `"${'9'.repeat(30)}"`].map(
      (value): [string, Parameters<Awaited<ReturnType<typeof open>>['ask']>, number, string] => [
        `If-Match ${value}`,
        ['PATCH', '/tenants/initech', { body: {}, headers: { 'if-match': value } }],
        400,
        'bad_request',
      ],
    ),
    ['no change', ['PATCH', '/tenants/initech', { headers: match }], 400, 'bad_request'],
    ['no confirmation', ['DELETE', '/tenants/initech'], 400, 'bad_request'],
    ['another confirmation', ['DELETE', '/tenants/initech?confirm=acme'], 400, 'bad_request'],
    ['two confirmations', ['DELETE', '/tenants/initech?confirm=acme&confirm=initech'], 400, 'bad_request'],
    ['an empty confirmation', ['DELETE', '/tenants/initech?confirm='], 400, 'bad_request'],
    ['a body to suspend with', ['POST', '/tenants/initech/suspend', { body: {} }], 400, 'bad_request'],
    ['an unknown parameter', ['GET', '/tenants?status=active'], 400, 'bad_request'],
    ['a parameter where there is none', ['GET', '/tenants/initech?limit=1'], 400, 'bad_request'],
    ['a limit of 0', ['GET', '/tenants?limit=0'], 400, 'bad_request'],
    ['a limit of 101', ['GET', '/tenants?limit=101'], 400, 'bad_request'],
    ['a limit of 1e2', ['GET', '/tenants?limit=1e2'], 400, 'bad_request'],
    ['a place that is no id', ['GET', '/tenants?after=%00'], 400, 'bad_request'],
    ['no revocation', ['POST', '/tenants/initech/revocations'], 400, 'bad_request'],
    ['a revocation of nobody', ['POST', '/tenants/ACME/revocations', { body: {} }], 404, 'not_found'],
    [
      'a revocation by a query',
      ['POST', '/tenants/initech/revocations?user=x', { body: {} }],
      400,
      'bad_request',
    ],
    ['a body to rotate with', ['POST', '/signing-keys/rotate', { body: {} }], 400, 'bad_request'],
    ['a page of keys', ['GET', '/signing-keys?limit=1'], 400, 'bad_request'],
    ['a key by its id', ['GET', '/signing-keys/k'], 404, 'not_found'],
    ['a rotation that is read', ['GET', '/signing-keys/rotate'], 405, 'method_not_allowed'],
    ['keys that are written', ['POST', '/signing-keys', { body: {} }], 405, 'method_not_allowed'],
    ['revocations that are read', ['GET', '/tenants/initech/revocations'], 405, 'method_not_allowed'],
    ['no format', ['GET', '/tenants/initech/accounts/prod/template'], 400, 'bad_request'],
    ['another format', ['GET', '/tenants/initech/accounts/prod/template?format=pulumi'], 400, 'bad_request'],
    [
      'a member of objects',
      ['GET', '/tenants/initech/accounts/prod/template?format=toString'],
      400,
      'bad_request',
    ],
    ...[
      'ACME',
      'a b',
      '__proto__',
      '..%2facme',
      '-acme',
      'a'.repeat(33),
      '@operators',
      '%00',
      '%7Bacme%7D',
    ].map((id): [string, Parameters<Awaited<ReturnType<typeof open>>['ask']>, number, string] => [
      `the tenant ${id}`,
      ['GET', `/tenants/${id}`],
      404,
      'not_found',
    ]),
    ['an alias that is none', ['POST', '/tenants/initech/accounts/PROD/verify'], 404, 'not_found'],
    ['another path', ['GET', '/nothing'], 404, 'not_found'],
    ['another method', ['PUT', '/tenants/initech'], 405, 'method_not_allowed'],
    ['another method of an action', ['GET', '/tenants/initech/suspend'], 405, 'method_not_allowed'],
  ])('%s is refused, and audited once', async ([, [method, url, rest], status, code]) => {
    const { ask, asked, events } = await open()
    const answer = await ask(method, url, rest)
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code])
    expect(answer.body).not.toMatch(/FST_|node_modules|SyntaxError|%00/)
    expect(asked).toEqual([])
    expect(events).toMatchObject([
      { event: 'http.deny', reason_code: code, admin: { operator: { subject: 'olga' } } },
    ])
  })

  test('what the operations refuse is told with its issues, and audited by them', async () => {
    const issues = ['accounts[0].alias: must be 1-32 of a-z, 0-9 and -']
    const error = new GatewayError('bad_request', 'It cannot be used.', { details: { issues } })
    const { ask, events } = await open({
      create: () => Promise.reject(Object.assign(error, { audited: true })),
      show: () => Promise.reject(new GatewayError('not_found', 'There is no such tenant.')),
      update: () => Promise.reject(new GatewayError('precondition_failed', 'It has changed.')),
      suspend: () => Promise.reject(new Error('secret')),
      resume: () => Promise.reject(new GatewayError('unavailable', 'Not now.')),
    })
    const created = await ask('POST', '/tenants', { body: {} })
    expect([created.statusCode, created.json()]).toEqual([
      400,
      { error: { code: 'bad_request', message: 'It cannot be used.', issues }, requestId: 'request-1' },
    ])
    expect(events).toEqual([])
    expect((await ask('GET', '/tenants/initech')).statusCode).toBe(404)
    expect((await ask('PATCH', '/tenants/initech', { body: {}, headers: match })).statusCode).toBe(412)
    const failed = await ask('POST', '/tenants/initech/suspend')
    expect([failed.statusCode, failed.json().error.code]).toEqual([500, 'internal'])
    expect(failed.body).not.toContain('secret')
    const away = await ask('POST', '/tenants/initech/resume')
    expect([away.statusCode, away.headers['retry-after']]).toEqual([503, '2'])
    expect(events.map(({ reason_code }) => reason_code)).toEqual([
      'not_found',
      'precondition_failed',
      'internal',
      'unavailable',
    ])
  })
})
