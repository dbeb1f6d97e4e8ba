import { randomBytes } from 'node:crypto'
import { createSigningKeys, forgetAccount } from '@gateway/authorization'
import {
  type AuditEvent,
  type OAuthStore,
  parseTenants,
  principalId,
  type RevocationStore,
} from '@gateway/domain'
import { createAccessAdmin, createTenantRecords, type TenantAdmin } from '@gateway/registry'
import { memoryOAuthStore, memoryRevocationStore, memoryTenantStore } from '@gateway/stores'
import { describe, expect, test } from 'vitest'
import { olga, openAdminApp, operatorToken, start } from '../../test/support/admin-app.ts'

const sharedIssuer = 'https://login.example'
const documentOf = (id: string, number: string) => ({
  id,
  name: id,
  // One identity provider of two companies, which their pins tell apart.
  connections: [
    {
      issuer: sharedIssuer,
      jwksUri: `${sharedIssuer}/jwks`,
      algorithms: ['ES256'],
      directTokens: true,
      allowedClients: ['editor'],
      pins: { tid: id },
    },
  ],
  accounts: [
    {
      alias: 'main',
      accountId: number.repeat(12),
      defaultRegion: 'eu-west-1',
      roles: {
        read: {
          roleArn: `arn:aws:iam::${number.repeat(12)}:role/mcp-gateway-read`,
          externalId: `${id}-main-1`,
        },
      },
    },
  ],
  permissions: { allowedServices: ['s3'], allowedRegions: ['eu-west-1'] },
})

/** The routes over the real operations, with two tenants and stores in memory; the parts can be away. */
const open = async ({ authorization = true } = {}) => {
  const time = { ms: start }
  const now = () => time.ms
  const away = { revocations: false, oauth: false, tenants: false }
  const gone = async (): Promise<never> => {
    throw new Error('ECONNREFUSED secret')
  }
  const memory = memoryRevocationStore({ now })
  const told: Parameters<RevocationStore['revoke']>[0][] = []
  const revocations: RevocationStore = {
    read: memory.read,
    async revoke(revocation) {
      if (away.revocations) return gone()
      told.push(revocation)
      return memory.revoke(revocation)
    },
  }
  const kept = memoryOAuthStore({ now })
  const oauth: OAuthStore = {
    ...kept,
    destroy: (...args) => (away.oauth ? gone() : kept.destroy(...args)),
    readKeys: () => (away.oauth ? gone() : kept.readKeys()),
  }
  const tenants = memoryTenantStore({ onError() {} })
  const stored = { ...tenants, read: (id: string) => (away.tenants ? gone() : tenants.read(id)) }
  const inFile = new Map(
    parseTenants({ tenants: [documentOf('acme', '1'), documentOf('globex', '2')] }, 'test').map((tenant) => [
      tenant.id,
      tenant,
    ]),
  )
  const events: AuditEvent[] = []
  const keys = createSigningKeys({ store: oauth, sealKeys: [randomBytes(32)], now })
  const access = createAccessAdmin({
    records: createTenantRecords({ store: stored, file: { tenants: () => inFile } }),
    revocations,
    authorization: authorization
      ? { keys, forgetAccount: (account) => forgetAccount(oauth, account) }
      : undefined,
    audit: { append: async (event) => void events.push(event) },
    now,
  })
  const ask = await openAdminApp({ tenants: {} as TenantAdmin, access, events })
  const revoke = (body: unknown, tenant = 'acme', token = operatorToken()) =>
    ask('POST', `/tenants/${tenant}/revocations`, { body, token })
  const signIn = (tenantId: string, id: string) =>
    kept.upsert(
      'Account',
      `${tenantId} ${id}`,
      JSON.stringify({ tenantId, idp: sharedIssuer, pins: {}, groups: [] }),
      {
        ttlSeconds: 3600,
      },
    )
  return { ask, revoke, signIn, away, told, events, revocations: memory, oauth: kept, keys, time }
}

const ann = principalId(sharedIssuer, 'ann')
const annOf = (tenantId: string, changes: object = {}) => ({
  tenantId,
  userId: ann,
  clientId: 'editor',
  tokenId: 't-1',
  grantId: 'g-1',
  ...changes,
})
const nothing = { denied: false, notBefore: 0 }
const ended = { denied: false, notBefore: start / 1000 + 1 }
const denied = { denied: true, notBefore: 0 }

describe('what is ended', () => {
  test.for<[string, object, object, object, object, number | undefined]>([
    ['a person', { user: ann }, { user: ann }, { kind: 'user', id: ann }, ended, undefined],
    [
      'a person as their provider names them',
      { issuer: sharedIssuer, subject: 'ann' },
      { user: ann },
      { kind: 'user', id: ann },
      ended,
      undefined,
    ],
    [
      'a client',
      { client: 'editor' },
      { client: 'editor' },
      { kind: 'client', id: 'editor' },
      ended,
      undefined,
    ],
    ['a grant', { grant: 'g-1' }, { grant: 'g-1' }, { kind: 'grant', id: 'g-1' }, denied, 31 * 86_400],
    ['a token', { token: 't-1' }, { token: 't-1' }, { kind: 'token', id: 't-1' }, denied, 7_500],
    ['everybody', { everybody: true }, { everybody: true }, { kind: 'tenant' }, ended, undefined],
  ])(
    '%s, at one tenant and no other, with one audit event',
    async ([, body, revoked, what, state, seconds]) => {
      const { revoke, revocations, events, told, time } = await open()
      const answer = await revoke(body)
      expect([answer.statusCode, answer.json()]).toEqual([200, { revoked, effectiveWithinSeconds: 5 }])
      expect(told).toEqual([
        { tenantId: 'acme', ...what, ...(seconds !== undefined && { ttlSeconds: seconds }) },
      ])
      expect(await revocations.read(annOf('acme'))).toEqual(state)
      expect(await revocations.read(annOf('globex'))).toEqual(nothing)
      const another = { userId: 'bob', clientId: 'other', tokenId: 't-2', grantId: 'g-2' }
      expect(await revocations.read(annOf('acme', another))).toEqual('everybody' in body ? ended : nothing)
      expect(events).toEqual([
        {
          schema_version: 1,
          ts: new Date(start).toISOString(),
          event: 'admin.access.revoke',
          outcome: 'allow',
          request_id: 'request-1',
          tenant_id: 'acme',
          source: { ip: '127.0.0.1' },
          admin: { operator: { issuer: olga.issuer, subject: 'olga' }, revoked: what },
        },
      ])
      if (seconds !== undefined) {
        time.ms += seconds * 1000 - 1
        expect(await revocations.read(annOf('acme'))).toEqual(state)
      }
    },
  )

  test('a person of one tenant is forgotten, and the same person of another is not', async () => {
    const { revoke, signIn, oauth, revocations, events } = await open()
    await signIn('acme', ann)
    await signIn('globex', ann)
    expect((await revoke({ user: ann })).statusCode).toBe(200)
    expect((await revoke({ issuer: sharedIssuer, subject: 'ann' })).statusCode).toBe(200)
    expect(await oauth.find('Account', `acme ${ann}`)).toBeUndefined()
    expect(await oauth.find('Account', `globex ${ann}`)).toBeDefined()
    expect(await revocations.read(annOf('globex'))).toEqual(nothing)
    expect((await revoke({ user: ann }, 'globex')).statusCode).toBe(200)
    expect(await oauth.find('Account', `globex ${ann}`)).toBeUndefined()
    expect(events.map(({ tenant_id, outcome }) => [tenant_id, outcome])).toEqual([
      ['acme', 'allow'],
      ['acme', 'allow'],
      ['globex', 'allow'],
    ])
  })

  test('nobody is forgotten for what is ended of a client, a grant, a token or everybody', async () => {
    const { revoke, signIn, oauth } = await open()
    await signIn('acme', ann)
    for (const body of [{ client: ann }, { grant: ann }, { token: ann }, { everybody: true }]) {
      expect((await revoke(body)).statusCode).toBe(200)
    }
    expect(await oauth.find('Account', `acme ${ann}`)).toBeDefined()
  })

  test('where there is no authorization server, revoking goes on, and there are no keys', async () => {
    const { ask, revoke, revocations, events } = await open({ authorization: false })
    expect((await revoke({ user: ann })).statusCode).toBe(200)
    expect(await revocations.read(annOf('acme'))).toEqual(ended)
    for (const answer of [await ask('GET', '/signing-keys'), await ask('POST', '/signing-keys/rotate')]) {
      expect([answer.statusCode, answer.json().error]).toEqual([
        404,
        { code: 'not_found', message: expect.stringContaining('no authorization server') },
      ])
    }
    expect(events.map(({ event, reason_code }) => [event, reason_code])).toEqual([
      ['admin.access.revoke', undefined],
      ['http.deny', 'not_found'],
      ['admin.keys.rotate', 'not_found'],
    ])
  })
})

const oneOf = '(root): name exactly one of user, client, grant, token and everybody, or issuer with subject'
const wrongUser = 'user: must be the 43 characters of user.id in audit events; else send issuer and subject'
const both = '(root): a person is named by issuer and subject together, or by user alone'

describe('what cannot be revoked', () => {
  test.for<[unknown, string]>([
    [{}, oneOf],
    [[], '(root): Invalid input: expected object, received array'],
    [null, '(root): Invalid input: expected object, received null'],
    ['"everybody"', '(root): Invalid input: expected object, received string'],
    [{ user: ann, client: 'editor' }, oneOf],
    [{ everybody: true, token: 't-1' }, oneOf],
    [{ user: ann, issuer: sharedIssuer, subject: 'ann' }, oneOf],
    [{ user: ann, subject: 'ann' }, oneOf],
    [{ issuer: sharedIssuer }, both],
    [{ subject: 'ann' }, both],
    [{ user: ann, reason: 'left' }, '(root): Unrecognized key: "reason"'],
    [{ users: [ann] }, '(root): Unrecognized key: "users"'],
    [{ constructor: {} }, '(root): Unrecognized key: "constructor"'],
    [{ user: 'ann' }, wrongUser],
    [{ user: '' }, wrongUser],
    [{ user: `${ann}a` }, wrongUser],
    [{ user: `${ann.slice(1)}=` }, wrongUser],
    [{ user: `${ann}\n` }, wrongUser],
    [{ user: [ann] }, 'user: Invalid input: expected string, received array'],
    [{ user: null }, 'user: Invalid input: expected string, received null'],
    [{ user: 1 }, 'user: Invalid input: expected string, received number'],
    [{ user: true }, 'user: Invalid input: expected string, received boolean'],
    [{ everybody: false }, 'everybody: must be true'],
    [{ everybody: 'true' }, 'everybody: must be true'],
    [{ everybody: 1 }, 'everybody: must be true'],
    [{ client: '' }, 'client: Too small: expected string to have >=1 characters'],
    [{ client: 'x'.repeat(2_049) }, 'client: Too big: expected string to have <=2048 characters'],
    [{ client: 'a\u0000b' }, 'client: must have no control characters'],
    [{ client: 'a\nb' }, 'client: must have no control characters'],
    [{ grant: 'g/1' }, 'grant: must be the id of a grant, the claim gid of its tokens'],
    [{ grant: 'g'.repeat(129) }, 'grant: must be the id of a grant, the claim gid of its tokens'],
    [{ token: '' }, 'token: Too small: expected string to have >=1 characters'],
    [{ token: 'x'.repeat(129) }, 'token: Too big: expected string to have <=128 characters'],
    [
      { issuer: `${sharedIssuer}/`, subject: 'ann' },
      'issuer: must be that of a connection of the tenant, to the letter',
    ],
    [
      { issuer: 'https://other.example', subject: 'ann' },
      'issuer: must be that of a connection of the tenant, to the letter',
    ],
    [{ issuer: sharedIssuer, subject: '' }, 'subject: Too small: expected string to have >=1 characters'],
    [
      { issuer: sharedIssuer, subject: 'x'.repeat(256) },
      'subject: Too big: expected string to have <=255 characters',
    ],
    [{ issuer: sharedIssuer, subject: 1 }, 'subject: Invalid input: expected string, received number'],
  ])('%j is refused with what is wrong, ends nothing, and is audited once', async ([body, issue]) => {
    const { revoke, events, told } = await open()
    const answer = await revoke(body)
    expect([answer.statusCode, answer.json().error]).toEqual([
      400,
      {
        code: 'bad_request',
        message: 'The request cannot be used: 1 of its values are wrong.',
        issues: [issue],
      },
    ])
    expect(told).toEqual([])
    expect(events).toMatchObject([
      {
        event: 'admin.access.revoke',
        outcome: 'deny',
        reason_code: 'bad_request',
        tenant_id: 'acme',
        admin: { operator: { subject: 'olga' } },
      },
    ])
    expect(events[0]?.admin).not.toHaveProperty('revoked')
  })

  test('of a tenant that there is not: 404, audited once', async () => {
    const { revoke, events, told } = await open()
    const answer = await revoke({ user: ann }, 'initech')
    expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'not_found'])
    expect(told).toEqual([])
    expect(events).toMatchObject([
      { event: 'admin.access.revoke', reason_code: 'not_found', tenant_id: 'initech' },
    ])
  })

  test('by somebody who is no operator', async () => {
    const { revoke, events, told } = await open()
    const answer = await revoke({ user: ann }, 'acme', operatorToken({ groups: ['staff'] }))
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'not_operator'])
    expect(told).toEqual([])
    expect(events.map(({ event }) => event)).toEqual(['auth.deny'])
  })
})

describe('while a store is away', () => {
  test.for<['revocations' | 'oauth' | 'tenants', string[], string]>([
    // The attempt is audited before it is made, and that it failed after it.
    ['revocations', ['allow', 'error'], 'acme'],
    ['oauth', ['allow', 'error'], 'acme'],
    ['tenants', ['error'], 'initech'],
  ])('that of %s: 503, and it can be done again', async ([part, outcomes, tenant]) => {
    const { revoke, away, events, told } = await open()
    away[part] = true
    const answer = await revoke({ user: ann }, tenant)
    expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'unavailable'])
    expect(answer.headers['retry-after']).toBe('2')
    expect(answer.body + JSON.stringify(events)).not.toContain('secret')
    expect(events.map(({ outcome }) => outcome)).toEqual(outcomes)
    away[part] = false
    expect((await revoke({ user: ann })).statusCode).toBe(200)
    expect(told.at(-1)).toEqual({ tenantId: 'acme', kind: 'user', id: ann })
  })

  test('keys can be neither listed nor rotated: 503, audited once each', async () => {
    const { ask, away, events } = await open()
    away.oauth = true
    for (const answer of [await ask('GET', '/signing-keys'), await ask('POST', '/signing-keys/rotate')]) {
      expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'unavailable'])
      expect(answer.body).not.toContain('secret')
    }
    expect(events.map(({ event, outcome }) => [event, outcome])).toEqual([
      ['http.deny', 'error'],
      ['admin.keys.rotate', 'error'],
    ])
  })

  test('keys that another STATE_KEY has sealed are no 500, and are left as they are', async () => {
    const { ask, oauth, events } = await open()
    await createSigningKeys({ store: oauth, sealKeys: [randomBytes(32)], now: () => start }).current()
    const sealed = await oauth.readKeys()
    for (const answer of [await ask('GET', '/signing-keys'), await ask('POST', '/signing-keys/rotate')]) {
      expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'unavailable'])
      expect(answer.body).not.toContain('STATE_KEY')
    }
    expect(await oauth.readKeys()).toBe(sealed)
    expect(events).toHaveLength(2)
  })
})

describe('signing keys', () => {
  test('are listed, rotated one at a time, and every rotation is audited once', async () => {
    const { ask, keys, events, time } = await open()
    const [{ kid: old }] = (await keys.current()).jwks
    const first = { kid: old, state: 'signing', signsFrom: new Date(start).toISOString() }
    expect((await ask('GET', '/signing-keys')).json()).toEqual({ keys: [first] })
    const rotated = await ask('POST', '/signing-keys/rotate')
    const signsFrom = new Date(start + 60_000).toISOString()
    expect([rotated.statusCode, rotated.json()]).toEqual([200, { kid: expect.any(String), signsFrom }])
    const { kid } = rotated.json()
    expect((await ask('GET', '/signing-keys')).json()).toEqual({
      keys: [{ kid, state: 'pending', signsFrom }, first],
    })
    const early = await ask('POST', '/signing-keys/rotate')
    expect([early.statusCode, early.json().error]).toEqual([
      409,
      { code: 'conflict', message: expect.stringContaining(signsFrom) },
    ])
    expect((await keys.current()).jwks[0].kid).toBe(old)
    time.ms += 60_000
    expect((await keys.current()).jwks[0].kid).toBe(kid)
    expect((await ask('GET', '/signing-keys')).json()).toEqual({
      keys: [
        { kid, state: 'signing', signsFrom },
        { ...first, state: 'retired' },
      ],
    })
    expect((await ask('POST', '/signing-keys/rotate')).statusCode).toBe(200)
    expect(
      events.map(({ event, outcome, reason_code, admin }) => [
        event,
        outcome,
        reason_code,
        admin?.operator?.subject,
      ]),
    ).toEqual([
      ['admin.keys.rotate', 'allow', undefined, 'olga'],
      ['admin.keys.rotate', 'deny', 'conflict', 'olga'],
      ['admin.keys.rotate', 'allow', undefined, 'olga'],
    ])
    for (const event of events) expect(event).not.toHaveProperty('tenant_id')
  })

  test('no answer has a private key in it', async () => {
    const { ask, keys } = await open()
    await ask('POST', '/signing-keys/rotate')
    const { body } = await ask('GET', '/signing-keys')
    for (const { d, x } of (await keys.current()).jwks) {
      expect(body).not.toContain(d)
      expect(body).not.toContain(x)
    }
  })
})
