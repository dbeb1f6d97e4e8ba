import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Authorization } from './support/authorization.ts'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { openSocket } from './support/web-socket.ts'
import type { WireAnswer } from './support/wire.ts'

let gateway: TestGateway
let auth: Authorization

const groupToScope = { readers: ['aws:read'], operators: ['aws:read', 'aws:write'] }

beforeAll(async () => {
  gateway = await startGateway({
    authorization: true,
    tenancy({ acme, globex }) {
      for (const { connections } of [acme, globex]) Object.assign(connections[0] ?? {}, { groupToScope })
      globex.permissions = { ...Object(globex.permissions), readOnlyMode: true }
    },
  })
  auth = await gateway.authorization()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const operator = { groups: ['operators'] }
const asGus = () => ({ tenant: 'globex', idp: gateway.globex.issuer })

const revision = '2026-07-28'
const envelope = {
  'io.modelcontextprotocol/protocolVersion': revision,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test client', version: '1.0.0' },
}
const modern = (token: string, method: string, params: { name?: string; [name: string]: unknown } = {}) =>
  gateway.call(
    token,
    method,
    { ...params, _meta: envelope },
    {
      headers: [
        ['mcp-protocol-version', revision],
        ['mcp-method', method],
        ...(params.name === undefined ? [] : ([['mcp-name', params.name]] as const)),
      ],
    },
  )

/** Takes `aws:write`. */
const stop = {
  name: 'aws_ec2_control_instance',
  arguments: { account: 'prod', instanceId: 'i-0123456789abcdef0', action: 'stop' },
}
const errorOf = ({ body }: WireAnswer) => JSON.parse(body).result?.structuredContent?.error

test('a modern client that lacks a scope is asked for it, with all that it has: S403', async () => {
  const answer = await modern(auth.token(operator), 'tools/call', stop)
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([
    403,
    `Bearer error="insufficient_scope", error_description="The access token lacks a scope that this takes", scope="aws:read aws:write", resource_metadata="${gateway.url}/.well-known/oauth-protected-resource/mcp"`,
  ])
  expect(answer.headers['cache-control']).toBe('private, no-store')
  expect(JSON.parse(answer.body)).toEqual({
    jsonrpc: '2.0',
    id: 1,
    error: {
      code: -32000,
      message: 'This takes scope aws:write, which your sign-in does not have. Sign in again with aws:write.',
      data: { code: 'insufficient_scope', scope: 'aws:read aws:write' },
    },
  })
  expect(await gateway.auditOf(answer)).toEqual([
    expect.objectContaining({ event: 'tool.call', outcome: 'deny', reason_code: 'insufficient_scope' }),
  ])
})

test('B08 a legacy client is told in the result, and keeps its connection', async () => {
  for (const _ of Array(5)) {
    const answer = await gateway.call(auth.token(operator), 'tools/call', stop)
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([200, undefined])
    expect(errorOf(answer)).toMatchObject({ code: 'insufficient_scope', scope: 'aws:read aws:write' })
    expect(JSON.parse(answer.body).result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Sign in again with aws:write') }],
    })
  }
})

test('B08 so is a modern client on a connection, which has no status for each request', async () => {
  using socket = await openSocket(gateway.url, auth.token(operator))
  const answer = await socket.ask(1, 'tools/call', { ...stop, _meta: envelope })
  expect(answer.result).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'insufficient_scope' } },
  })
})

const invoke = {
  name: 'aws_lambda_invoke',
  arguments: { account: 'prod', functionName: 'report', payload: '{}' },
}

test.for<[string, () => Readonly<Record<string, unknown>>, typeof stop | typeof invoke, string]>([
  ['none of the groups maps to it', () => ({ groups: ['readers'] }), stop, 'insufficient_scope'],
  [
    'the company is read-only',
    () => ({ ...operator, ...asGus() }),
    { ...stop, arguments: { ...stop.arguments, account: 'main' } },
    'read_only',
  ],
  ['the company does not allow the service', () => operator, invoke, 'service_not_allowed'],
])('B09 no sign-in would help, since %s: TE without a challenge', async ([, claims, call, code]) => {
  const token = auth.token(claims())
  const listed = JSON.parse((await modern(token, 'tools/list')).body).result.tools as { name: string }[]
  expect(listed.map(({ name }) => name)).not.toContain(call.name)
  const answer = await modern(token, 'tools/call', call)
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([200, undefined])
  expect(errorOf(answer)).toMatchObject({ code })
  expect(answer.body).not.toContain('Sign in again')
})

test("B09 a company's own token is of nobody whom we could sign in: TE", async () => {
  const answer = await modern(gateway.acme.token({ groups: ['operators'] }), 'tools/call', stop)
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([200, undefined])
  expect(errorOf(answer)).toMatchObject({ code: 'insufficient_scope' })
})

test('B10 a token is asked for the same three times in ten minutes, then told in the result', async () => {
  const [ann, again] = [auth.token(operator), auth.token(operator)]
  const statuses: number[] = []
  // Its class has a limit of its own, which seven calls stay within.
  for (const _ of Array(5)) statuses.push((await modern(ann, 'tools/call', stop)).status)
  expect(statuses).toEqual([403, 403, 403, 200, 200])
  const last = await modern(ann, 'tools/call', stop)
  expect(last.headers['www-authenticate']).toBeUndefined()
  expect(errorOf(last)).toMatchObject({ code: 'insufficient_scope' })
  expect((await modern(again, 'tools/call', stop)).status).toBe(403)
})

test('tools are offered up to what somebody may hold, and called by what they hold', async () => {
  const namesFor = async (claims: Readonly<Record<string, unknown>>) => {
    const answer = await modern(auth.token(claims), 'tools/list')
    return (JSON.parse(answer.body).result.tools as { name: string }[]).map(({ name }) => name)
  }
  const [reader, mayWrite, writer] = [
    await namesFor({ groups: ['readers'] }),
    await namesFor(operator),
    await namesFor({ ...operator, scope: 'aws:read aws:write' }),
  ]
  expect(reader).not.toContain(stop.name)
  expect(mayWrite).toContain(stop.name)
  expect(mayWrite).toEqual(writer)
  // Past the policy: it asks for a confirmation, which this client cannot give.
  const held = await modern(auth.token({ ...operator, scope: 'aws:read aws:write' }), 'tools/call', stop)
  expect(held.headers['www-authenticate']).toBeUndefined()
  expect(held.body).not.toContain('insufficient_scope')
})
