import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { initialize, mcpLine, request } from '../testing/mcp-line.ts'

test.for<[string, string]>([
  ['2025-11-25', '2025-11-25'],
  ['2025-06-18', '2025-06-18'],
  ['2025-03-26', '2025-03-26'],
  ['2024-11-05', '2024-11-05'],
  // A server answers with the latest it speaks where it does not speak what was asked for.
  ['2024-10-07', '2025-11-25'],
  ['2026-07-28', '2025-11-25'],
  ['', '2025-11-25'],
])('initialize with %j is answered with %s', async ([asked, negotiated]) => {
  const line = mcpLine()
  const { status, json, headers } = await line.post(request('initialize', initialize(asked)))
  expect([status, json.result.protocolVersion]).toEqual([200, negotiated])
  expect(line.kept.get(headers['mcp-session-id'] ?? '')?.protocolVersion).toBe(negotiated)
})

test('a session belongs to who opened it', async () => {
  const line = mcpLine()
  const grant = grantOfCaller({ tenantId: 'globex', subject: 'bob' })
  const capabilities = { elicitation: {} }
  const { headers } = await line.post(request('initialize', { ...initialize(), capabilities }), {}, grant)
  expect(headers['mcp-session-id']).toBe('000000000001-session')
  expect([...line.kept.values()]).toEqual([
    {
      id: '000000000001-session',
      tenantId: 'globex',
      principalId: grant.principal.id,
      protocolVersion: '2025-11-25',
      clientName: 'editor',
      clientVersion: '1.0.0',
      clientCapabilities: '{"elicitation":{}}',
    },
  ])
})

test.for<[string, unknown]>([
  ['nothing', undefined],
  ['no version', { capabilities: {}, clientInfo: {} }],
  ['a version that is no string', { ...initialize(), protocolVersion: 20251125 }],
  ['no capabilities', { protocolVersion: '2025-11-25' }],
  ['capabilities that are a list', { ...initialize(), capabilities: [] }],
  ['capabilities of 4 KB', { ...initialize(), capabilities: { experimental: { x: 'y'.repeat(4096) } } }],
])('initialize with %s mints no session', async ([, params]) => {
  const line = mcpLine()
  const { status, json, headers } = await line.post(request('initialize', params))
  expect([status, json.error.code, headers['mcp-session-id']]).toEqual([200, -32602, undefined])
  expect(line.kept.size).toBe(0)
})

test('what a client says of itself is kept short, and is not needed', async () => {
  const line = mcpLine()
  await line.post(
    request('initialize', { ...initialize(), clientInfo: { name: 'x'.repeat(5000), version: 7 } }),
  )
  await line.post(request('initialize', { ...initialize(), clientInfo: 'editor' }))
  expect([...line.kept.values()].map(({ clientName, clientVersion }) => [clientName, clientVersion])).toEqual(
    [
      ['x'.repeat(128), ''],
      ['', ''],
    ],
  )
})

test('initialize without an id is a notification, and mints no session', async () => {
  const line = mcpLine()
  const answer = await line.post({ jsonrpc: '2.0', method: 'initialize', params: initialize() })
  expect([answer.status, answer.body, line.kept.size]).toEqual([202, '', 0])
})

test.for(['nothing/here', 'server/discover', 'tasks/get', 'constructor', '__proto__', ''])(
  'method %j is unknown, and that is a 200',
  async (method) => {
    const { status, json, refusals } = await mcpLine().post(request(method))
    expect([status, json.id, json.error.code, refusals[0]?.code]).toEqual([200, 1, -32601, -32601])
  },
)

test.for(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', undefined])(
  'version header %s is served',
  async (version) => {
    const answer = await mcpLine().post(request('ping'), version ? { 'mcp-protocol-version': version } : {})
    expect([answer.status, answer.json.result]).toEqual([200, {}])
  },
)

test.for(['2024-10-07', '2026-07-27', '1', '', '2025-11-25, 2025-11-25'])(
  'version header %j is refused',
  async (version) => {
    const line = mcpLine()
    for (const body of [
      request('ping'),
      request('initialize', initialize()),
      [request('ping')],
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ]) {
      const { status, json } = await line.post(body, { 'mcp-protocol-version': version })
      expect([status, json.error.code]).toEqual([400, -32000])
    }
    expect(line.kept.size).toBe(0)
  },
)

test('notifications, results and errors are accepted without a body', async () => {
  const line = mcpLine()
  for (const body of [
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', method: 'tools/call', params: { name: 'aws_ec2_list_things' } },
    { jsonrpc: '2.0', id: 7, result: {} },
    { jsonrpc: '2.0', id: 'x', error: { code: -32603, message: 'no' } },
  ]) {
    expect(await line.post(body)).toMatchObject({ status: 202, body: '', headers: {} })
  }
  expect(line.calls).toEqual([])
})
