import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { envelope, initialize, mcpLine, request } from '../testing/mcp-line.ts'

const notification = { jsonrpc: '2.0', method: 'notifications/initialized' }
const foreigners = {
  'another tenant': grantOfCaller({ tenantId: 'globex' }),
  'another user': grantOfCaller({ subject: 'bob' }),
  // An issuer that serves several companies knows one person by one id in all of them.
  'the same person in another tenant': {
    ...grantOfCaller({ tenantId: 'globex' }),
    principal: { ...grantOfCaller().principal, tenantId: 'globex' },
  },
}

test("a session serves its owner, with any of the owner's tokens", async () => {
  const line = mcpLine()
  const session = await line.open()
  const narrower = grantOfCaller({ scopes: [] })
  expect((await line.post(request('ping'), session)).status).toBe(200)
  expect((await line.post(request('ping'), session, narrower)).status).toBe(200)
})

test.for(Object.entries(foreigners))(
  'a session of %s answers exactly like one that never was',
  async ([, stranger]) => {
    const line = mcpLine()
    const session = await line.open()
    const unknown = { 'mcp-session-id': 'session-of-nobody' }
    for (const body of [request('ping'), request('tools/list', {}, 'x'), notification, [request('ping')]]) {
      const foreign = await line.post(body, session, stranger)
      expect(foreign).toEqual(await line.post(body, unknown, stranger))
      expect(foreign).toEqual(await line.post(body, unknown))
      expect([foreign.status, foreign.json.error.code]).toEqual([404, -32001])
    }
    const foreign = await line.delete(session, stranger)
    expect(foreign).toEqual(await line.delete(unknown, stranger))
    expect([foreign.status, foreign.json.error.code]).toEqual([404, -32001])
    expect((await line.post(request('ping'), session)).status).toBe(200)
  },
)

test('the answer about an unknown session, to the letter', async () => {
  const { status, headers, body } = await mcpLine().post(request('ping', undefined, 7), {
    'mcp-session-id': 'x',
  })
  expect({ status, headers, body }).toEqual({
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":7,"error":{"code":-32001,"message":"Session not found. Send initialize again."}}',
  })
})

test('DELETE ends a session, and only once', async () => {
  const line = mcpLine()
  const session = await line.open()
  expect(await line.delete(session)).toMatchObject({ status: 204, body: '' })
  expect((await line.delete(session)).status).toBe(404)
  expect((await line.post(request('ping'), session)).status).toBe(404)
})

test('DELETE without a session is not allowed, and says what is', async () => {
  const { status, headers, json } = await mcpLine().delete()
  expect([status, headers.allow, json.error.code]).toEqual([405, 'POST', -32000])
})

test('without a session id everything is served that needs none', async () => {
  const line = mcpLine()
  for (const method of ['ping', 'tools/list']) {
    expect((await line.post(request(method))).json.result).toBeDefined()
  }
  const call = { name: 'aws_ec2_list_things' }
  expect((await line.post(request('tools/call', call))).json.result).toBeDefined()
})

test('a session is initialized once; the same person may open another', async () => {
  const line = mcpLine()
  const session = await line.open()
  const again = await line.post(request('initialize', initialize()), session)
  expect([again.status, again.json.error.code]).toEqual([400, -32600])
  expect(again.headers['mcp-session-id']).toBeUndefined()
  expect(await line.open()).not.toEqual(session)
  expect(line.kept.size).toBe(2)
})

test('answers of a batch come in the order of its requests, notifications have none', async () => {
  const line = mcpLine()
  const batch = [
    request('ping', undefined, 'first'),
    notification,
    request('nothing/here', undefined, 2),
    { jsonrpc: '2.0', id: 9, result: {} },
    request('tools/call', { name: 'aws_ec2_list_things' }, 3),
    request('initialize', initialize(), 4),
  ]
  const { status, body, refusals } = await line.post(batch)
  expect(status).toBe(200)
  expect(JSON.parse(body)).toMatchObject([
    { id: 'first', result: {} },
    { id: 2, error: { code: -32601 } },
    { id: 3, result: { structuredContent: { data: { things: ['one'] } } } },
    { id: 4, error: { code: -32600 } },
  ])
  expect(refusals[0]?.code).toBe(-32601)
  expect(line.kept.size).toBe(0)
})

test('a batch without requests has no answer', async () => {
  const line = mcpLine()
  expect(await line.post([notification, notification])).toMatchObject({ status: 202, body: '' })
})

test('a batch has at most 100 messages', async () => {
  const line = mcpLine()
  const batch = (size: number) => Array.from({ length: size }, (_, id) => request('ping', undefined, id))
  const most = await line.post(batch(100))
  expect(JSON.parse(most.body).map(({ id }: { id: number }) => id)).toEqual([...batch(100).keys()])
  const calls = batch(101).map((each) => ({
    ...each,
    method: 'tools/call',
    params: { name: 'aws_ec2_list_things' },
  }))
  const tooMany = await line.post(calls)
  expect([tooMany.status, tooMany.json.id, tooMany.json.error.code]).toEqual([400, null, -32600])
  expect(line.calls).toEqual([])
})

test.for<[string, unknown[]]>([
  ['is empty', []],
  ['holds null', [request('ping'), null]],
  ['holds a batch', [[request('ping')]]],
  ['holds what is no message', [request('ping'), { id: 2 }]],
  ['holds a modern request', [request('ping'), request('tools/list', { _meta: envelope() })]],
  ['holds a malformed modern claim', [request('tools/list', { _meta: envelope(7) })]],
  ['has an id that is null', [request('ping', undefined, null)]],
  ['has an id that is 1e400', [request('ping'), request('ping', undefined, Number.POSITIVE_INFINITY)]],
  ['has an id of 257 characters', [request('ping'), request('ping', undefined, 'x'.repeat(257))]],
])('a batch that %s is refused as a whole', async ([, batch]) => {
  const line = mcpLine()
  const call = request('tools/call', { name: 'aws_ec2_list_things' })
  const { status, json } = await line.post(batch.length === 0 ? batch : [call, ...batch])
  expect([status, json.id, json.error.code]).toEqual([400, null, -32600])
  expect(line.calls).toEqual([])
})

test.for<[string, string | undefined, string | undefined, boolean]>([
  ['no version at all', undefined, undefined, true],
  ['header 2024-11-05', undefined, '2024-11-05', true],
  ['header 2025-03-26', undefined, '2025-03-26', true],
  ['header 2025-06-18', undefined, '2025-06-18', false],
  ['header 2025-11-25', undefined, '2025-11-25', false],
  ['a session of 2025-03-26', '2025-03-26', undefined, true],
  ['a session of 2025-06-18', '2025-06-18', undefined, false],
  ['a session of 2025-11-25 and an older header', '2025-11-25', '2025-03-26', false],
])('batches ended with 2025-03-26: %s', async ([, ofSession, ofHeader, served]) => {
  const line = mcpLine()
  const session = ofSession ? await line.open(ofSession) : {}
  const header = ofHeader ? { 'mcp-protocol-version': ofHeader } : {}
  const { status } = await line.post([request('ping')], { ...session, ...header })
  expect(status).toBe(served ? 200 : 400)
})

test('a batch with a modern header is refused', async () => {
  const { status } = await mcpLine().post([request('ping')], { 'mcp-protocol-version': '2026-07-28' })
  expect(status).toBe(400)
})
