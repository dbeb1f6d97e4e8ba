import { type CompanySso, startCompanySso } from '@gateway/backends'
import { type OAuthStore, principalId, type Tenant } from '@gateway/domain'
import { memoryOAuthStore, memoryRevocationStore } from '@gateway/stores'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetAccount } from './accounts.ts'
import { appRedirect, type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { expectUnsaid, refusalOf } from './testing/refusal.ts'

let sso: CompanySso
let harness: Harness
let clientId: string
let acme: Tenant
const store: OAuthStore = memoryOAuthStore({ now: () => Date.now() })
const revocations = memoryRevocationStore({ now: () => Date.now() })
beforeAll(async () => {
  sso = await startCompanySso()
  acme = tenantAt('acme', sso)
  harness = await startHarness([acme], { store, revocations })
  clientId = (await harness.register()).client_id
})
beforeEach(() => {
  harness.setTenants([acme])
  sso.says = { subject: 'anna', groups: ['staff', 'builders'] }
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await sso[Symbol.asyncDispose]()
})

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly scope: string
}
const signIn = async (scope = 'aws:read aws:write'): Promise<Tokens> => {
  // What is revoked for a whole second takes sign-ins of the same second with it.
  for (;;) {
    const answer = await harness.signIn({ clientId, scope })
    const tokens = (await (await harness.redeem(answer.get('code') ?? '', { clientId })).json()) as Tokens
    if (tokens.access_token !== undefined) return tokens
  }
}
const refresh = (token: string, more: Readonly<Record<string, string>> = {}) =>
  harness.post('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: clientId, ...more })

test.each([
  ['aws:admin', 'aws:read'],
  ['aws:read aws:write aws:admin', 'aws:read'],
  ['aws:write openid offline_access', 'aws:read openid offline_access'],
])('C13 %s, by a person without the group, is %s', async (asked, granted) => {
  sso.says = { subject: 'berta', groups: ['staff'] }
  const tokens = await signIn(asked)
  expect(tokens.scope.split(' ')).toContain('aws:read')
  expect(tokens.scope).not.toMatch(/write|admin/)
  expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: 'aws:read' })
  expect(granted).toContain('aws:read')
})

test('C20 another client cannot refresh, and its own still can', async () => {
  const other = await harness.register({ client_name: 'Other', redirect_uris: [appRedirect] })
  const { refresh_token } = await signIn()
  for (const client_id of [other.client_id, 'dcr-unknown', '']) {
    const { error } = await refusalOf(harness, () => refresh(refresh_token, { client_id }))
    expect(error).toMatch(/^invalid_(grant|client|request)$/)
  }
  expect((await refresh(refresh_token)).status).toBe(200)
})

describe('C21 a refresh asking for another scope', () => {
  test.each(['aws:read aws:admin', 'aws:admin', 'openid', 'unknown', 'AWS:READ', '"'])(
    '%s',
    async (scope) => {
      const { refresh_token } = await signIn()
      expect((await refusalOf(harness, () => refresh(refresh_token, { scope }))).error).toBe('invalid_scope')
      expect((await refresh(refresh_token)).status).toBe(200)
    },
  )

  test('a narrower one is given, and the next may be as wide as before', async () => {
    const first = await signIn()
    const narrow = (await (await refresh(first.refresh_token, { scope: 'aws:read' })).json()) as Tokens
    expect(decodeJwt(narrow.access_token).scope).toBe('aws:read')
    const wide = (await (await refresh(narrow.refresh_token)).json()) as Tokens
    expect(decodeJwt(wide.access_token).scope).toBe('aws:read aws:write')
  })

  test('another resource is refused, and the token is not spent', async () => {
    const { refresh_token } = await signIn()
    const foreign = { resource: 'https://evil.example/mcp' }
    expect((await refusalOf(harness, () => refresh(refresh_token, foreign))).error).toBe('invalid_target')
    expect((await refresh(refresh_token)).status).toBe(200)
  })
})

describe('C22 a refresh after', () => {
  const name = () => ({ tenantId: 'acme', accountId: principalId(sso.issuer, 'anna') })
  const anna = () => `acme ${name().accountId}`
  const change = (connection: object): Tenant => tenantAt('acme', sso, connection)
  const rows: [string, () => unknown][] = [
    ['the person was removed', () => forgetAccount(store, name())],
    ['the company was removed', () => harness.setTenants([])],
    ['the company was suspended', () => harness.setTenants([{ ...acme, status: 'suspended' }])],
    ['the connection was removed', () => harness.setTenants([{ ...acme, connections: [] }])],
    ['the connection got another pin', () => harness.setTenants([change({ pins: { tid: 'other' } })])],
    [
      'the connection is of another issuer',
      () => harness.setTenants([change({ issuer: 'https://else.example' })]),
    ],
    [
      'the groups give nothing any more',
      () => harness.setTenants([change({ groupToScope: { else: ['aws:read'] } })]),
    ],
    [
      'the person lost all groups',
      async () => {
        sso.says = { subject: 'anna', groups: [] }
        await harness.signIn({ clientId }).catch(() => undefined)
      },
    ],
    [
      'the account is of nonsense',
      () => store.upsert('Account', anna(), '{"tenantId":1}', { ttlSeconds: 60 }),
    ],
    [
      'the account names another company',
      () => {
        const value = { tenantId: 'globex', idp: sso.issuer, pins: {}, groups: ['staff'] }
        return store.upsert('Account', anna(), JSON.stringify(value), { ttlSeconds: 60 })
      },
    ],
    ['the grant was revoked', async () => undefined],
    [
      'the person was revoked',
      () => revocations.revoke({ tenantId: 'acme', kind: 'user', id: name().accountId }),
    ],
    ['the company was revoked', () => revocations.revoke({ tenantId: 'acme', kind: 'tenant' })],
    ['the app was revoked', () => revocations.revoke({ tenantId: 'acme', kind: 'client', id: clientId })],
  ]
  test.each(rows)('%s', async (what, happens) => {
    const tokens = await signIn()
    await happens()
    if (what === 'the grant was revoked') {
      const id = String(decodeJwt(tokens.access_token).gid)
      await revocations.revoke({ tenantId: 'acme', kind: 'grant', id, ttlSeconds: 600 })
    }
    const { status, error, text } = await refusalOf(harness, () => refresh(tokens.refresh_token))
    expect({ status, error }).toEqual({ status: 400, error: 'invalid_grant' })
    expect(text).not.toContain('acme')
    expectUnsaid(harness, [tokens.refresh_token, tokens.access_token])
  })

  test('the person lost a group: less, and said so', async () => {
    const { refresh_token } = await signIn()
    harness.setTenants([change({ groupToScope: { staff: ['aws:read'] } })])
    const tokens = (await (await refresh(refresh_token)).json()) as Tokens
    expect(tokens.scope).toBe('aws:read')
    expect(decodeJwt(tokens.access_token).scope).toBe('aws:read')
  })

  test('a suspension that ended: the token was not spent', async () => {
    const { refresh_token } = await signIn()
    harness.setTenants([{ ...acme, status: 'suspended' }])
    await refusalOf(harness, () => refresh(refresh_token))
    harness.setTenants([acme])
    expect((await refresh(refresh_token)).status).toBe(200)
  })
})

describe('revocation (RFC 7009)', () => {
  const revoke = (token: string, more: Readonly<Record<string, string>> = {}) =>
    harness.post('/token/revocation', { token, client_id: clientId, ...more })
  const revoked = async ({ access_token }: Tokens): Promise<boolean> => {
    const { jti = '', gid, sub = '' } = decodeJwt<{ gid: string }>(access_token)
    return (await revocations.read({ tenantId: 'acme', userId: sub, clientId, tokenId: jti, grantId: gid }))
      .denied
  }

  test.each(['access_token', 'refresh_token'] as const)('of the %s holds, with one event', async (kind) => {
    const tokens = await signIn()
    const before = harness.audit.length
    expect((await revoke(tokens[kind])).status).toBe(200)
    expect(await revoked(tokens)).toBe(true)
    expect(harness.audit.slice(before).map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
      'oauth.revocation allow',
    ])
    expectUnsaid(harness, [tokens.access_token, tokens.refresh_token])
  })

  test('by another client does nothing', async () => {
    const other = await harness.register({ client_name: 'Other', redirect_uris: [appRedirect] })
    const tokens = await signIn()
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      expect((await revoke(token, { client_id: other.client_id })).status).toBe(200)
    }
    expect(await revoked(tokens)).toBe(false)
    expect((await refresh(tokens.refresh_token)).status).toBe(200)
  })

  test.each(['nonsense', 'a.b.c', `${'x'.repeat(10_000)}`, 'eyJhbGciOiJub25lIn0.e30.'])(
    'of %s is no error',
    async (token) => {
      expect((await revoke(token)).status).toBe(200)
    },
  )

  test('without a token or a client', async () => {
    expect((await refusalOf(harness, () => revoke(''))).error).toBe('invalid_request')
    expect((await refusalOf(harness, () => revoke('x', { client_id: 'dcr-none' }))).error).toBe(
      'invalid_client',
    )
  })
})
