import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import type { TenantAdmin } from './tenant-admin.ts'
import { accountInput, administration, operator } from './testing/administration.ts'
import { accountOf, connectionTo, createInput, documentOf, tenantFrom } from './testing/documents.ts'

const refusal = async (asking: Promise<unknown>): Promise<GatewayError> => {
  const thrown = await asking.then(
    () => new Error('it was not refused'),
    (error: unknown) => error,
  )
  if (thrown instanceof GatewayError) return thrown
  throw thrown
}

const issuesOf = async (asking: Promise<unknown>): Promise<readonly string[]> => {
  const { code, details } = await refusal(asking)
  expect(code).toBe('bad_request')
  return details.issues ?? []
}

const acme = createInput('acme')
const globex = createInput('globex')
const initech = tenantFrom(documentOf('initech', '333333333333'))
const roleOf = (id: string, accountId: string, role = 'read') =>
  `arn:aws:iam::${accountId}:role/mcp-gateway-${id}-${role}`

test('a tenant is made, shown, changed, suspended, resumed and offboarded, each with one audit event', async () => {
  using t = await administration()
  const made = await t.admin.create(acme, operator)
  expect(made).toMatchObject({ id: 'acme', status: 'active', source: 'store', version: 1, verifications: [] })
  expect(made.tenant).toMatchObject({
    accounts: [],
    operations: { timeout: 30_000 },
    limits: { tenant: { burst: 120 } },
  })
  expect((await t.directory.find('acme'))?.name).toBe('The acme company')

  const changed = await t.admin.update(
    'acme',
    { name: 'Acme', operations: { timeout: 5_000 }, budget: { dailyUsd: 1 } },
    1,
    operator,
  )
  expect(changed).toMatchObject({
    version: 2,
    tenant: { name: 'Acme', operations: { timeout: 5_000, retryCount: 2 }, budget: { dailyUsd: 1 } },
  })
  const back = await t.admin.update('acme', { operations: null, limits: null, budget: null }, 2, operator)
  expect(back.tenant.operations.timeout).toBe(30_000)
  expect(back.tenant.budget).toBeUndefined()

  expect(await t.admin.suspend('acme', operator)).toMatchObject({ status: 'suspended', version: 4 })
  expect((await t.directory.find('acme'))?.status).toBe('suspended')
  expect(await t.admin.suspend('acme', operator)).toMatchObject({ status: 'suspended', version: 4 })
  expect(await t.admin.resume('acme', operator)).toMatchObject({ status: 'active', version: 5 })
  expect(await t.admin.list({})).toEqual({
    tenants: [{ id: 'acme', name: 'Acme', status: 'active', source: 'store', version: 5 }],
  })
  await t.admin.offboard('acme', operator)
  expect(await t.directory.find('acme')).toBeUndefined()
  expect((await refusal(t.admin.show('acme'))).code).toBe('not_found')
  expect((await refusal(t.admin.create(acme, operator))).message).toMatch(/never given away again/)
  expect(t.store.claims.size).toBe(0)

  expect(t.audit.events.map(({ event, outcome, admin }) => `${event} ${outcome} ${admin?.version}`)).toEqual([
    'admin.tenant.create allow 1',
    'admin.tenant.update allow 2',
    'admin.tenant.update allow 3',
    'admin.tenant.suspend allow 4',
    'admin.tenant.suspend allow 4',
    'admin.tenant.resume allow 5',
    'admin.tenant.offboard allow undefined',
    // Only the store knows that the id was taken before, and says so as it is written.
    'admin.tenant.create allow 1',
    'admin.tenant.create deny undefined',
  ])
  expect(t.audit.events[0]).toEqual({
    schema_version: 1,
    ts: '2026-01-01T00:00:00.000Z',
    event: 'admin.tenant.create',
    outcome: 'allow',
    request_id: 'request-1',
    tenant_id: 'acme',
    source: { ip: '192.0.2.1' },
    admin: { operator: { issuer: 'https://sso.example/operators', subject: 'olga' }, version: 1 },
  })
})

test('an account gets its external id and role names here, and is blocked until it is verified', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  const roles = {
    read: {},
    write: { groups: ['operators'] },
    admin: { roleArn: 'arn:aws:iam::111111111111:role/path/mcp-gateway-boss', scopes: ['aws:admin'] },
  }
  const onboarding = await t.admin.addAccount('acme', accountInput('111111111111', { roles }), operator)
  expect(onboarding).toMatchObject({
    tenantId: 'acme',
    account: {
      alias: 'main',
      roles: {
        read: {
          roleArn: roleOf('acme', '111111111111'),
          externalId: 'made-here-1',
          blocked: expect.stringMatching(/not been verified/),
        },
        write: {
          roleArn: roleOf('acme', '111111111111', 'write'),
          externalId: 'made-here-1',
          groups: ['operators'],
        },
        admin: { roleArn: 'arn:aws:iam::111111111111:role/path/mcp-gateway-boss', scopes: ['aws:admin'] },
      },
    },
  })
  const second = await t.admin.addAccount('acme', accountInput('111111111112', { alias: 'dev' }), operator)
  expect(second.account.roles.read?.externalId).toBe('made-here-2')
  expect(await t.admin.onboarding('acme', 'main')).toEqual({ ...onboarding, version: 3 })

  const roleChanges = { roles: { read: {}, admin: {} } }
  const changed = await t.admin.updateAccount('acme', 'main', roleChanges, 3, operator)
  expect([onboarding, second, changed].map(({ version }) => version)).toEqual([2, 3, 4])
  expect(changed.account.roles).toMatchObject({
    read: { roleArn: roleOf('acme', '111111111111'), externalId: 'made-here-1' },
    admin: { roleArn: 'arn:aws:iam::111111111111:role/path/mcp-gateway-boss', externalId: 'made-here-1' },
  })
  expect(changed.account.roles.write).toBeUndefined()
  const view = await t.admin.removeAccount('acme', 'main', 4, operator)
  expect(view.tenant.accounts.map(({ alias }) => alias)).toEqual(['dev'])
  expect([...t.store.claims.keys()].filter((claim) => claim.startsWith('role:'))).toEqual([
    `role:${roleOf('acme', '111111111112')}`,
  ])
  expect(t.audit.events.slice(1).map(({ event, admin }) => [event, admin?.account])).toEqual([
    ['admin.account.add', 'main'],
    ['admin.account.add', 'dev'],
    ['admin.account.update', 'main'],
    ['admin.account.remove', 'main'],
  ])
})

test.for<[string, string, string]>([
  ['cn-north-1', 'aws-cn', 'eu-west-1'],
  ['us-gov-west-1', 'aws-us-gov', 'cn-north-1'],
])(
  'roles in %s are of the partition %s, and a tenant has one partition',
  async ([region, partition, other]) => {
    using t = await administration()
    const permissions = (...allowedRegions: string[]) => ({
      ...acme,
      permissions: { allowedServices: ['s3'], allowedRegions },
    })
    expect(await issuesOf(t.admin.create(permissions(region, other), operator))).not.toEqual([])
    await t.admin.create(permissions(region), operator)
    const input = accountInput('111111111111', { defaultRegion: region })
    const { account } = await t.admin.addAccount('acme', input, operator)
    expect(account.roles.read?.roleArn).toBe(`arn:${partition}:iam::111111111111:role/mcp-gateway-acme-read`)
  },
)

test.for<[string, Record<string, unknown>, string]>([
  ['an external id of the sender', { externalId: 'c4n4ry' }, '(root): Unrecognized key: "externalId"'],
  ['accounts', { accounts: [accountOf('main', '111111111111')] }, '(root): Unrecognized key: "accounts"'],
  ['a status', { status: 'suspended' }, '(root): Unrecognized key: "status"'],
  [
    'a profile of the operator',
    { authentication: { profile: 'c4n4ry' } },
    '(root): Unrecognized key: "authentication"',
  ],
  ['no id', { id: undefined }, 'id: Invalid input: expected string, received undefined'],
  ['an id with a colon', { id: 'acme:c4n4ry' }, 'id: must be 1-32 of a-z, 0-9 and -'],
  ['an id with a brace', { id: '{c4n4ry}' }, 'id: must be 1-32 of a-z, 0-9 and -'],
  ['an id with a line end', { id: 'c4n4ry\n' }, 'id: must be 1-32 of a-z, 0-9 and -'],
  ['an id that is too long', { id: 'c'.repeat(33) }, 'id: must be 1-32 of a-z, 0-9 and -'],
  ['an id that is a number', { id: 1 }, 'id: Invalid input: expected string, received number'],
  ['a list of ids', { id: ['acme'] }, 'id: Invalid input: expected string, received array'],
  ['no connection', { connections: [] }, 'connections: Too small: expected array to have >=1 items'],
  [
    'keys in a file',
    { connections: [{ ...connectionTo('https://a'), jwksUri: 'file:///etc/c4n4ry' }] },
    'connections[0].jwksUri: must be an http or https URL',
  ],
  [
    'an algorithm of the client',
    { connections: [{ ...connectionTo('https://a'), algorithms: ['none'] }] },
    'connections[0].algorithms[0]: Invalid option: expected one of "RS256"|"PS256"|"ES256"|"EdDSA"',
  ],
  [
    'everybody at Google',
    { connections: [connectionTo('https://accounts.google.com')] },
    'connections[0].pins: an issuer of several companies needs pins',
  ],
  [
    'one issuer twice',
    { connections: [connectionTo('https://a'), connectionTo('https://a')] },
    'connections[1].issuer: the same issuer with these pins is already used at connections[0].issuer',
  ],
  [
    'a region that is none',
    { permissions: { allowedServices: ['s3'], allowedRegions: ['c4n4ry'] } },
    'permissions.allowedRegions[0]: must be an AWS region such as eu-west-1',
  ],
  [
    'a service that is none',
    { permissions: { allowedServices: ['s3:*'], allowedRegions: ['eu-west-1'] } },
    'permissions.allowedServices[0]: must be an IAM service prefix such as ec2',
  ],
  [
    'a budget below nothing',
    { budget: { dailyUsd: -1 } },
    'budget.dailyUsd: Too small: expected number to be >=0',
  ],
  ['null for a block', { limits: null }, 'limits: Invalid input: expected object, received null'],
])('creating with %s is a bad request', async ([, changes, issue]) => {
  using t = await administration()
  const issues = await issuesOf(t.admin.create({ ...acme, ...changes }, operator))
  expect(issues).toContain(issue)
  expect(String(issues)).not.toContain('c4n4ry')
  expect(t.store.calls.filter((call) => call.startsWith('write'))).toEqual([])
  expect(t.audit.events.map(({ event, outcome, reason_code }) => [event, outcome, reason_code])).toEqual([
    ['admin.tenant.create', 'deny', 'bad_request'],
  ])
})

test.for<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'acme'],
  ['a number', 7],
  ['a list', [acme]],
  ['an empty object', {}],
])('%s is no input', async ([, input]) => {
  using t = await administration()
  await t.admin.create(acme, operator)
  const { admin } = t
  const askings = [
    () => admin.create(input, operator),
    () => admin.update('acme', input, 1, operator),
    () => admin.addAccount('acme', input, operator),
  ]
  for (const ask of askings) expect((await issuesOf(ask())).length).toBeGreaterThan(0)
  expect(t.audit.events).toHaveLength(4)
})

test('members of every object are no properties, and reach no prototype', async () => {
  using t = await administration()
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
    const input: unknown = JSON.parse(`{"${name}":{"status":"suspended"},${JSON.stringify(acme).slice(1)}`)
    await t.admin.create(input, operator).catch(() => {})
    expect(({} as { status?: string }).status).toBeUndefined()
  }
  const input: unknown = JSON.parse(
    JSON.stringify(acme)
      .replace('"allowedClients"', '"pins":{"__proto__":"x"},"allowedClients"')
      .replace('"acme"', '"umbrella"'),
  )
  await t.admin.create(input, operator).catch(() => {})
  expect(({} as { x?: string }).x).toBeUndefined()
  for (const id of ['__proto__', 'constructor', 'toString']) {
    const askings = [
      () => t.admin.show(id),
      () => t.admin.suspend(id, operator),
      () => t.admin.onboarding('acme', id),
      () => t.admin.verify(id, id, operator),
    ]
    for (const ask of askings) expect((await refusal(ask())).code).toBe('not_found')
  }
})

test('every fault is named at once', async () => {
  using t = await administration()
  const issues = await issuesOf(
    t.admin.create(
      {
        id: 'A',
        name: '',
        connections: [],
        permissions: { allowedServices: [], allowedRegions: [] },
        more: 1,
      },
      operator,
    ),
  )
  expect(issues.map((issue) => issue.split(':')[0])).toEqual([
    'id',
    'name',
    'connections',
    'permissions.allowedServices',
    'permissions.allowedRegions',
    '(root)',
  ])
})

test.for<[string, Record<string, unknown>, string]>([
  ['an external id', { externalId: 'c4n4ry' }, '(root): Unrecognized key: "externalId"'],
  [
    'the external id of a role',
    { roles: { read: { externalId: 'c4n4ry' } } },
    'roles.read: Unrecognized key: "externalId"',
  ],
  [
    'the next external id of a role',
    { roles: { read: { nextExternalId: 'c4n4ry' } } },
    'roles.read: Unrecognized key: "nextExternalId"',
  ],
  ['a retired external id', { retiredExternalId: 'c4n4ry' }, '(root): Unrecognized key: "retiredExternalId"'],
  [
    'a role that says it is not blocked',
    { roles: { read: { blocked: '' } } },
    'roles.read: Unrecognized key: "blocked"',
  ],
  ['no role', { roles: {} }, 'roles.read: Invalid input: expected object, received undefined'],
  [
    'a write role alone',
    { roles: { write: {} } },
    'roles.read: Invalid input: expected object, received undefined',
  ],
  [
    'a role of another account',
    { roles: { read: { roleArn: roleOf('acme', '222222222222') } } },
    'roles.read.roleArn: names another AWS account than accountId',
  ],
  [
    'a role of another partition',
    { roles: { read: { roleArn: 'arn:aws-cn:iam::111111111111:role/mcp-gateway-acme' } } },
    'roles.read.roleArn: is of another partition than defaultRegion',
  ],
  [
    'a role of another name',
    { roles: { read: { roleArn: 'arn:aws:iam::111111111111:role/admin' } } },
    'roles.read.roleArn: the name of the role must start with mcp-gateway-',
  ],
  [
    'a path that looks like the name',
    { roles: { read: { roleArn: 'arn:aws:iam::111111111111:role/mcp-gateway-x/admin' } } },
    'roles.read.roleArn: the name of the role must start with mcp-gateway-',
  ],
  [
    'a name that is too long',
    { roles: { read: { roleArn: `arn:aws:iam::111111111111:role/mcp-gateway-${'x'.repeat(53)}` } } },
    'roles.read.roleArn: the name of a role has at most 64 characters',
  ],
  [
    'a user',
    { roles: { read: { roleArn: 'arn:aws:iam::111111111111:user/mcp-gateway-x' } } },
    'roles.read.roleArn: must be the ARN of an IAM role',
  ],
  [
    'an account id that is a number',
    { accountId: 111111111111 },
    'accountId: must be the 12 digits of an AWS account id, as text (in YAML: in quotes)',
  ],
  [
    'an account id of 11 digits',
    { accountId: '11111111111' },
    'accountId: must be the 12 digits of an AWS account id, as text (in YAML: in quotes)',
  ],
  ['an alias with a slash', { alias: '../c4n4ry' }, 'alias: must be 1-32 of a-z, 0-9 and -'],
  [
    'a region that is not allowed',
    { defaultRegion: 'us-east-1' },
    'accounts[0].defaultRegion: is not in permissions.allowedRegions',
  ],
  [
    'one role for two uses',
    {
      roles: {
        read: { roleArn: roleOf('acme', '111111111111') },
        write: { roleArn: roleOf('acme', '111111111111') },
      },
    },
    'accounts[0].roles.write.roleArn: the same role is already used at accounts[0].roles.read.roleArn',
  ],
])('an account with %s is a bad request', async ([, changes, issue]) => {
  using t = await administration()
  await t.admin.create(acme, operator)
  const issues = await issuesOf(t.admin.addAccount('acme', accountInput('111111111111', changes), operator))
  expect(issues).toContain(issue)
  expect(String(issues)).not.toContain('c4n4ry')
  expect((await t.admin.show('acme')).version).toBe(1)
  expect(t.audit.events.at(-1)).toMatchObject({
    event: 'admin.account.add',
    outcome: 'deny',
    tenant_id: 'acme',
  })
})

test("the role of the gateway itself is nobody's", async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  const roles = { read: { roleArn: 'arn:aws:iam::999999999999:role/mcp-gateway-service' } }
  expect(
    await issuesOf(t.admin.addAccount('acme', accountInput('999999999999', { roles }), operator)),
  ).toEqual(['accounts[0].roles.read.roleArn: is the role of the gateway itself'])
})

test('what the caller checks is a fault of the input, and keeps nobody from suspending', async () => {
  let strict = false
  using t = await administration({ check: () => (strict ? ['permissions.policy: does not fit'] : []) })
  await t.admin.create(acme, operator)
  strict = true
  expect(await issuesOf(t.admin.update('acme', { name: 'Acme' }, 1, operator))).toEqual([
    'permissions.policy: does not fit',
  ])
  expect(await issuesOf(t.admin.create(globex, operator))).toEqual(['permissions.policy: does not fit'])
  expect((await t.admin.suspend('acme', operator)).faults).toEqual(['permissions.policy: does not fit'])
})

type Act = (admin: TenantAdmin, id: string, alias: string) => Promise<unknown>
const acts: readonly [string, Act][] = [
  ['show', (admin, id) => admin.show(id)],
  ['update', (admin, id) => admin.update(id, { name: 'Taken' }, 1, operator)],
  ['suspend', (admin, id) => admin.suspend(id, operator)],
  ['resume', (admin, id) => admin.resume(id, operator)],
  ['offboard', (admin, id) => admin.offboard(id, operator)],
  [
    'addAccount',
    (admin, id) => admin.addAccount(id, accountInput('444444444444', { alias: 'new' }), operator),
  ],
  [
    'updateAccount',
    (admin, id, alias) => admin.updateAccount(id, alias, { roles: { read: {} } }, 1, operator),
  ],
  ['removeAccount', (admin, id, alias) => admin.removeAccount(id, alias, 1, operator)],
  ['onboarding', (admin, id, alias) => admin.onboarding(id, alias)],
  ['verify', (admin, id, alias) => admin.verify(id, alias, operator)],
  ['rotateExternalId', (admin, id, alias) => admin.rotateExternalId(id, alias, operator)],
]

test.for(acts)('%s of nobody, and of texts that are no ids', async ([, act]) => {
  using t = await administration()
  for (const id of [
    'nobody',
    '',
    'Acme',
    'acme:x',
    '{acme}',
    '../acme',
    'a'.repeat(33),
    'acme\n',
    '*',
    '\u0000',
  ]) {
    expect((await refusal(act(t.admin, id, 'main'))).code).toBe('not_found')
  }
  expect(t.store.calls.filter((call) => /^(write|remove|verified)/.test(call))).toEqual([])
  expect(t.roles.verified).toEqual([])
  for (const { outcome, tenant_id } of t.audit.events) {
    expect(outcome).toBe('deny')
    expect([undefined, 'nobody']).toContain(tenant_id)
  }
})

const ofAccount = acts.filter(([name]) =>
  ['updateAccount', 'removeAccount', 'onboarding', 'verify', 'rotateExternalId'].includes(name),
)
test.for(ofAccount)('%s of an account that only another tenant has', async ([name, act]) => {
  using t = await administration()
  await t.admin.create(acme, operator)
  await t.admin.create(globex, operator)
  await t.admin.addAccount('globex', accountInput('222222222222', { alias: 'theirs' }), operator)
  const before = JSON.stringify(await t.admin.show('globex'))
  const events = t.audit.events.length
  for (const alias of ['theirs', '222222222222', roleOf('globex', '222222222222'), '']) {
    expect((await refusal(act(t.admin, 'acme', alias))).code).toBe('not_found')
  }
  expect(t.audit.events.length - events).toBe(name === 'onboarding' ? 0 : 4)
  expect(t.roles.verified).toEqual([])
  expect(JSON.stringify(await t.admin.show('globex'))).toBe(before)
})

const changesOfFile = acts.filter(([name]) => !['show', 'onboarding', 'verify'].includes(name))
test.for(changesOfFile)('%s of a tenant of the file is for the file', async ([, act]) => {
  using t = await administration({ tenants: [initech] })
  const { code, message, audited } = await refusal(act(t.admin, 'initech', 'main'))
  expect([code, message, audited]).toEqual([
    'conflict',
    'This tenant is of the tenants file. Change it there.',
    true,
  ])
  expect(t.audit.events).toMatchObject([{ outcome: 'deny', reason_code: 'conflict', tenant_id: 'initech' }])
})

test('a tenant of the file is shown, listed, onboarded and verified', async () => {
  using t = await administration({ tenants: [initech] })
  await t.admin.create(acme, operator)
  expect(await t.admin.show('initech')).toMatchObject({ source: 'file', version: 0, tenant: initech })
  expect((await t.admin.list({})).tenants.map(({ id, source }) => [id, source])).toEqual([
    ['acme', 'store'],
    ['initech', 'file'],
  ])
  expect((await t.admin.onboarding('initech', 'main')).account.alias).toBe('main')
  const [verification] = await t.admin.verify('initech', 'main', operator)
  expect(verification?.status).toBe('rejected')
  expect((await t.directory.find('initech'))?.accounts[0]?.roles.read?.blocked).toMatch(/did not pass/)
})

test('pages', async () => {
  using t = await administration({ tenants: [initech] })
  for (const id of ['a', 'b', 'c', 'x', 'y']) await t.admin.create(createInput(id), operator)
  const seen: string[] = []
  for (let after: string | undefined; ; ) {
    const page: Awaited<ReturnType<TenantAdmin['list']>> = await t.admin.list({
      limit: 2,
      ...(after !== undefined && { after }),
    })
    seen.push(...page.tenants.map(({ id }) => id))
    if (page.next === undefined) break
    after = page.next
  }
  expect(seen).toEqual(['a', 'b', 'c', 'initech', 'x', 'y'])
  for (const limit of [0, -1, 101, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect((await refusal(t.admin.list({ limit }))).code).toBe('bad_request')
  }
  expect((await refusal(t.admin.list({ after: '../x' }))).code).toBe('bad_request')
})

test.for<[string, Record<string, unknown>]>([
  ['the issuer', { connections: [connectionTo('https://sso.example/acme')] }],
  [
    'the issuer, with pins of its own',
    { connections: [connectionTo('https://sso.example/acme', { org: 'globex' })] },
  ],
])('%s of another stored tenant is a conflict', async ([, changes]) => {
  using t = await administration()
  await t.admin.create(acme, operator)
  await t.admin.create(globex, operator)
  expect((await refusal(t.admin.create({ ...createInput('umbrella'), ...changes }, operator))).code).toBe(
    'conflict',
  )
  expect((await refusal(t.admin.update('globex', changes, 1, operator))).code).toBe('conflict')
  expect(await t.directory.issuedBy('https://sso.example/acme')).toHaveLength(1)
})

test('pins that a token of another tenant could fit are refused, however many share the issuer', async () => {
  using t = await administration()
  const shared = (id: string, pins: Record<string, string>) =>
    createInput(id, { connections: [connectionTo('https://shared.example', pins)] })
  for (let i = 0; i < 30; i++) await t.admin.create(shared(`t${i}`, { org: `o${i}` }), operator)
  for (const i of [0, 29]) {
    const refused = await refusal(t.admin.create(shared('umbrella', { org: `o${i}`, dept: 'd' }), operator))
    expect([refused.code, refused.details.issues]).toEqual([
      'conflict',
      [expect.stringMatching(`^connections\\[0\\]\\.pins: a token could fit .* \\(t${i}, stored\\)`)],
    ])
  }
  expect((await t.admin.create(shared('umbrella', { org: 'o30', dept: 'd' }), operator)).version).toBe(1)
})

test('tenants of one issuer go together by their pins, and only with the same keys', async () => {
  using t = await administration()
  const shared = (id: string, changes = {}) =>
    createInput(id, { connections: [{ ...connectionTo('https://shared.example', { org: id }), ...changes }] })
  await t.admin.create(shared('acme'), operator)
  await t.admin.create(shared('globex'), operator)
  expect(await t.directory.issuedBy('https://shared.example')).toHaveLength(2)
  const keys = await refusal(
    t.admin.create(shared('umbrella', { jwksUri: 'https://evil.example/keys' }), operator),
  )
  expect(keys.details.issues).toContain(
    'connections[0].jwksUri: differs from another connection of the same issuer',
  )
  const pins = await refusal(t.admin.create(shared('umbrella', { pins: { org: 'acme' } }), operator))
  expect(pins.code).toBe('conflict')
})

test('the role of another tenant is a conflict, whatever its account', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  await t.admin.create(globex, operator)
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  // The same AWS account with roles of its own is nothing to object to.
  await t.admin.addAccount('globex', accountInput('111111111111', { alias: 'own' }), operator)
  await t.admin.removeAccount('globex', 'own', 2, operator)
  const roles = { read: { roleArn: roleOf('acme', '111111111111') } }
  const { code, message } = await refusal(
    t.admin.addAccount('globex', accountInput('111111111111', { roles }), operator),
  )
  expect([code, message]).toEqual([
    'conflict',
    `Another tenant has the role ${roleOf('acme', '111111111111')}.`,
  ])
})

const signIn = (issuer: string, ...emailDomains: string[]) => {
  const { allowedClients: _, directTokens: __, ...connection } = connectionTo(issuer)
  return { ...connection, clientId: 'gateway', emailDomains }
}

test('the e-mail domain of another tenant is a conflict, and free again once that gives it up', async () => {
  using t = await administration()
  const of = (id: string, ...domains: string[]) =>
    createInput(id, { connections: [signIn(`https://sso.example/${id}`, ...domains)] })
  await t.admin.create(of('acme', 'acme.example', 'acme.test'), operator)
  // A domain below it is another one.
  await t.admin.create(of('globex', 'sub.acme.example'), operator)
  const both = of('globex', 'globex.example', 'acme.test')
  for (const asking of [
    () => t.admin.create(of('umbrella', 'umbrella.example', 'acme.test'), operator),
    () => t.admin.update('globex', { connections: both.connections }, 1, operator),
  ]) {
    const { code, message } = await refusal(asking())
    expect([code, message]).toEqual([
      'conflict',
      'The people of another tenant sign in with the e-mail domain acme.test.',
    ])
  }
  const { connections } = of('acme', 'acme.example')
  await t.admin.update('acme', { connections }, 1, operator)
  await t.admin.update('globex', { connections: both.connections }, 1, operator)
  const back = await refusal(
    t.admin.update('acme', { connections: of('acme', 'acme.test').connections }, 2, operator),
  )
  expect(back.code).toBe('conflict')
  await t.admin.offboard('globex', operator)
  await t.admin.update('acme', { connections: of('acme', 'acme.test').connections }, 2, operator)
  expect([...t.store.claims.keys()].filter((claim) => claim.startsWith('email-domain:'))).toEqual([
    'email-domain:acme.test',
  ])
})

test('an e-mail domain of a tenant of the file is a conflict, and pushes a stored tenant out', async () => {
  const connections = [signIn('https://sso.example/initech', 'initech.example')]
  const ofFile = tenantFrom(documentOf('initech', '333333333333', { connections }))
  using t = await administration({ tenants: [ofFile] })
  const own = (domain: string) => ({ connections: [signIn('https://sso.example/acme', domain)] })
  const { code, details } = await refusal(t.admin.create({ ...acme, ...own('initech.example') }, operator))
  expect([code, details.issues]).toEqual([
    'conflict',
    [
      'connections[0].emailDomains[0]: the same e-mail domain is already used at (initech, of the tenants file).connections[0].emailDomains[0]',
    ],
  ])
  await t.admin.create({ ...acme, ...own('acme.example') }, operator)
  const taking = [signIn('https://sso.example/umbrella', 'acme.example')]
  t.file.become(tenantFrom(documentOf('umbrella', '555555555555', { connections: taking })))
  expect(await t.directory.find('acme')).toBeUndefined()
  expect((await t.admin.show('acme')).faults).toContainEqual(expect.stringMatching(/the same e-mail domain/))
})

test.for<[string, object, string]>([
  ['nothing to sign in with', { directTokens: false, allowedClients: [] }, 'clientId: nobody can sign in'],
  ['clients and no direct tokens', { directTokens: false, clientId: 'a' }, 'allowedClients: says nothing'],
  ['direct tokens of no client', { allowedClients: [] }, 'allowedClients: is needed with directTokens'],
  ['an e-mail domain and no client', { emailDomains: ['a.example'] }, 'emailDomains: says nothing'],
  ['a secret', { clientId: 'a', clientSecretRef: 'c4n4ry' }, 'clientSecretRef: must be a name such as'],
  ['an e-mail address', { clientId: 'a', emailDomains: ['c4n4ry@a.example'] }, 'emailDomains[0]: must be'],
])('a connection with %s is a bad request', async ([, changes, issue]) => {
  using t = await administration()
  const connections = [{ ...connectionTo('https://sso.example/acme'), ...changes }]
  const issues = await issuesOf(t.admin.create({ ...acme, connections }, operator))
  expect(issues).toContainEqual(expect.stringContaining(`connections[0].${issue}`))
  expect(String(issues)).not.toContain('c4n4ry')
})

test('a role, an issuer or the id of a tenant of the file is a conflict', async () => {
  using t = await administration({ tenants: [initech] })
  expect((await refusal(t.admin.create(createInput('initech'), operator))).code).toBe('conflict')
  const connections = [connectionTo('https://sso.example/initech')]
  expect((await refusal(t.admin.create({ ...acme, connections }, operator))).details.issues).toHaveLength(3)
  await t.admin.create(acme, operator)
  const roles = { read: { roleArn: initech.accounts[0]?.roles.read?.roleArn } }
  const taken = await refusal(t.admin.addAccount('acme', accountInput('333333333333', { roles }), operator))
  expect([taken.code, taken.details.issues]).toEqual([
    'conflict',
    [
      'accounts[0].roles.read.roleArn: the same role is already used at (initech, of the tenants file).accounts[0].roles.read.roleArn',
    ],
  ])
})

test('a stored tenant that a new file pushes out is shown with the reason, and can still be suspended', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  t.file.become(
    tenantFrom(
      documentOf('umbrella', '555555555555', { connections: [connectionTo('https://sso.example/acme')] }),
    ),
  )
  expect(await t.directory.find('acme')).toBeUndefined()
  expect((await t.admin.show('acme')).faults).toContainEqual(expect.stringMatching(/the same issuer/))
  expect((await t.admin.suspend('acme', operator)).status).toBe('suspended')
})

test('an alias and an AWS account are taken once in a tenant', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  for (const input of [accountInput('111111111112'), accountInput('111111111111', { alias: 'other' })]) {
    expect((await refusal(t.admin.addAccount('acme', input, operator))).code).toBe('conflict')
  }
})

test('a change takes the version that was read', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  await t.admin.update('acme', { name: 'First' }, 1, operator)
  for (const version of [1, 0, 3, -1, Number.NaN]) {
    const { code, message } = await refusal(t.admin.update('acme', { name: 'Second' }, version, operator))
    expect([code, message]).toEqual([
      'precondition_failed',
      'The tenant was changed meanwhile: its version is 2. Read it again.',
    ])
  }
  // And where the other one comes in between reading and writing.
  t.store.before('write acme', () => t.admin.update('acme', { name: 'Between' }, 2, operator))
  expect((await refusal(t.admin.update('acme', { name: 'Second' }, 2, operator))).code).toBe(
    'precondition_failed',
  )
  expect((await t.admin.show('acme')).name).toBe('Between')
})

test('a change of an account takes the version that was read, so that groups taken away stay away', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  const roles = { read: { groups: ['staff', 'contractors'] } }
  const { version } = await t.admin.addAccount('acme', accountInput('111111111111', { roles }), operator)
  const change = (groups: string[], expected: number) =>
    t.admin.updateAccount('acme', 'main', { roles: { read: { groups } } }, expected, operator)
  const narrowed = await change(['staff'], version)
  const events = t.audit.events.length
  for (const expected of [version, 0, narrowed.version + 1, -1, Number.NaN]) {
    for (const act of [
      () => change(['staff', 'contractors', 'interns'], expected),
      () => t.admin.removeAccount('acme', 'main', expected, operator),
    ]) {
      expect(await refusal(act())).toMatchObject({
        code: 'precondition_failed',
        message: `The tenant was changed meanwhile: its version is ${narrowed.version}. Read it again.`,
        audited: true,
      })
    }
  }
  expect(t.audit.events.slice(events).map(({ reason_code }) => reason_code)).toEqual(
    Array(10).fill('precondition_failed'),
  )
  // And where the other one comes in between reading and writing.
  for (const act of [
    (expected: number) => change(['interns'], expected),
    (expected: number) => t.admin.removeAccount('acme', 'main', expected, operator),
  ]) {
    const before = await t.admin.show('acme')
    t.store.before('write acme', () =>
      t.admin.update('acme', { name: `After ${before.version}` }, before.version, operator),
    )
    expect((await refusal(act(before.version))).code).toBe('precondition_failed')
  }
  const { account } = await t.admin.onboarding('acme', 'main')
  expect(account.roles.read?.groups).toEqual(['staff'])
})

test('two operators at the same moment: of changes to one version one wins, and no other change is lost', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  const ended = await Promise.allSettled(
    Array.from({ length: 5 }, (_, i) => t.admin.update('acme', { name: `Name ${i}` }, 1, operator)),
  )
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await Promise.all([
    t.admin.suspend('acme', operator),
    t.admin.addAccount('acme', accountInput('111111111111', { alias: 'one' }), operator),
    t.admin.addAccount('acme', accountInput('111111111112', { alias: 'two' }), operator),
  ])
  const { status, tenant } = await t.admin.show('acme')
  expect([status, tenant.accounts.map(({ alias }) => alias).sort()]).toEqual(['suspended', ['one', 'two']])
  const created = await Promise.allSettled([
    t.admin.create(globex, operator),
    t.admin.create(globex, operator),
  ])
  expect(created.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('whoever always loses gives up with a conflict', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  let name = 0
  const interfere = () => {
    t.store.before('write acme', async () => {
      const { version } = await t.admin.show('acme')
      const { document } = (await t.store.read('acme')) ?? { document: '' }
      t.store.plant({ id: 'acme', document: document.replace(/"name":"[^"]*"/, `"name":"n${name++}"`) })
      expect(version).toBeGreaterThan(0)
      interfere()
    })
  }
  interfere()
  expect((await refusal(t.admin.suspend('acme', operator))).message).toMatch(/at the same time/)
})

test('offboarding while somebody changes', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  t.store.before('remove acme', () => t.admin.suspend('acme', operator))
  await t.admin.offboard('acme', operator)
  await t.admin.create(globex, operator)
  t.store.before('write globex', () => t.admin.offboard('globex', operator))
  expect((await refusal(t.admin.suspend('globex', operator))).code).toBe('not_found')
})

test.for(acts)('%s without the store is unavailable, and audited as an error', async ([name, act]) => {
  using t = await administration({ tenants: [initech] })
  await t.admin.create(acme, operator)
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  const events = t.audit.events.length
  t.store.down = true
  const error = await refusal(act(t.admin, 'acme', 'main'))
  expect([error.code, error.status]).toEqual(['unavailable', 503])
  const written = t.audit.events.slice(events)
  if (['show', 'onboarding'].includes(name)) expect(written).toEqual([])
  else expect(written).toMatchObject([{ outcome: 'error', reason_code: 'unavailable' }])
})

test.for(changesOfFile)('%s is not done where no event of it can be written', async ([name, act]) => {
  using t = await administration()
  await t.admin.create(acme, operator)
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  if (name === 'resume') await t.admin.suspend('acme', operator)
  const before = JSON.stringify(await t.store.read('acme'))
  t.audit.broken = true
  expect((await refusal(act(t.admin, 'acme', 'main'))).code).toBe('unavailable')
  expect(JSON.stringify(await t.store.read('acme'))).toBe(before)
  expect(t.store.calls.filter((call) => /^(write|remove)/.test(call))).toHaveLength(name === 'resume' ? 3 : 2)
})

test('a write that fails has an event before and one that says so', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  t.audit.events.length = 0
  t.store.before('write acme', () => {
    expect(t.audit.events).toMatchObject([{ event: 'admin.tenant.suspend', outcome: 'allow' }])
    t.store.down = true
  })
  expect(await refusal(t.admin.suspend('acme', operator))).toMatchObject({
    code: 'unavailable',
    audited: true,
  })
  t.store.down = false
  // The name is taken as it is written.
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  await t.admin.create(globex, operator)
  const roleArn = roleOf('acme', '111111111111')
  const taking = accountInput('111111111111', { roles: { read: { roleArn } } })
  expect(await refusal(t.admin.addAccount('globex', taking, operator))).toMatchObject({
    code: 'conflict',
    audited: true,
  })
  expect(
    t.audit.events.map(({ event, outcome, reason_code, admin }) => [
      event,
      outcome,
      reason_code ?? admin?.version,
    ]),
  ).toEqual([
    ['admin.tenant.suspend', 'allow', 2],
    ['admin.tenant.suspend', 'error', 'unavailable'],
    ['admin.account.add', 'allow', 2],
    ['admin.tenant.create', 'allow', 1],
    ['admin.account.add', 'allow', 2],
    ['admin.account.add', 'deny', 'conflict'],
  ])
})

test('a write that another was faster than is told, and then the one that is made', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  t.audit.events.length = 0
  t.store.before('write acme', () => t.admin.suspend('acme', operator))
  await t.admin.addAccount('acme', accountInput('111111111111'), operator)
  expect(t.audit.events.map(({ event, outcome, admin }) => [event, outcome, admin?.version])).toEqual([
    ['admin.account.add', 'allow', 2],
    ['admin.tenant.suspend', 'allow', 2],
    ['admin.account.add', 'error', undefined],
    ['admin.account.add', 'allow', 3],
  ])
})

test('what is written but cannot be shown has its one event', async () => {
  using t = await administration()
  await t.admin.create(acme, operator)
  t.audit.events.length = 0
  t.store.before('verifications acme', () => {
    t.store.down = true
  })
  expect(await refusal(t.admin.suspend('acme', operator))).toMatchObject({
    code: 'unavailable',
    audited: true,
  })
  t.store.down = false
  expect((await t.admin.show('acme')).status).toBe('suspended')
  expect(t.audit.events.map(({ outcome }) => outcome)).toEqual(['allow'])
})

test('without the audit log nothing is confirmed', async () => {
  using t = await administration()
  t.audit.broken = true
  expect((await refusal(t.admin.create(acme, operator))).code).toBe('unavailable')
  expect((await refusal(t.admin.create({}, operator))).code).toBe('unavailable')
  expect((await refusal(t.admin.verify('nobody', 'main', operator))).code).toBe('unavailable')
})

test('a damaged document is listed, refused with its faults, and can be offboarded', async () => {
  using t = await administration()
  await t.admin.create(globex, operator)
  t.store.plant({ id: 'acme', document: '{"id":"acme","secret":"c4n4ry"}' })
  expect((await t.admin.list({})).tenants.map(({ id, status }) => [id, status])).toEqual([
    ['acme', 'suspended'],
    ['globex', 'active'],
  ])
  const error = await refusal(t.admin.show('acme'))
  expect(error.code).toBe('conflict')
  expect(JSON.stringify(error.details)).not.toContain('c4n4ry')
  await t.admin.offboard('acme', operator)
  expect((await t.admin.list({})).tenants).toHaveLength(1)
})
