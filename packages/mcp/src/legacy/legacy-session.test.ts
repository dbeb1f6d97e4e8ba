import { expect, test } from 'vitest'
import { call, heldTool, said } from '../testing/answers.ts'
import { grantOfCaller } from '../testing/grants.ts'
import { mcpLine, request } from '../testing/mcp-line.ts'
import { sampleOffer } from '../testing/sample-offer.ts'

const code = (answer: { status: number; json: { error?: { code: number } } }) => [
  answer.status,
  answer.json.error?.code,
]

const only = (line: ReturnType<typeof mcpLine>) => [...line.kept.values()][0]

test('setLevel is kept, and decides what is sent of log messages', async () => {
  const line = mcpLine({
    async callTool({ interaction }) {
      for (const level of ['debug', 'info', 'error'] as const) interaction.log(level, level)
      return said('done')
    },
  })
  const session = await line.open()
  const levels = async () => {
    const { sink, answer } = line.stream(call(), session)
    await answer
    return sink.messages().flatMap(({ params }) => params?.level ?? [])
  }
  expect(await levels()).toEqual(['info', 'error'])
  expect((await line.post(request('logging/setLevel', { level: 'error' }), session)).json.result).toEqual({})
  expect(await levels()).toEqual(['error'])
  await line.post(request('logging/setLevel', { level: 'debug' }), session)
  expect(await levels()).toEqual(['debug', 'info', 'error'])
  await line.post(request('logging/setLevel', { level: 'emergency' }), session)
  expect(await levels()).toEqual([])
})

test('outside of a session no log message is sent', async () => {
  const line = mcpLine({
    async callTool({ interaction }) {
      interaction.log('emergency', 'x')
      return said('done')
    },
  })
  expect((await line.post(call())).json.result).toBeDefined()
})

test.for([undefined, {}, { level: 'loud' }, { level: 7 }, { level: 'constructor' }, { level: '' }, []])(
  'setLevel with %j is wrong, and changes nothing',
  async (params) => {
    const line = mcpLine()
    const session = await line.open()
    expect(code(await line.post(request('logging/setLevel', params), session))[1]).not.toBe(undefined)
    expect(only(line)?.logLevel).toBeUndefined()
  },
)

test.for(['logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'])(
  '%s needs a session',
  async (method) => {
    const answer = await mcpLine().post(request(method, { level: 'info', uri: 'test://text' }))
    expect([...code(answer), answer.refusals.length]).toEqual([400, -32000, 1])
  },
)

test('subscriptions are kept once each, until they are taken back', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const session = await line.open()
  for (const uri of ['test://text', 'test://items/1', 'test://text']) {
    expect((await line.post(request('resources/subscribe', { uri }), session)).json.result).toEqual({})
  }
  expect(only(line)?.subscriptions).toEqual(['test://text', 'test://items/1'])
  await line.post(request('resources/unsubscribe', { uri: 'test://text' }), session)
  await line.post(request('resources/unsubscribe', { uri: 'test://never' }), session)
  expect(only(line)?.subscriptions).toEqual(['test://items/1'])
})

test.for([
  'test://nothing',
  'test://secret',
  'test://change/1',
  'test://items/{item}/..',
  'test://items/..',
  'test://items/',
  `test://items/${'x'.repeat(3000)}`,
  '',
  7,
  undefined,
])('nobody subscribes to %j, and what may not be read is as unknown as what is not there', async (uri) => {
  const line = mcpLine({ offer: sampleOffer })
  const answer = await line.post(request('resources/subscribe', { uri }), await line.open())
  expect(code(answer)).toEqual([200, -32002])
  expect(answer.json.error.message).toBe('There is no such resource.')
  expect(only(line)?.subscriptions).toBeUndefined()
})

test('a session has at most 100 subscriptions, and room for as many as a hundred short ones', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const session = await line.open()
  const subscribe = async (uri: string) =>
    code(await line.post(request('resources/subscribe', { uri }), session))
  for (let n = 0; n < 100; n++) expect(await subscribe(`test://items/${n}`)).toEqual([200, undefined])
  expect(await subscribe('test://items/100')).toEqual([200, -32000])
  expect(await subscribe('test://items/7')).toEqual([200, undefined])
  const other = await line.open()
  const long = async (n: number) =>
    code(
      await line.post(request('resources/subscribe', { uri: `test://items/${n}${'x'.repeat(1900)}` }), other),
    )[1]
  const codes = []
  for (let n = 0; n < 10; n++) codes.push(await long(n))
  expect(codes).toEqual([...Array(8).fill(undefined), -32000, -32000])
})

test('a bound that another request reached meanwhile is one all the same', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const session = await line.open()
  const answers = await Promise.all(
    Array.from({ length: 105 }, (_, n) =>
      line.post(request('resources/subscribe', { uri: `test://items/${n}` }, n), session),
    ),
  )
  expect(answers.filter(({ json }) => json.error).length).toBe(5)
  expect(only(line)?.subscriptions).toHaveLength(100)
})

test('an update cannot give a session to somebody else', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const session = await line.open()
  const before = only(line)
  await line.post(
    request('logging/setLevel', { level: 'info', id: 'x', principalId: 'y', tenantId: 'z' }),
    session,
  )
  expect(only(line)).toEqual({ ...before, logLevel: 'info' })
  for (const stranger of [grantOfCaller({ subject: 'bob' }), grantOfCaller({ tenantId: 'globex' })]) {
    expect(code(await line.post(request('logging/setLevel', { level: 'debug' }), session, stranger))).toEqual(
      [404, -32001],
    )
  }
  expect(only(line)?.logLevel).toBe('info')
})

test.for<[unknown, unknown, boolean]>([
  [1, 1, true],
  ['1', '1', true],
  [1, '1', false],
  ['1', 1, false],
  [1, 1.5, false],
  [0, -0, true],
])('call %j is cancelled by %j: %s', async ([id, named, cancelled]) => {
  const tool = heldTool()
  const line = mcpLine(tool)
  const session = await line.open()
  const { answer, sink } = line.stream(call({ id }), session)
  await new Promise(setImmediate)
  await line.post(
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: named } },
    session,
  )
  expect(tool.calls[0]?.signal.aborted).toBe(cancelled)
  tool.end()
  await answer
  expect(sink.open).toBe(false)
})

test('one call of a batch asks on the stream of all, and its answers come last', async () => {
  const line = mcpLine({
    async callTool({ interaction }) {
      interaction.progress(1)
      return said('done')
    },
  })
  const session = await line.open('2025-03-26')
  const { sink, answer } = line.stream([request('ping', undefined, 0), call(), call({ id: 2 })], session)
  expect((await answer).streamed).toBe(true)
  expect(sink.messages().map(({ id, method }) => id ?? method)).toEqual([
    'notifications/progress',
    'notifications/progress',
    0,
    1,
    2,
  ])
  expect(sink.open).toBe(false)
})

test('the answers of a batch are bounded', async () => {
  const line = mcpLine({ callTool: async () => said('x'.repeat(400_000)) })
  const { body } = await line.post([call(), call({ id: 2 }), call({ id: 3 })])
  const answers = JSON.parse(body)
  expect(answers.map(({ error }: { error?: { code: number } }) => error?.code)).toEqual([
    undefined,
    undefined,
    -32000,
  ])
  expect(line.calls).toHaveLength(2)
})
