import { randomBytes } from 'node:crypto'
import { freePort } from '@gateway/backends'
import { principalId } from '@gateway/domain'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { type Operator, operating, operatorAt } from './support/operator.ts'
import { openSignIn, type SignIn } from './support/sign-in.ts'
import { accountNumber, newAccount, newTenant } from './support/stored-tenant.ts'
import { connectionTo } from './support/tenancy.ts'

let gateway: TestGateway
let initech: SignIn
let hooli: SignIn
let olga: Operator
let otto: Operator

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'gateway')
  gateway = await startGateway({ admin: true, awsUrl: inject('awsUrl') })
  initech = await openSignIn({ id: 'initech', resource: gateway.resource })
  hooli = await openSignIn({ id: 'hooli', resource: gateway.resource })
  olga = operatorAt(gateway.url, gateway.operators)
  otto = operatorAt(gateway.url, gateway.operators, { sub: 'otto' })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await gateway[Symbol.asyncDispose]()
  await initech[Symbol.asyncDispose]()
  await hooli[Symbol.asyncDispose]()
})

const statusOf = async (token: string) => {
  const { status, body } = await gateway.call(token, 'tools/list')
  return [status, JSON.parse(body).error?.data?.code ?? JSON.parse(body).error]
}

const codeOf = ({ status, json }: { status: number; json: { error?: { code?: string } } }) => [
  status,
  json.error?.code,
]

/** Events of the admin API about a tenant so far, written behind the answers. */
const eventsOf = async (tenant: string, count: number) => {
  const found = async () =>
    (await gateway.audit()).filter(
      ({ event, tenant_id }) => event.startsWith('admin.') && tenant_id === tenant,
    )
  await vi.waitFor(async () => expect((await found()).length).toBeGreaterThanOrEqual(count))
  return (await found()).map(({ event, outcome, reason_code, admin }) => [
    event.slice('admin.'.length),
    outcome === 'allow' ? outcome : reason_code,
    admin?.operator?.subject,
  ])
}

test('a tenant from nothing to nothing', async () => {
  const created = await olga.ask('POST', '/tenants', { body: newTenant('initech', initech) })
  expect(created.status).toBe(201)
  expect(created.headers).toMatchObject({ etag: '"1"', location: '/admin/v1/tenants/initech' })
  expect(created.headers['cache-control']).toBe('no-store')
  expect(created.json).toMatchObject({ id: 'initech', status: 'active', source: 'store', version: 1 })

  // Its people are in at once, though there is no account for them yet.
  const bill = initech.token()
  expect(await statusOf(bill)).toEqual([200, undefined])

  const accountId = accountNumber()
  const account = await olga.ask('POST', '/tenants/initech/accounts', { body: newAccount('prod', accountId) })
  expect(account.status).toBe(201)
  const { externalId, roleArn } = account.json.account.roles.read
  expect(roleArn).toBe(`arn:aws:iam::${accountId}:role/mcp-gateway-initech-read`)
  expect(externalId.length).toBeGreaterThanOrEqual(22)
  const at = '/tenants/initech/accounts/prod'
  expect((await olga.ask('GET', `${at}/onboarding`)).json).toEqual(account.json)
  for (const format of ['cloudformation', 'terraform']) {
    const template = await olga.ask('GET', `${at}/template?format=${format}`)
    expect(template.status).toBe(200)
    expect(template.body).toContain(externalId)
    expect(template.body).toContain('arn:aws:iam::999999999999:role/mcp-gateway')
  }
  const readOf = async () => (await olga.ask('GET', '/tenants/initech')).json.tenant.accounts[0].roles.read
  expect((await readOf()).blocked).toContain('not been verified')

  // The stand-in lets everybody into every role, and that is what verifying is there to find.
  const verified = await olga.ask('POST', `${at}/verify`)
  expect(verified.json.verifications).toMatchObject([{ status: 'rejected', roleArn }])
  expect(verified.body).not.toContain(externalId)
  expect((await olga.ask('GET', '/tenants/initech')).json.verifications).toHaveLength(1)
  expect((await readOf()).blocked).toContain('did not pass')

  const rotated = await olga.ask('POST', `${at}/rotate-external-id`)
  const { nextExternalId } = rotated.json.account.roles.read
  expect([rotated.status, rotated.json.account.roles.read.externalId]).toEqual([200, externalId])
  expect(nextExternalId).not.toBe(externalId)

  const { etag = '' } = (await olga.ask('GET', '/tenants/initech')).headers
  const patched = await olga.ask('PATCH', '/tenants/initech', {
    body: { name: 'Initech Inc.' },
    headers: { 'if-match': String(etag) },
  })
  expect([patched.status, patched.json.name]).toEqual([200, 'Initech Inc.'])
  expect((await olga.ask('POST', '/tenants/initech/suspend')).json.status).toBe('suspended')
  await vi.waitFor(async () => expect(await statusOf(bill)).toEqual([403, 'tenant_suspended']), 5_000)
  expect((await olga.ask('POST', '/tenants/initech/resume')).json.status).toBe('active')
  await vi.waitFor(async () => expect(await statusOf(bill)).toEqual([200, undefined]), 5_000)
  const stale = { headers: { 'if-match': String(etag) } }
  expect(codeOf(await olga.ask('DELETE', at, stale))).toEqual([412, 'precondition_failed'])
  const current = (await olga.ask('GET', `${at}/onboarding`)).headers.etag
  const removed = await olga.ask('DELETE', at, { headers: { 'if-match': String(current) } })
  expect(removed.json.tenant.accounts).toEqual([])
  expect((await olga.ask('DELETE', '/tenants/initech?confirm=initech')).status).toBe(204)
  await vi.waitFor(async () => expect((await statusOf(bill))[0]).toBe(401), 5_000)
  expect(codeOf(await olga.ask('GET', '/tenants/initech'))).toEqual([404, 'not_found'])
  const again = await olga.ask('POST', '/tenants', { body: newTenant('initech', initech) })
  expect(codeOf(again)).toEqual([409, 'conflict'])

  expect(await eventsOf('initech', 10)).toEqual([
    ['tenant.create', 'allow', 'olga'],
    ['account.add', 'allow', 'olga'],
    ['account.rotate', 'allow', 'olga'],
    ['tenant.update', 'allow', 'olga'],
    ['tenant.suspend', 'allow', 'olga'],
    ['tenant.resume', 'allow', 'olga'],
    ['account.remove', 'precondition_failed', 'olga'],
    ['account.remove', 'allow', 'olga'],
    ['tenant.offboard', 'allow', 'olga'],
    // That the id was taken before, the store says as it is written.
    ['tenant.create', 'allow', 'olga'],
    ['tenant.create', 'conflict', 'olga'],
  ])
  const lines = JSON.stringify(await gateway.audit()) + gateway.logs.join() + gateway.processLogs.join()
  for (const secret of [externalId, nextExternalId]) expect(lines).not.toContain(secret)
})

describe('who may', () => {
  test('no token of one side is good at the other', async () => {
    const atAdmin = async (token: string) => {
      const { status } = await gateway.send({
        path: '/admin/v1/tenants',
        headers: [['authorization', `Bearer ${token}`]],
      })
      return status
    }
    const operator = gateway.operators.token(operating)
    expect(await atAdmin(operator)).toBe(200)
    // Remembered there, and not here.
    expect((await statusOf(operator))[0]).toBe(401)
    expect((await statusOf(gateway.operators.token({ ...operating, aud: gateway.resource })))[0]).toBe(401)
    for (const claims of [
      {},
      { groups: operating.groups },
      { scope: 'aws:admin', groups: operating.groups },
    ]) {
      const ann = gateway.acme.token(claims)
      expect((await statusOf(ann))[0]).toBe(200)
      expect(await atAdmin(ann)).toBe(401)
    }
    // Rightly signed by their own company, for the admin API and in the name of the operators.
    expect(await atAdmin(gateway.acme.token({ ...operating, aud: `${gateway.url}/admin` }))).toBe(401)
    expect(
      await atAdmin(
        gateway.acme.token({ ...operating, aud: `${gateway.url}/admin`, iss: gateway.operators.issuer }),
      ),
    ).toBe(401)
    expect(await atAdmin(gateway.operators.token({ ...operating, groups: ['aws-readers'] }))).toBe(403)
  })

  test('where no admin API is served there is nothing', async () => {
    await using plain = await startGateway()
    const { status } = await plain.send({
      path: '/admin/v1/tenants',
      headers: [['authorization', `Bearer ${plain.operators.token(operating)}`]],
    })
    expect(status).toBe(404)
  })

  test('a gateway without a tenants file starts with nobody, and serves who is made', async () => {
    await using empty = await startGateway({ admin: true, env: { TENANTS_FILE: '' } })
    const operator = operatorAt(empty.url, empty.operators)
    expect((await operator.ask('GET', '/tenants')).json).toEqual({ tenants: [] })
    expect((await empty.call(empty.acme.token(), 'ping')).status).toBe(401)
    await operator.ask('POST', '/tenants', { body: newTenant('acme', empty.acme) })
    await vi.waitFor(
      async () => expect((await empty.call(empty.acme.token(), 'ping')).status).toBe(200),
      6_000,
    )
  })
})

describe('two operators', () => {
  test('who has not seen the other change is refused, and changes nothing', async () => {
    await olga.ask('POST', '/tenants', { body: newTenant('umbrella', hooli) })
    const first = await olga.ask('PATCH', '/tenants/umbrella', {
      body: { name: 'One' },
      headers: { 'if-match': '"1"' },
    })
    expect([first.status, first.headers.etag]).toEqual([200, '"2"'])
    const second = await otto.ask('PATCH', '/tenants/umbrella', {
      body: { name: 'Two' },
      headers: { 'if-match': '"1"' },
    })
    expect(codeOf(second)).toEqual([412, 'precondition_failed'])
    expect((await otto.ask('GET', '/tenants/umbrella')).json).toMatchObject({ name: 'One', version: 2 })
    expect(await eventsOf('umbrella', 3)).toEqual([
      ['tenant.create', 'allow', 'olga'],
      ['tenant.update', 'allow', 'olga'],
      ['tenant.update', 'precondition_failed', 'otto'],
    ])
    await olga.ask('DELETE', '/tenants/umbrella?confirm=umbrella')
  })

  test('of two that make one tenant at once, one does', async () => {
    const both = await Promise.all(
      [olga, otto].map((each) => each.ask('POST', '/tenants', { body: newTenant('twice', hooli) })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    await olga.ask('DELETE', '/tenants/twice?confirm=twice')
  })
})

test('tenants of the file are shown, listed with the others, and changed in the file alone', async () => {
  await olga.ask('POST', '/tenants', { body: newTenant('beta', hooli) })
  const first = await olga.ask('GET', '/tenants?limit=2')
  expect(first.json).toMatchObject({
    tenants: [
      { id: 'acme', source: 'file', version: 0 },
      { id: 'beta', source: 'store', version: 1 },
    ],
    next: 'beta',
  })
  const rest = await olga.ask('GET', '/tenants?after=beta')
  expect(rest.json.tenants.map(({ id }: { id: string }) => id)).toContain('globex')
  const acme = await olga.ask('GET', '/tenants/acme')
  expect(acme.json).toMatchObject({
    source: 'file',
    tenant: { accounts: [{ alias: 'prod' }, { alias: 'dev' }] },
  })
  const changes = [
    ['PATCH', '/tenants/acme', { body: { name: 'x' }, headers: { 'if-match': '"0"' } }],
    ['POST', '/tenants/acme/suspend'],
    ['DELETE', '/tenants/acme?confirm=acme'],
    ['POST', '/tenants/acme/accounts', { body: newAccount('more') }],
    ['DELETE', '/tenants/acme/accounts/dev', { headers: { 'if-match': '"0"' } }],
    ['POST', '/tenants/acme/accounts/dev/rotate-external-id'],
    ['POST', '/tenants', { body: newTenant('acme', hooli) }],
  ] as const
  for (const [method, path, request] of changes) {
    expect([path, ...codeOf(await olga.ask(method, path, request))]).toEqual([path, 409, 'conflict'])
  }
  expect((await olga.ask('GET', '/tenants/acme')).json).toEqual(acme.json)
  await olga.ask('DELETE', '/tenants/beta?confirm=beta')
})

describe('what cannot be made', () => {
  const evil = (changes: object) => ({ ...newTenant('evil', hooli), ...changes })
  const connection = (changes: object) => ({ connections: [{ ...connectionTo(hooli), ...changes }] })

  test.for<[string, () => unknown, number, string]>([
    ['no object', () => [], 400, 'bad_request'],
    ['nothing', () => ({}), 400, 'bad_request'],
    ['a tenant with a name for everybody', () => evil({ id: '*' }), 400, 'bad_request'],
    ['an id that is another key', () => evil({ id: 'a}:{b' }), 400, 'bad_request'],
    ['an id too long', () => evil({ id: 'a'.repeat(33) }), 400, 'bad_request'],
    ['a member that there is none of', () => evil({ owner: 'me' }), 400, 'bad_request'],
    ['a profile of the operator', () => evil({ authentication: { profile: 'default' } }), 400, 'bad_request'],
    ['accounts with external ids of their own', () => evil({ accounts: [] }), 400, 'bad_request'],
    ['a status of its own', () => evil({ status: 'suspended' }), 400, 'bad_request'],
    ['no way to sign in', () => evil({ connections: [] }), 400, 'bad_request'],
    ['keys from a file', () => evil(connection({ jwksUri: 'file:///etc/passwd' })), 400, 'bad_request'],
    ['an algorithm of no key', () => evil(connection({ algorithms: ['none'] })), 400, 'bad_request'],
    [
      'the sign-in of a tenant of the file',
      () => evil({ connections: [connectionTo(gateway.acme)] }),
      409,
      'conflict',
    ],
    [
      'the same with a pin',
      () => evil({ connections: [{ ...connectionTo(gateway.acme), pins: { tid: 'evil' } }] }),
      409,
      'conflict',
    ],
    [
      'an issuer of the world without a pin',
      () => evil(connection({ issuer: 'https://accounts.google.com' })),
      400,
      'bad_request',
    ],
  ])('%s', async ([, body, status, code]) => {
    const answer = await olga.ask('POST', '/tenants', { body: body() })
    expect([answer.body, ...codeOf(answer)]).toEqual([answer.body, status, code])
    expect((await olga.ask('GET', '/tenants/evil')).status).toBe(404)
    expect(await gateway.auditOf(answer)).toMatchObject([
      { event: 'admin.tenant.create', outcome: 'deny', reason_code: code },
    ])
  })
})

test('two tenants: nothing of one is reached under the name of the other, nor taken from it', async () => {
  await olga.ask('POST', '/tenants', { body: newTenant('left', initech) })
  await olga.ask('POST', '/tenants', { body: newTenant('right', hooli) })
  const added = await olga.ask('POST', '/tenants/left/accounts', { body: newAccount('only-left') })
  const { accountId, roles } = added.json.account
  const at = '/tenants/right/accounts/only-left'
  for (const [method, path] of [
    ['GET', `${at}/onboarding`],
    ['GET', `${at}/template?format=terraform`],
    ['POST', `${at}/verify`],
    ['POST', `${at}/rotate-external-id`],
    ['DELETE', at],
  ] as const) {
    const answer = await olga.ask(method, path, { headers: { 'if-match': '"1"' } })
    expect([path, ...codeOf(answer)]).toEqual([path, 404, 'not_found'])
    expect(answer.body).not.toContain(accountId)
  }
  // The role of one cannot become that of the other, nor its external id.
  const taken = { ...newAccount('mine', accountId), roles: { read: { roleArn: roles.read.roleArn } } }
  expect(codeOf(await olga.ask('POST', '/tenants/right/accounts', { body: taken }))).toEqual([
    409,
    'conflict',
  ])
  const chosen = { ...newAccount('mine'), roles: { read: { externalId: roles.read.externalId } } }
  expect(codeOf(await olga.ask('POST', '/tenants/right/accounts', { body: chosen }))).toEqual([
    400,
    'bad_request',
  ])
  expect((await olga.ask('GET', '/tenants/right')).json.tenant.accounts).toEqual([])
  for (const id of ['left', 'right']) await olga.ask('DELETE', `/tenants/${id}?confirm=${id}`)
})

describe('ended access', () => {
  test('a person is out within 5 s and may sign in again; the same name at another company goes on', async () => {
    const [here, there] = [gateway.acme, gateway.globex].map((each) => each.token({ sub: 'zoe' }))
    const other = gateway.acme.token({ sub: 'bob' })
    for (const token of [here, there, other]) expect(await statusOf(String(token))).toEqual([200, undefined])
    const person = { issuer: gateway.acme.issuer, subject: 'zoe' }
    const began = performance.now()
    const answer = await olga.ask('POST', '/tenants/acme/revocations', { body: person })
    expect([answer.status, answer.json]).toEqual([
      200,
      { revoked: { user: principalId(person.issuer, 'zoe') }, effectiveWithinSeconds: 5 },
    ])
    await vi.waitFor(async () => expect(await statusOf(String(here))).toEqual([401, 'invalid_token']), 6_000)
    expect(performance.now() - began).toBeLessThan(6_000)
    for (const token of [there, other]) expect(await statusOf(String(token))).toEqual([200, undefined])
    await vi.waitFor(async () => {
      expect(await statusOf(gateway.acme.token({ sub: 'zoe' }))).toEqual([200, undefined])
    }, 6_000)
    expect(await gateway.auditOf(answer)).toMatchObject([
      {
        event: 'admin.access.revoke',
        outcome: 'allow',
        tenant_id: 'acme',
        admin: { operator: { subject: 'olga' }, revoked: { kind: 'user' } },
      },
    ])
  })

  test('who asks for it without being an operator ends nothing', async () => {
    const token = gateway.acme.token({ sub: 'yves' })
    const answer = await gateway.send({
      method: 'POST',
      path: '/admin/v1/tenants/globex/revocations',
      headers: [
        ['authorization', `Bearer ${token}`],
        ['content-type', 'application/json'],
      ],
      body: '{"everybody":true}',
    })
    expect(answer.status).toBe(401)
    expect(await statusOf(gateway.globex.token())).toEqual([200, undefined])
  })

  test('keys of a gateway without an authorization server are told to be none', async () => {
    for (const [method, path] of [
      ['GET', '/signing-keys'],
      ['POST', '/signing-keys/rotate'],
    ] as const) {
      const answer = await olga.ask(method, path)
      expect(codeOf(answer)).toEqual([404, 'not_found'])
      expect(answer.json.error.message).toContain('AUTHORIZATION_URL')
    }
  })
})

test('the keys of an authorization server are rotated, and its tokens go on', async () => {
  const authorizationUrl = `http://127.0.0.1:${await freePort()}`
  await using served = await startGateway({
    admin: true,
    env: {
      AUTHORIZATION_URL: authorizationUrl,
      AUTHORIZATION_PORT: new URL(authorizationUrl).port,
      STATE_KEY: randomBytes(32).toString('base64'),
    },
  })
  const operator = operatorAt(served.url, served.operators)
  const list = async () => (await operator.ask('GET', '/signing-keys')).json.keys
  const [first] = await list()
  expect(first).toMatchObject({ state: 'signing' })
  const rotated = await operator.ask('POST', '/signing-keys/rotate')
  expect(rotated.status).toBe(200)
  expect(await list()).toEqual([{ ...rotated.json, state: 'pending' }, first])
  expect(codeOf(await operator.ask('POST', '/signing-keys/rotate'))).toEqual([409, 'conflict'])
})
