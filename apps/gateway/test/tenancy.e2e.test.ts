import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { type Seeded, seedAccount } from './support/seed.ts'
import { trespasses } from './support/trespasses.ts'
import type { WireRequest } from './support/wire.ts'

let gateway: TestGateway
let prod: Seeded
let dev: Seeded
let other: Seeded
let ann: string
let gus: string

beforeAll(async () => {
  // moto takes any key for that of the gateway.
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'gateway')
  const awsUrl = inject('awsUrl')
  const run = randomBytes(4).toString('hex')
  const roomy = { perMinute: 60_000, burst: 1000 }
  const [started, ...seeded] = await Promise.all([
    startGateway({
      awsUrl,
      tenancy({ acme, globex }) {
        for (const tenant of [acme, globex]) tenant.limits = { tenant: roomy, user: roomy }
      },
    }),
    seedAccount(awsUrl, '111111111111', run),
    seedAccount(awsUrl, '111111111112', run),
    seedAccount(awsUrl, '222222222222', run),
  ])
  gateway = started
  ;[prod, dev, other] = seeded
  ann = gateway.acme.token()
  gus = gateway.globex.token()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await gateway[Symbol.asyncDispose]()
})

type Args = Readonly<Record<string, unknown>>

const callTool = async (token: string, name: string, args: Args, request: Partial<WireRequest> = {}) => {
  const answer = await gateway.call(token, 'tools/call', { name, arguments: args }, request)
  expect(answer.status).toBe(200)
  const { result } = JSON.parse(answer.body)
  return { answer, body: answer.body, isError: result.isError === true, ...result.structuredContent }
}

const list = 'aws_s3_list_objects'
const read = 'aws_s3_get_object'
const instances = 'aws_ec2_describe_instances'

test('each tenant reads its own accounts, and receipt and audit say which', async () => {
  for (const [token, tenant, alias, own] of [
    [ann, 'acme', 'prod', prod],
    [ann, 'acme', 'dev', dev],
    [gus, 'globex', 'main', other],
  ] as const) {
    const receipt = {
      tenant,
      account: alias,
      accountId: own.accountId,
      role: `arn:aws:iam::${own.accountId}:role/mcp-gateway-read`,
    }
    const listed = await callTool(token, list, { account: alias, bucket: own.bucket })
    expect(listed).toMatchObject({ isError: false, receipt })
    expect(listed.data.objects).toHaveLength(5)
    const object = await callTool(token, read, { account: alias, bucket: own.bucket, key: `${own.marker}-0` })
    expect(object).toMatchObject({ data: { body: `body of ${own.marker}` }, receipt })
    const found = await callTool(token, instances, { account: alias })
    expect(found.receipt).toMatchObject(receipt)
    const names = found.data.instances.map(({ name }: { name?: string }) => name)
    expect(names).toContain(own.marker)
    for (const foreign of [prod, dev, other]) {
      if (foreign !== own) expect([listed.body, object.body, found.body].join()).not.toContain(foreign.marker)
    }
    expect(await gateway.auditOf(found.answer)).toMatchObject([
      { outcome: 'allow', tenant_id: tenant, aws: { account_id: own.accountId, role_arn: receipt.role } },
    ])
  }
})

test.for(trespasses)('E01, E02 $what is refused', async ({ tool, args, code }) => {
  const refusal = await callTool(ann, tool, args({ prod, other }))
  expect(refusal).toMatchObject({ isError: true, error: { code } })
  expect(refusal).not.toHaveProperty('data')
  const [event] = await gateway.auditOf(refusal.answer)
  expect(event).toMatchObject({ outcome: code === 'aws_error' ? 'error' : 'deny', tenant_id: 'acme' })
  // Nothing was asked of AWS, or only as the own role.
  if (code === 'aws_error') expect(event?.aws?.account_id).toMatch(/^11111111111[12]$/)
  else expect(event).not.toHaveProperty('aws')
  expect(refusal.body).not.toContain(`body of ${other.marker}`)
  expect(refusal.body).not.toContain('external-id-of')
})

test('filters reach no further than the account', async () => {
  for (const filter of [
    { name: 'owner-id', values: ['222222222222'] },
    { name: 'tag:Name', values: [other.marker, '*'] },
    { name: 'instance-id', values: [other.instanceId] },
  ]) {
    const { isError, body } = await callTool(ann, instances, { filters: [filter] })
    if (!isError) expect(body).not.toMatch(new RegExp(`${other.marker}|${other.instanceId}`))
  }
})

test.for<[string, readonly [string, string][]]>([
  ['X-Tenant', [['x-tenant', 'globex']]],
  ['X-Tenant-Id', [['x-tenant-id', 'globex']]],
  ['X-Account', [['x-account', '222222222222']]],
  ['X-User', [['x-forwarded-user', 'globex-ann']]],
  ['X-Moto-Account-Id', [['x-moto-account-id', '222222222222']]],
  ['X-Amz-Security-Token', [['x-amz-security-token', 'x']]],
  ['X-Forwarded-Host', [['x-forwarded-host', 'globex.example']]],
  ['X-Forwarded-For', [['x-forwarded-for', '203.0.113.9']]],
  ['Forwarded', [['forwarded', 'for=203.0.113.9;host=globex.example;proto=https']]],
  ['X-Original-URL', [['x-original-url', '/admin']]],
  ['X-HTTP-Method-Override', [['x-http-method-override', 'DELETE']]],
  ['a cookie', [['cookie', 'tenant=globex; session=1']]],
  ['X-Request-Id', [['x-request-id', 'chosen-by-the-caller']]],
])('E01 the header %s changes nothing', async ([, headers]) => {
  const result = await callTool(ann, instances, {}, { headers })
  expect(result).toMatchObject({ isError: false, receipt: { tenant: 'acme', accountId: '111111111111' } })
  expect(result.body).not.toContain(other.marker)
  const [event] = await gateway.auditOf(result.answer)
  expect(event).toMatchObject({ tenant_id: 'acme', source: { ip: '127.0.0.1' } })
  expect(event?.request_id).not.toBe('chosen-by-the-caller')
})

test.for(['/mcp?tenant=globex', '/mcp?account=main&tenant_id=globex', '/mcp/?access_token=x'])(
  'E01 the query of %s changes nothing',
  async (path) => {
    expect((await callTool(ann, instances, {}, { path })).receipt.tenant).toBe('acme')
  },
)

test('E01 a session of the other is unknown, and the Host of a stranger is refused', async () => {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } }
  const opened = await gateway.call(gus, 'initialize', params)
  const session = ['mcp-session-id', String(opened.headers['mcp-session-id'])] as const
  const call = { name: instances, arguments: {} }
  expect((await gateway.call(gus, 'tools/call', call, { headers: [session] })).status).toBe(200)
  expect((await gateway.call(ann, 'tools/call', call, { headers: [session] })).status).toBe(404)
  const stranger = await gateway.call(ann, 'tools/call', call, { headers: [['host', 'globex.example']] })
  expect(stranger.status).toBe(421)
})

test('E16 a cursor works for the query that it was made for, and for nothing and nobody else', async () => {
  const query = { bucket: prod.bucket, maxKeys: 2 }
  const { nextCursor } = await callTool(ann, list, query)
  const foreign = (await callTool(gus, list, { bucket: other.bucket, maxKeys: 2 })).nextCursor
  expect(nextCursor).toEqual(expect.any(String))
  const next = await callTool(ann, list, { ...query, continuationToken: nextCursor })
  expect(next.data.objects.map(({ key }: { key: string }) => key)).toEqual([
    `${prod.marker}-2`,
    `${prod.marker}-3`,
  ])
  const bob = gateway.acme.token({ sub: 'acme-bob' })
  for (const [token, args] of [
    [ann, { ...query, continuationToken: foreign }],
    [ann, { bucket: other.bucket, maxKeys: 2, continuationToken: foreign }],
    [gus, { bucket: other.bucket, maxKeys: 2, continuationToken: nextCursor }],
    [bob, { ...query, continuationToken: nextCursor }],
    [ann, { ...query, account: 'dev', continuationToken: nextCursor }],
    [ann, { ...query, region: 'us-east-1', continuationToken: nextCursor }],
    [ann, { ...query, maxKeys: 3, continuationToken: nextCursor }],
    [ann, { ...query, prefix: 'x', continuationToken: nextCursor }],
    [ann, { ...query, continuationToken: `${nextCursor}A` }],
    [ann, { ...query, continuationToken: nextCursor.replace(/^./, '_') }],
  ] as const) {
    const refusal = await callTool(token, list, args)
    expect([args, refusal.error?.code]).toEqual([args, 'unknown_cursor'])
    expect((await gateway.auditOf(refusal.answer))[0]).not.toHaveProperty('aws')
  }
})

test('no log line and no audit event of one tenant names the other', async () => {
  const events = await gateway.audit()
  for (const event of events) {
    const foreign = event.tenant_id === 'acme' ? /globex|222222222222/ : /acme|11111111111/
    if (event.tenant_id) expect(JSON.stringify(event)).not.toMatch(foreign)
  }
  expect(events.filter(({ tenant_id }) => tenant_id === 'globex').length).toBeGreaterThan(0)
  expect(gateway.logs.join('')).not.toMatch(/marker-|external-id|bucket-|ASIA/)
})
