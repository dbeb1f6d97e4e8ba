import { GatewayError, type InputNeeded, needInput, type ToolCall, type ToolResult } from '@gateway/domain'
import { memoryEventLog } from '@gateway/stores'
import { expect, test, vi } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { envelope, initialize, mcpLine, request } from '../testing/mcp-line.ts'
import { callerWith, testConnection } from '../testing/test-connection.ts'

const call = (id: unknown = 1) => request('tools/call', { name: 'aws_ec2_list_things' }, id)
const opening = request('initialize', { ...initialize(), capabilities: { elicitation: {} } }, 0)
const modernCall = request('tools/call', { name: 'aws_ec2_list_things', _meta: envelope() }, 'm')
const listening = (id: unknown) =>
  request('subscriptions/listen', { notifications: { toolsListChanged: true }, _meta: envelope() }, id)
const cancelling = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
})
const question: InputNeeded['needs'] = { name: { method: 'elicitation/create', params: { message: 'Who?' } } }
const done = (text: string): ToolResult => ({ text, structured: {}, isError: false })

/** Calls that end when they are let go or cancelled. */
const heldCalls = () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const calls: ToolCall[] = []
  const callTool = async (made: ToolCall): Promise<ToolResult> => {
    calls.push(made)
    const cut = new Promise<void>((resolve) => made.signal.addEventListener('abort', () => resolve()))
    await Promise.race([released, cut])
    return done(made.signal.aborted ? 'cut off' : 'done')
  }
  return { callTool, calls, release }
}

/** A tool that asks for a name, and says what it heard. */
const askingCalls = async ({ interaction }: ToolCall): Promise<ToolResult | InputNeeded> =>
  interaction.answers.name === undefined
    ? needInput(question)
    : done(JSON.stringify(interaction.answers.name))

/** The question that the client was asked last. */
const asked = (connection: ReturnType<typeof testConnection>) =>
  vi.waitFor(() => {
    const last = connection.sent.findLast(({ method }) => method === 'elicitation/create')
    if (!last) throw new Error('nothing was asked')
    return last
  })

test('initialize opens a legacy session on the connection, and no record of it', async () => {
  const line = mcpLine()
  const connection = testConnection(line.server)
  expect((await connection.ask(call()))?.error?.message).toBe('Send initialize first.')
  expect((await connection.ask(request('ping', {}, 'early')))?.result).toEqual({})
  expect((await connection.ask(opening))?.result).toMatchObject({ protocolVersion: '2025-11-25' })
  expect((await connection.ask(call(2)))?.result).toHaveProperty('structuredContent')
  expect(line.calls.at(-1)).toMatchObject({ era: 'legacy', requestId: 'request-1', sourceIp: '192.0.2.1' })
  expect(line.kept.size).toBe(0)
})

test('a request with an envelope is of 2026-07-28, until the connection is initialized', async () => {
  const line = mcpLine()
  const connection = testConnection(line.server)
  expect((await connection.ask(modernCall))?.result).toMatchObject({ resultType: 'complete' })
  const old = request('ping', { _meta: envelope('2027-01-01') }, 1)
  expect((await connection.ask(old))?.error?.code).toBe(-32022)
  const broken = request('tools/list', { _meta: envelope(7) }, 2)
  expect((await connection.ask(broken))?.error?.code).toBe(-32602)
  await connection.ask(opening)
  expect((await connection.ask({ ...modernCall, id: 3 }))?.result).not.toHaveProperty('resultType')
  expect(line.calls.map(({ era }) => era)).toEqual(['modern', 'legacy'])
})

test('a connection is initialized once, even by two requests at the same time, and listens once', async () => {
  const onError = vi.fn()
  const events = memoryEventLog({ now: Date.now, onError })
  let followed = 0
  const follow: typeof events.follow = async (...given) => {
    followed++
    const stop = await events.follow(...given)
    return () => {
      followed--
      stop()
    }
  }
  const line = mcpLine({ with: { events: { ...events, follow } } })
  const connection = testConnection(line.server)
  await Promise.all([0, 1, 2].map((id) => connection.say({ ...opening, id })))
  expect(connection.sent.map(({ error }) => error?.code).sort()).toEqual([-32600, -32600, undefined])
  await connection.ask({ ...opening, id: 3 })
  expect(connection.sent.at(-1)?.error?.message).toBe(
    'Invalid request: this connection is initialized already.',
  )
  await line.server.changes.publish('acme', { kind: 'tools' })
  await vi.waitFor(() => expect(connection.sent.filter(({ method }) => method)).toHaveLength(1))
  expect(line.refused.map(({ code }) => code)).toEqual([-32600, -32600, -32600])
  connection.close()
  await vi.waitFor(() => expect(followed).toBe(0))
})

test('a session that is not admitted can be asked for again', async () => {
  const refusal = new GatewayError('too_many_requests', 'Too many sessions at once.', {
    details: { retryAfterSeconds: 3 },
  })
  const admitSession = vi.fn(async () => undefined).mockRejectedValueOnce(refusal)
  const line = mcpLine({ with: { admitSession } })
  const connection = testConnection(line.server)
  expect((await connection.ask(opening))?.error).toEqual({
    code: -32000,
    message: 'Too many sessions at once.',
    data: { code: 'too_many_requests', requestId: 'request-1', retry_after_s: 3 },
  })
  expect(line.refused).toHaveLength(1)
  expect((await connection.ask({ ...opening, id: 1 }))?.result).toHaveProperty('serverInfo')
})

test('what fails is answered in our words, logged and audited', async () => {
  const line = mcpLine({
    callTool: async () => {
      throw new Error('secret of a library')
    },
  })
  const connection = testConnection(line.server)
  await connection.ask(opening)
  const error = vi.fn()
  await connection.say(call(), { ...connection.caller, log: { info() {}, error } })
  expect(connection.sent.at(-1)?.error).toMatchObject({ code: -32603, data: { code: 'internal' } })
  expect(JSON.stringify(connection.sent)).not.toContain('secret')
  expect([error.mock.calls.length, line.refused.length]).toEqual([1, 1])
})

test.for<[string, unknown, number | null]>([
  ['null', null, null],
  ['a number', 7, null],
  ['a batch', [request('ping')], null],
  ['an object', {}, null],
  ['another version', { jsonrpc: '1.0', id: 4, method: 'ping' }, 4],
  ['an id that is null', request('ping', {}, null), null],
  ['an id that is an object', request('ping', {}, {}), null],
  ['an id of 257 characters', request('ping', {}, 'x'.repeat(257)), null],
])('%s is no message: one answer, one audit event', async ([, message, id]) => {
  const line = mcpLine()
  const connection = testConnection(line.server)
  await connection.say(message)
  expect(connection.sent).toMatchObject([{ id, error: { code: -32600 } }])
  expect(line.refused).toHaveLength(1)
})

test('unknown methods are answered, unknown notifications and stray answers are dropped', async () => {
  const line = mcpLine()
  const connection = testConnection(line.server)
  await connection.ask(opening)
  expect((await connection.ask(request('nothing/here')))?.error?.code).toBe(-32601)
  const { length } = connection.sent
  for (const message of [
    { jsonrpc: '2.0', method: 'notifications/nothing' },
    { jsonrpc: '2.0', id: 'nobody:asked:0', result: {} },
    { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x' } },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: {} } },
    { jsonrpc: '2.0', method: 'notifications/cancelled' },
    cancelling('nothing'),
  ]) {
    await connection.say(message)
  }
  expect(connection.sent).toHaveLength(length)
})

test('what a client cancels or answers that is not here bothers no other replica', async () => {
  const line = mcpLine()
  const [send, broadcast] = [vi.spyOn(line.server.bus, 'send'), vi.spyOn(line.server.bus, 'broadcast')]
  const connection = testConnection(line.server)
  await connection.ask(opening)
  await connection.say(cancelling(99))
  await connection.say({ jsonrpc: '2.0', id: 'anotherreplica12:round:0', result: {} })
  connection.close()
  expect([send.mock.calls, broadcast.mock.calls]).toEqual([[], []])
})

test('64 requests run at once; the next one, and one under an id in use, are refused', async () => {
  const held = heldCalls()
  const line = mcpLine(held)
  const connection = testConnection(line.server)
  await connection.ask(opening)
  for (let id = 1; id <= 64; id++) void connection.say(call(id))
  await connection.say(call(65))
  await connection.say(call(64))
  expect(connection.sent.slice(1)).toMatchObject([
    { id: 65, error: { message: 'Too many requests at once on this connection.' } },
    { id: 64, error: { message: 'Invalid request: that id is in use.' } },
  ])
  expect(held.calls).toHaveLength(64)
  held.release()
  await connection.drain()
  expect(connection.sent.filter(({ result }) => result)).toHaveLength(65)
})

test('1 and "1" are two requests; the one that is cancelled is aborted and not answered', async () => {
  const held = heldCalls()
  const line = mcpLine(held)
  const connection = testConnection(line.server)
  await connection.ask(opening)
  const running = [connection.say(call(1)), connection.say(call('1'))]
  await connection.say(cancelling('1'))
  await running[1]
  expect(held.calls.map(({ signal }) => signal.aborted)).toEqual([false, true])
  held.release()
  await running[0]
  expect(connection.sent.map(({ id }) => id)).toEqual([0, 1])
})

test('a question is answered on its own connection, and by nobody else', async () => {
  const line = mcpLine({ callTool: askingCalls })
  const connection = testConnection(line.server)
  const others = [
    testConnection(line.server),
    testConnection(line.server, grantOfCaller({ subject: 'bob' })),
    testConnection(line.server, grantOfCaller({ tenantId: 'globex' })),
  ]
  for (const each of [connection, ...others]) await each.ask(opening)
  const called = connection.ask(call())
  const { id } = await asked(connection)
  const answerOf = (name: string) => ({ jsonrpc: '2.0', id, result: { action: 'accept', content: { name } } })
  for (const each of others) await each.say(answerOf('eve'))
  await connection.say(answerOf('ann'))
  expect(JSON.stringify((await called)?.result)).toContain('ann')
})

test('when the input has ended, open questions fail at once, and so do later ones', async () => {
  const line = mcpLine({ callTool: askingCalls })
  const connection = testConnection(line.server)
  await connection.ask(opening)
  const open = connection.ask(call(1))
  await asked(connection)
  connection.inputEnded()
  expect((await open)?.error?.message).toBe('The question to the user was not answered; nothing was done.')
  expect((await connection.ask(call(2)))?.error?.code).toBe(-32000)
  await connection.drain()
})

test('a client that closes while calls run: they are aborted, nothing is sent, nothing is taken', async () => {
  const held = heldCalls()
  const line = mcpLine(held)
  const connection = testConnection(line.server)
  await connection.ask(opening)
  const running = connection.say(call())
  connection.close()
  connection.close()
  await running
  expect(held.calls[0]?.signal.aborted).toBe(true)
  await connection.say(call(2))
  await line.server.changes.publish('acme', { kind: 'tools' })
  expect(connection.sent.map(({ id }) => id)).toEqual([0])
  await connection.drain()
})

test('subscriptions: acknowledged, told of changes of their tenant, ended by cancel with a farewell', async () => {
  const line = mcpLine()
  const connection = testConnection(line.server)
  await connection.say(listening('s'))
  expect(connection.sent).toMatchObject([{ method: 'notifications/subscriptions/acknowledged' }])
  await connection.say(listening('s'))
  expect(connection.sent.at(-1)?.error?.message).toBe('Invalid request: that id is in use.')
  await line.server.changes.publish('globex', { kind: 'tools' })
  await line.server.changes.publish('acme', { kind: 'tools' })
  await vi.waitFor(() => expect(connection.sent.at(-1)?.method).toBe('notifications/tools/list_changed'))
  expect(connection.sent).toHaveLength(3)
  await connection.say(cancelling('s'))
  expect(connection.sent.at(-1)).toMatchObject({ id: 's', result: { resultType: 'complete' } })
  await line.server.changes.publish('acme', { kind: 'tools' })
  await connection.say(cancelling('s'))
  expect(connection.sent).toHaveLength(4)
})

test.for(['cancelled', 'closed', 'drained'] as const)(
  'a subscription that is %s while it opens holds no place among the streams',
  async (how) => {
    const line = mcpLine()
    const limit = grantOfCaller().tenant.limits.streams.user
    const connection = testConnection(line.server)
    const opening = Array.from({ length: limit }, (_, id) => connection.say(listening(id)))
    if (how === 'closed') connection.close()
    if (how === 'drained') await connection.drain()
    if (how === 'cancelled') for (let id = 0; id < limit; id++) await connection.say(cancelling(id))
    await Promise.all(opening)
    const leave = Array.from({ length: limit }, () => line.server.streams.enter(grantOfCaller()))
    expect(leave.every(Boolean)).toBe(true)
  },
)

test('a connection that drains answers what runs, refuses the rest, and says farewell', async () => {
  const held = heldCalls()
  const line = mcpLine(held)
  const connection = testConnection(line.server)
  await connection.say(listening('s'))
  const running = connection.ask(modernCall)
  let drained = false
  const draining = connection.drain().then(() => {
    drained = true
  })
  expect(connection.sent.at(-1)).toMatchObject({ id: 's', result: {} })
  expect((await connection.ask({ ...modernCall, id: 2 }))?.error?.message).toBe(
    'This connection is ending. Connect again.',
  )
  expect(drained).toBe(false)
  held.release()
  expect((await running)?.result).toBeDefined()
  await draining
})

test('each message has the caller that brought it', async () => {
  const line = mcpLine()
  const connection = testConnection(line.server)
  await connection.ask(opening)
  const narrow = grantOfCaller({ scopes: [] })
  await Promise.all([
    connection.say(call(1), callerWith(grantOfCaller(), 'request-7')),
    connection.say(call(2), callerWith(narrow, 'request-8')),
  ])
  expect(line.calls.map(({ requestId, grant }) => [requestId, grant.principal.scopes])).toEqual([
    ['request-7', ['aws:read']],
    ['request-8', []],
  ])
})

test('what is sent right behind initialize waits for it', async () => {
  const connection = testConnection(mcpLine().server)
  await Promise.all([
    connection.say(opening),
    connection.say({ jsonrpc: '2.0', method: 'notifications/initialized' }),
    connection.say(request('tools/list', {}, 'second')),
  ])
  expect(connection.sent.map(({ id, result }) => [id, result !== undefined])).toEqual([
    [opening.id, true],
    ['second', true],
  ])
})
