import { type AuditEvent, parseTenants, principalId, type Stop, type StopStore } from '@gateway/domain'
import { type AccessAdmin, createStopAdmin, createTenantRecords, type TenantAdmin } from '@gateway/registry'
import { memoryStopStore, memoryTenantStore } from '@gateway/stores'
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
const open = async () => {
  const away = { stops: false, tenants: false, audit: false }
  const kept = memoryStopStore()
  const reached =
    <Args extends unknown[], Answer>(
      part: keyof typeof away,
      method: (...args: Args) => Promise<Answer>,
    ): ((...args: Args) => Promise<Answer>) =>
    (...args) =>
      away[part] ? Promise.reject(new Error('ECONNREFUSED secret')) : method(...args)
  const store: StopStore = {
    list: reached('stops', kept.list),
    put: reached('stops', kept.put),
    remove: reached('stops', kept.remove),
  }
  const tenants = memoryTenantStore({ onError() {} })
  const inFile = new Map(
    parseTenants({ tenants: [documentOf('acme', '1'), documentOf('globex', '2')] }, 'test').map((tenant) => [
      tenant.id,
      tenant,
    ]),
  )
  const events: AuditEvent[] = []
  const stops = createStopAdmin({
    store,
    records: createTenantRecords({
      store: { ...tenants, read: reached('tenants', tenants.read) },
      file: { tenants: () => inFile },
    }),
    tools: ['aws_api_write', 'aws_ec2_control_instance', 'aws_ec2_describe_instances'],
    audit: { append: reached('audit', async (event: AuditEvent) => void events.push(event)) },
    now: () => start,
  })
  const ask = await openAdminApp({ tenants: {} as TenantAdmin, access: {} as AccessAdmin, stops, events })
  return {
    ask,
    stop: (body: unknown) => ask('POST', '/stops', { body }),
    resume: (id: string) => ask('DELETE', `/stops/${encodeURIComponent(id)}`),
    list: async () => (await ask('GET', '/stops')).json().stops as Stop[],
    store: kept,
    away,
    events,
  }
}

const ann = principalId(sharedIssuer, 'ann')
const reason = 'Incident 7.'
const since = new Date(start).toISOString()
const by = { issuer: olga.issuer, subject: 'olga' }

describe('what is stopped', () => {
  test.for<[string, object, object, string | undefined]>([
    ['writes', { kind: 'writes' }, { kind: 'writes' }, undefined],
    ['writes@acme', { kind: 'writes', tenantId: 'acme' }, { kind: 'writes', tenantId: 'acme' }, 'acme'],
    [
      'tool:aws_api_write',
      { kind: 'tool', tool: 'aws_api_write' },
      { kind: 'tool', tool: 'aws_api_write' },
      undefined,
    ],
    [
      'tool:aws_api_write@globex',
      { kind: 'tool', tool: 'aws_api_write', tenantId: 'globex' },
      { kind: 'tool', tool: 'aws_api_write', tenantId: 'globex' },
      'globex',
    ],
    ['tenant:acme', { kind: 'tenant', tenantId: 'acme' }, { kind: 'tenant', tenantId: 'acme' }, 'acme'],
    [
      `principal:${ann}@acme`,
      { kind: 'principal', tenantId: 'acme', principalId: ann },
      { kind: 'principal', tenantId: 'acme', principalId: ann },
      'acme',
    ],
    [
      `principal:${ann}@globex`,
      { kind: 'principal', tenantId: 'globex', issuer: sharedIssuer, subject: 'ann' },
      { kind: 'principal', tenantId: 'globex', principalId: ann },
      'globex',
    ],
  ])('%s, and goes on again, with one audit event each', async ([id, body, target, tenant]) => {
    const { stop, resume, list, events } = await open()
    const made = { ...target, id, reason, by, since }
    const answer = await stop({ ...body, reason: ` ${reason} ` })
    expect([answer.statusCode, answer.json()]).toEqual([200, { stop: made, effectiveWithinSeconds: 5 }])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(await list()).toEqual([made])
    const back = await resume(id)
    expect([back.statusCode, back.json()]).toEqual([200, { resumed: id, effectiveWithinSeconds: 5 }])
    expect(await list()).toEqual([])
    const event = {
      schema_version: 1,
      ts: since,
      outcome: 'allow',
      request_id: 'request-1',
      source: { ip: '127.0.0.1' },
      ...(tenant !== undefined && { tenant_id: tenant }),
    }
    expect(events).toEqual([
      { ...event, event: 'admin.stop', admin: { operator: by, stop: { id, reason } } },
      { ...event, event: 'admin.resume', admin: { operator: by, stop: { id } } },
    ])
  })

  test('of one tenant is nothing of the other, and to resume one leaves the other stopped', async () => {
    const { stop, resume, list } = await open()
    for (const tenantId of ['acme', 'globex']) {
      await stop({ kind: 'tenant', tenantId, reason })
      await stop({ kind: 'principal', tenantId, principalId: ann, reason })
    }
    expect((await resume('tenant:acme')).statusCode).toBe(200)
    expect((await resume(`principal:${ann}@globex`)).statusCode).toBe(200)
    expect((await list()).map(({ id }) => id)).toEqual([`principal:${ann}@acme`, 'tenant:globex'])
  })

  test('twice is once, with the newer reason', async () => {
    const { stop, list, events } = await open()
    await stop({ kind: 'writes', reason })
    expect((await stop({ kind: 'writes', reason: 'Incident 8.' })).statusCode).toBe(200)
    expect((await list()).map(({ id, reason }) => [id, reason])).toEqual([['writes', 'Incident 8.']])
    expect(events).toHaveLength(2)
  })
})

const oneWay = '(root): a principal is named by principalId alone, or by issuer and subject together'
const noConnection = 'issuer: must be that of a connection of the tenant, to the letter'
const principal = { kind: 'principal', tenantId: 'acme', reason }

describe('what cannot be stopped', () => {
  test.for<[unknown, string]>([
    [
      { kind: 'tool', tool: 'aws_api_wirte', reason },
      'tool: there is none of this name. Did you mean aws_api_write?',
    ],
    [{ kind: 'tool', tool: 'zzz', reason }, 'tool: there is none of this name'],
    [{ kind: 'tool', tool: '', reason }, 'tool: Too small: expected string to have >=1 characters'],
    [{ kind: 'tool', reason }, 'tool: Invalid input: expected string, received undefined'],
    [{ kind: 'writes' }, 'reason: Invalid input: expected string, received undefined'],
    [{ kind: 'writes', reason: '  ' }, 'reason: must say why'],
    [{ kind: 'writes', reason: 'a\nb' }, 'reason: must have no control characters'],
    [
      { kind: 'writes', reason: 'x'.repeat(301) },
      'reason: Too big: expected string to have <=300 characters',
    ],
    [{ kind: 'writes', reason, tool: 'aws_api_write' }, '(root): Unrecognized key: "tool"'],
    [{ kind: 'writes', reason, tenantId: 'Acme' }, 'tenantId: must be 1-32 of a-z, 0-9 and -'],
    [{ kind: 'tenant', reason }, 'tenantId: Invalid input: expected string, received undefined'],
    [principal, oneWay],
    [{ ...principal, issuer: sharedIssuer }, oneWay],
    [{ ...principal, subject: 'ann' }, oneWay],
    [{ ...principal, principalId: ann, issuer: sharedIssuer, subject: 'ann' }, oneWay],
    [{ ...principal, issuer: `${sharedIssuer}/`, subject: 'ann' }, noConnection],
    [
      { ...principal, principalId: 'ann' },
      'principalId: must be the 43 characters of user.id in audit events; else send issuer and subject',
    ],
    [
      { kind: 'principal', principalId: ann, reason },
      'tenantId: Invalid input: expected string, received undefined',
    ],
    [{ kind: 'everything', reason }, expect.stringMatching(/^kind: Invalid/) as unknown as string],
    ['"writes"', '(root): Invalid input: expected object, received string'],
    [null, '(root): Invalid input: expected object, received null'],
    [[], '(root): Invalid input: expected object, received array'],
  ])('%j is refused with what is wrong, stops nothing, and is audited once', async ([body, issue]) => {
    const { stop, list, events } = await open()
    const answer = await stop(body)
    expect([answer.statusCode, answer.json().error]).toEqual([
      400,
      {
        code: 'bad_request',
        message: 'The request cannot be used: 1 of its values are wrong.',
        issues: [issue],
      },
    ])
    expect(await list()).toEqual([])
    expect(events).toMatchObject([
      { event: 'admin.stop', outcome: 'deny', reason_code: 'bad_request', admin: { operator: by } },
    ])
    expect(events[0]?.admin).not.toHaveProperty('stop')
  })

  test.for([
    { kind: 'tenant', tenantId: 'initech', reason },
    { kind: 'writes', tenantId: 'initech', reason },
    { kind: 'tool', tool: 'aws_api_write', tenantId: 'initech', reason },
    { kind: 'principal', tenantId: 'initech', principalId: ann, reason },
  ])('%j, whose tenant there is not: 404, audited once', async (body) => {
    const { stop, list, events } = await open()
    const answer = await stop(body)
    expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'not_found'])
    expect(await list()).toEqual([])
    expect(events).toMatchObject([
      { event: 'admin.stop', outcome: 'deny', reason_code: 'not_found', tenant_id: 'initech' },
    ])
  })

  test.for(['writes', 'tenant:acme', 'a/b', '__proto__', '~', 'tenant:@acme', '%', 'é☃'])(
    'what is not stopped cannot be resumed: %s',
    async (id) => {
      const { resume, events } = await open()
      const answer = await resume(id)
      expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'not_found'])
      expect(events).toMatchObject([{ event: 'admin.resume', outcome: 'deny', reason_code: 'not_found' }])
    },
  )

  test('by somebody who is no operator, and neither is the list shown', async () => {
    const { ask, store, events } = await open()
    const token = operatorToken({ groups: ['staff'] })
    for (const answer of [
      await ask('GET', '/stops', { token }),
      await ask('POST', '/stops', { token, body: { kind: 'writes', reason } }),
      await ask('DELETE', '/stops/writes', { token }),
    ]) {
      expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'not_operator'])
    }
    expect(await store.list()).toEqual([])
    expect(events.map(({ event }) => event)).toEqual(['auth.deny', 'auth.deny', 'auth.deny'])
  })

  test.for<['PUT' | 'PATCH' | 'GET' | 'POST', string, string]>([
    ['PUT', '/stops', 'GET, POST'],
    ['PATCH', '/stops', 'GET, POST'],
    ['GET', '/stops/writes', 'DELETE'],
    ['POST', '/stops/writes', 'DELETE'],
  ])('%s %s is another method', async ([method, url, allow]) => {
    const { ask } = await open()
    const answer = await ask(method, url, method === 'GET' ? {} : { body: { kind: 'writes', reason } })
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow])
  })

  test.for([
    ['GET', '/stops?after=writes', undefined],
    ['DELETE', '/stops/writes?confirm=writes', undefined],
    ['DELETE', '/stops/writes', {}],
    ['POST', '/stops', undefined],
  ] as const)('%s %s with %j is refused', async ([method, url, body]) => {
    const { ask, stop, list } = await open()
    await stop({ kind: 'writes', reason })
    expect((await ask(method, url, body === undefined ? {} : { body })).statusCode).toBe(400)
    expect(await list()).toHaveLength(1)
  })
})

describe('while a part is away: 503, and it can be done again', () => {
  test('the store of stops: the attempt is audited before it is made, and that it failed after it', async () => {
    const { ask, stop, resume, list, away, events } = await open()
    away.stops = true
    const answers = [
      await stop({ kind: 'writes', reason }),
      await resume('writes'),
      await ask('GET', '/stops'),
    ]
    for (const answer of answers) {
      expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'unavailable'])
      expect(answer.headers['retry-after']).toBe('2')
      expect(answer.body).not.toContain('secret')
    }
    expect(JSON.stringify(events)).not.toContain('secret')
    expect(events.map(({ event, outcome }) => [event, outcome])).toEqual([
      ['admin.stop', 'allow'],
      ['admin.stop', 'error'],
      ['admin.resume', 'error'],
      ['http.deny', 'error'],
    ])
    away.stops = false
    expect((await stop({ kind: 'writes', reason })).statusCode).toBe(200)
    expect(await list()).toHaveLength(1)
  })

  test('the store of tenants: nothing is stopped that may be of none', async () => {
    const { stop, list, away, events } = await open()
    away.tenants = true
    expect((await stop({ kind: 'tenant', tenantId: 'initech', reason })).statusCode).toBe(503)
    // What is of no tenant needs none.
    expect((await stop({ kind: 'writes', reason })).statusCode).toBe(200)
    expect((await list()).map(({ id }) => id)).toEqual(['writes'])
    expect(events.map(({ outcome }) => outcome)).toEqual(['error', 'allow'])
  })

  test('the audit log: nothing is stopped and nothing goes on that no event tells of', async () => {
    const { stop, resume, store, away } = await open()
    await stop({ kind: 'writes', reason })
    away.audit = true
    expect((await resume('writes')).statusCode).toBe(503)
    expect((await stop({ kind: 'tenant', tenantId: 'acme', reason })).statusCode).toBe(503)
    expect((await store.list()).map(({ id }) => id)).toEqual(['writes'])
  })

  test('one more stop than there may be: 409', async () => {
    const { stop, store, events } = await open()
    for (let i = 0; i < 10_000; i++) {
      const id = `tenant:t-${i}`
      await store.put({ kind: 'tenant', tenantId: `t-${i}`, id, reason, by, since })
    }
    const answer = await stop({ kind: 'writes', reason })
    expect([answer.statusCode, answer.json().error.code]).toEqual([409, 'conflict'])
    expect(events.map(({ outcome, reason_code }) => [outcome, reason_code])).toEqual([
      ['allow', undefined],
      ['deny', 'conflict'],
    ])
  })
})
