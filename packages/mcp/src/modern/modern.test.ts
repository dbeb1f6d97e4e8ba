import { expect, test } from 'vitest'
import {
  envelope,
  type Headers,
  initialize,
  mcpLine,
  modern,
  modernVersion,
  request,
} from '../testing/mcp-line.ts'

const code = (answer: { status: number; json: { error: { code: number } } }) => [
  answer.status,
  answer.json.error.code,
]

test('a claim of the modern version is served without a session', async () => {
  const line = mcpLine()
  const { body, headers } = modern('server/discover')
  const answer = await line.post(body, headers)
  expect(answer.status).toBe(200)
  expect(answer.json.result).toMatchObject({ supportedVersions: [modernVersion], resultType: 'complete' })
  expect([line.kept.size, answer.headers['mcp-session-id']]).toEqual([0, undefined])
})

test.for<[string, Record<string, unknown>, Headers]>([
  ['the claim is no string', envelope(20260728), {}],
  ['the claim is null', envelope(null), {}],
  ['capabilities are missing', { 'io.modelcontextprotocol/protocolVersion': modernVersion }, {}],
  ['capabilities are no object', { ...envelope(), 'io.modelcontextprotocol/clientCapabilities': 'all' }, {}],
  // With these headers a legacy server would take them: a malformed claim must not fall back.
  ['a legacy header is there', envelope(7), { 'mcp-protocol-version': '2025-11-25' }],
  ['a session is named', envelope(7), { 'mcp-session-id': 'session-1' }],
])('a malformed claim is refused where %s', async ([, _meta, headers]) => {
  const line = mcpLine()
  await line.open()
  const answer = await line.post(request('tools/call', { name: 'aws_ec2_list_things', _meta }), headers)
  expect(code(answer)).toEqual([400, -32602])
  expect(line.calls).toEqual([])
})

test.for(['2099-01-01', '2025-11-25', '2024-11-05', 'banana', ''])(
  'version %j in the claim is told which there are',
  async (version) => {
    const line = mcpLine()
    for (const method of ['tools/list', 'tools/call', 'nothing/here']) {
      const body = request(method, { name: 'aws_ec2_list_things', _meta: envelope(version) })
      const answer = await line.post(body, { 'mcp-protocol-version': version, 'mcp-method': method })
      expect(code(answer)).toEqual([400, -32022])
      expect(answer.json.error.data).toEqual({ supported: [modernVersion], requested: version })
    }
    expect(line.calls).toEqual([])
  },
)

test('a modern header without a claim is told what is missing', async () => {
  const line = mcpLine()
  const headers = { 'mcp-protocol-version': modernVersion, 'mcp-method': 'tools/list' }
  const bare = await line.post(request('tools/list'), headers)
  expect(code(bare)).toEqual([400, -32602])
  expect(bare.json.error.message).toContain('_meta')
  const half = await line.post(request('tools/list', { _meta: {} }), headers)
  expect(code(half)).toEqual([400, -32602])
  for (const key of Object.keys(envelope()).slice(0, 2)) expect(half.json.error.message).toContain(key)
})

test('a modern notification is accepted without a body', async () => {
  const line = mcpLine()
  const body = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
  expect(await line.post(body, { 'mcp-protocol-version': modernVersion })).toMatchObject({
    status: 202,
    body: '',
  })
  expect(await line.post({ ...body, params: { _meta: envelope() } })).toMatchObject({ status: 202, body: '' })
})

test.for([
  'ping',
  'logging/setLevel',
  'initialize',
  'tasks/list',
  'resources/subscribe',
  'constructor',
  '__proto__',
  '',
])('method %j is unknown, and that is a 404', async (method) => {
  const { body, headers } = modern(method, initialize())
  const answer = await mcpLine().post(body, headers)
  expect([...code(answer), answer.json.id]).toEqual([404, -32601, 1])
  expect(answer.refusals[0]?.code).toBe(-32601)
})

test('initialize with a modern header is a mismatch, and mints no session', async () => {
  const line = mcpLine()
  const answer = await line.post(request('initialize', initialize()), {
    'mcp-protocol-version': modernVersion,
  })
  expect(code(answer)).toEqual([400, -32020])
  expect([line.kept.size, answer.headers['mcp-session-id']]).toEqual([0, undefined])
})

test('a list may be kept for a minute by its own user', async () => {
  const { body, headers } = modern('tools/list')
  const { result } = (await mcpLine().post(body, headers)).json
  expect(result).toMatchObject({ ttlMs: 60_000, cacheScope: 'private', resultType: 'complete' })
  expect(result._meta).toEqual({
    'io.modelcontextprotocol/serverInfo': { name: 'gateway', title: 'Gateway', version: '1.2.3' },
  })
})

test('a session header changes nothing in the modern era, not even if it is made up', async () => {
  const line = mcpLine()
  const { body, headers } = modern('tools/list')
  const without = await line.post(body, headers)
  expect(await line.post(body, { ...headers, 'mcp-session-id': 'nobody-has-this' })).toEqual(without)
})
