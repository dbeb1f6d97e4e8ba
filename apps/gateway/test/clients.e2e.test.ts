import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { settledAudit } from './support/post.ts'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const clientInfo = { name: 'test client', version: '1.0.0' }
const url = () => new URL(`${gateway.url}/mcp`)
const requestInit = () => ({ headers: { authorization: `Bearer ${gateway.acme.token()}` } })

/** What a reader may use in the services of its tenant. */
const names = [
  'aws_api_read',
  'aws_api_search',
  'aws_audit_query',
  'aws_check_access',
  'aws_ec2_describe_instances',
  'aws_operation_status',
  'aws_s3_get_object',
  'aws_s3_list_buckets',
  'aws_s3_list_objects',
  'aws_whoami',
]

/** The parts of both lines' clients that are the same. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string; outputSchema?: object | undefined }[] }>
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<{
    [name: string]: unknown
    content: { type: string; text?: string }[]
    structuredContent?: unknown
    isError?: boolean | undefined
  }>
}

/** What every client can do; both lines check answers against the schemas that the list gave them. */
const expectWorking = async (client: AnyClient): Promise<void> => {
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(names)
  expect(tools.every(({ outputSchema }) => outputSchema)).toBe(true)

  const answer = await client.callTool({ name: 'aws_whoami', arguments: {} })
  expect(answer.isError ?? false).toBe(false)
  expect(answer.structuredContent).toMatchObject({
    data: { tenant: { id: 'acme' }, user: { subject: 'acme-ann' } },
    receipt: { tenant: 'acme', accountId: '111111111111', decisionId: expect.any(String) },
  })
  expect(answer.content).toEqual([{ type: 'text', text: expect.stringContaining('Acme Corporation') }])

  // Refusals have a schema too, and a client that does not find it throws instead.
  for (const [name, args, code] of [
    ['aws_s3_list_objects', { bucket: 'Not A Bucket' }, 'invalid_arguments'],
    ['aws_ec2_describe_instances', { account: 'nowhere' }, 'account_not_linked'],
    ['aws_ec2_describe_instances', { region: 'ap-south-1' }, 'region_not_allowed'],
    ['aws_s3_list_objects', { bucket: 'bucket-1', continuationToken: 'made.up' }, 'unknown_cursor'],
  ] as const) {
    const refusal = await client.callTool({ name, arguments: args })
    expect(refusal).toMatchObject({
      isError: true,
      structuredContent: { error: { code, decisionId: expect.any(String) } },
      content: [{ type: 'text', text: expect.stringContaining(code) }],
    })
  }
  await expect(client.callTool({ name: 'aws_nothing', arguments: {} })).rejects.toMatchObject({
    code: -32602,
  })
}

test('SDK v1: initialize, list, call, refusals, and a session that ends', async () => {
  const client = new Client(clientInfo)
  const transport = new StreamableHTTPClientTransport(url(), { requestInit: requestInit() })
  await client.connect(transport as never)
  expect(client.getServerVersion()).toMatchObject({ name: 'aws-mcp-gateway' })
  expect(client.getInstructions()).toContain('receipt')
  expect(client.getServerCapabilities()).toMatchObject({
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
  })
  expect(transport.protocolVersion).toBe('2025-11-25')
  const { sessionId } = transport
  expect(sessionId).toMatch(/^[\w-]{32}$/)
  await client.ping()
  await expectWorking(client as never)

  await transport.terminateSession()
  expect(transport.sessionId).toBeUndefined()
  const late = await gateway.call(
    gateway.acme.token(),
    'ping',
    {},
    { headers: [['mcp-session-id', `${sessionId}`]] },
  )
  expect([late.status, JSON.parse(late.body).error.code]).toEqual([404, -32001])
  await client.close()
})

test('SDK v1: a call with a session that is gone fails as not found', async () => {
  const client = new Client(clientInfo)
  const transport = new StreamableHTTPClientTransport(url(), { requestInit: requestInit() })
  await client.connect(transport as never)
  const ended = await gateway.send({
    method: 'DELETE',
    path: '/mcp',
    headers: [
      ['authorization', requestInit().headers.authorization],
      ['mcp-session-id', `${transport.sessionId}`],
    ],
  })
  expect(ended.status).toBe(204)
  await expect(client.ping()).rejects.toMatchObject({ code: 404 })
  await client.close()
})

describe('SDK v2', () => {
  test.for([
    ['legacy', '2025-11-25', true],
    ['auto', '2026-07-28', false],
    [{ pin: '2026-07-28' }, '2026-07-28', false],
  ] as const)('%j negotiates %s', async ([mode, version, hasSession]) => {
    const client = new ModernClient(clientInfo, { versionNegotiation: { mode } })
    const transport = new ModernTransport(url(), { requestInit: requestInit() })
    await client.connect(transport)
    expect(client.getNegotiatedProtocolVersion()).toBe(version)
    expect(client.getServerVersion()).toMatchObject({ name: 'aws-mcp-gateway' })
    expect(client.getServerCapabilities()).toMatchObject({ tools: { listChanged: true } })
    expect(transport.sessionId !== undefined).toBe(hasSession)
    await expectWorking(client as never)
    await client.close()
  })
})

test.for(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
  'D26 initialize with %s is answered in kind',
  async (protocolVersion) => {
    const params = { protocolVersion, capabilities: {}, clientInfo }
    const { status, body } = await gateway.call(gateway.acme.token(), 'initialize', params)
    expect([status, JSON.parse(body).result.protocolVersion]).toEqual([200, protocolVersion])
  },
)

test('nothing failed on the way, and every call was audited once', async () => {
  expect(gateway.logs.filter((line) => JSON.parse(line).level === 'error')).toEqual([])
  const calls = (await settledAudit(gateway, 26)).filter(({ event }) => event === 'tool.call')
  // Besides the calls: two sessions that were gone.
  // Four clients: one allowed call, four refusals and one unknown tool each.
  expect(calls).toHaveLength(24)
  expect(calls.filter(({ outcome }) => outcome === 'allow')).toHaveLength(4)
  expect(calls.filter(({ mcp }) => mcp?.era === 'modern')).toHaveLength(12)
})
