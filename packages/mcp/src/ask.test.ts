import { type InputNeeded, needInput, type ToolCall } from '@gateway/domain'
import { afterEach, expect, test, vi } from 'vitest'
import { call, said } from './testing/answers.ts'
import { grantOfCaller } from './testing/grants.ts'
import { mcpLine, request } from './testing/mcp-line.ts'
import { replicaPair } from './testing/replica-pair.ts'

afterEach(() => {
  vi.useRealTimers()
})

const question = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Who?', requestedSchema: {} },
} as const

/** Asks until it has what it asked for, and says it. */
const asking =
  (needs: InputNeeded['needs'] = { who: question }) =>
  async ({ interaction: { answers, state } }: ToolCall) =>
    Object.keys(needs).every((key) => key in answers)
      ? said(JSON.stringify({ answers, state }))
      : needInput(needs, { n: 1 })

const capabilities = { elicitation: {}, sampling: {}, roots: {} }

/** A call that has asked, with ways to answer it. */
const asked = async (options: Parameters<typeof replicaPair>[0] = { callTool: asking() }) => {
  const pair = replicaPair(options)
  const session = await pair.one.open('2025-11-25', undefined, capabilities)
  const { sink, answer } = pair.one.stream(call(), session)
  await vi.waitFor(() =>
    expect(sink.messages().some(({ method }) => method === 'elicitation/create')).toBe(true),
  )
  const questions = sink.messages().filter(({ method }) => method === 'elicitation/create')
  const id = questions[0]?.id ?? ''
  const reply = (rest: object, headers = session, line = pair.two, grant = grantOfCaller()) =>
    line.post({ jsonrpc: '2.0', id, ...rest }, headers, grant)
  const end = () => vi.waitFor(() => expect(sink.open).toBe(false)).then(() => sink.messages().at(-1))
  return { pair, session, sink, answer, questions, id, reply, end }
}

const accepted = { result: { action: 'accept', content: { name: 'Ann' } } }

test('a question goes out on the stream of its call, and its answer may come in at another replica', async () => {
  const { reply, end, questions, pair } = await asked()
  expect(questions).toMatchObject([
    { jsonrpc: '2.0', ...question, id: expect.stringMatching(/^replica-one:[\w-]{12}:0$/) },
  ])
  expect(await reply(accepted)).toMatchObject({ status: 202, body: '' })
  const text = JSON.stringify({ answers: { who: accepted.result }, state: { n: 1 } })
  expect(await end()).toMatchObject({ id: 1, result: { content: [{ text }] } })
  expect(pair.two.calls).toEqual([])
})

test('a handler that asks for several things gets all of them under its own keys', async () => {
  const { reply, end, sink, session, pair } = await asked({
    callTool: asking({ who: question, constructor: question, roots: { method: 'roots/list', params: {} } }),
  })
  const [, second, third] = sink.messages()
  await pair.one.post({ jsonrpc: '2.0', id: third?.id, result: { roots: [] } }, session)
  await pair.two.post({ jsonrpc: '2.0', id: second?.id, result: { action: 'decline' } }, session)
  await reply(accepted)
  const result = JSON.stringify((await end())?.result)
  for (const part of ['who', 'constructor', 'decline', 'roots']) expect(result).toContain(part)
})

test('an error is a refusal to answer, which is audited once, and other questions end with it', async () => {
  const { reply, answer, end } = await asked({ callTool: asking({ who: question, other: question }) })
  await reply({ error: { code: -32603, message: 'no' } })
  expect(await end()).toMatchObject({ id: 1, error: { code: -32000 } })
  expect((await answer).refusals).toHaveLength(1)
})

test.for(['yes', null, [], 7])(
  'the result %j is no answer at all, and the question stays',
  async (result) => {
    const { reply, end } = await asked()
    expect((await reply({ result })).status).toBe(400)
    await reply(accepted)
    expect((await end())?.result).toBeDefined()
  },
)

test("nobody answers another session's question, not even its own user in another session", async () => {
  const { pair, id, sink, reply } = await asked()
  const bob = grantOfCaller({ subject: 'bob' })
  const globex = grantOfCaller({ tenantId: 'globex' })
  for (const line of [pair.one, pair.two]) {
    for (const grant of [grantOfCaller(), bob, globex]) {
      const other = await line.open('2025-11-25', grant, capabilities)
      expect((await reply(accepted, other, line, grant)).status).toBe(202)
    }
  }
  // Without any session, and with a session of somebody else.
  await pair.one.post({ jsonrpc: '2.0', id, ...accepted })
  await new Promise(setImmediate)
  expect(sink.open).toBe(true)
})

test('a session of somebody else does not even take an answer', async () => {
  const { session, reply, pair, sink } = await asked()
  expect((await reply(accepted, session, pair.two, grantOfCaller({ subject: 'bob' }))).status).toBe(404)
  expect(sink.open).toBe(true)
})

test('an answer is heard once, and one that comes late is nothing', async () => {
  const { reply, end } = await asked()
  await reply(accepted)
  await end()
  expect((await reply(accepted)).status).toBe(202)
})

test('a question waits for five minutes, and no longer', async () => {
  vi.useFakeTimers()
  const line = mcpLine({ callTool: asking() })
  const session = await line.open('2025-11-25', undefined, capabilities)
  const { sink, answer } = line.stream(call(), session)
  await vi.advanceTimersByTimeAsync(299_999)
  expect(sink.open).toBe(true)
  await vi.advanceTimersByTimeAsync(1)
  expect(await answer).toMatchObject({ streamed: true, refusals: [{ code: -32000 }] })
  expect(vi.getTimerCount()).toBe(0)
})

test('a cancelled call asks no more: open questions end, and new ones are not sent', async () => {
  const { pair, session, end, sink } = await asked()
  await pair.two.post(
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: '1' } },
    session,
  )
  await new Promise(setImmediate)
  expect(sink.open).toBe(true)
  await pair.two.post(
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
    session,
  )
  expect(await end()).toMatchObject({ id: 1, error: { code: -32000 } })

  const late = mcpLine({
    async callTool(made) {
      await new Promise((resolve) => made.signal.addEventListener('abort', resolve))
      return needInput({ who: question })
    },
  })
  const other = await late.open('2025-11-25', undefined, capabilities)
  const { sink: silent, answer } = late.stream(call(), other)
  await vi.waitFor(() => expect(late.calls).toHaveLength(1))
  await late.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }, other)
  expect((await answer).json.error.code).toBe(-32000)
  expect(silent.frames).toEqual([])
})

test("nobody else's cancellation ends a call", async () => {
  const { pair, sink, session } = await asked()
  const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
  const bob = grantOfCaller({ subject: 'bob' })
  await pair.two.post(cancel)
  await pair.two.post(cancel, await pair.two.open())
  expect((await pair.two.post(cancel, session, bob)).status).toBe(404)
  for (const params of [undefined, {}, [], { requestId: null }, { requestId: {} }, { requestId: '1' }]) {
    await pair.two.post({ ...cancel, params }, session)
  }
  await new Promise(setImmediate)
  expect(sink.open).toBe(true)
})

test('what the client did not declare is not asked', async () => {
  for (const [declared, needs] of [
    [{}, { who: question }],
    [{ elicitation: {} }, { who: { ...question, params: { ...question.params, mode: 'url' } } }],
    [{ elicitation: {} }, { who: question, model: { method: 'sampling/createMessage', params: {} } }],
  ] as const) {
    const line = mcpLine({ callTool: asking(needs) })
    const answer = await line.post(call(), await line.open('2025-11-25', undefined, declared))
    expect([answer.status, answer.json.error.code, answer.refusals.length]).toEqual([200, -32021, 1])
    // Without a session nothing is known of the client.
    expect((await line.post(call())).json.error.code).toBe(-32021)
  }
})

test('a handler that asks for ever is cut off after ten rounds', async () => {
  const line = mcpLine({ callTool: async () => needInput({ who: question }) })
  const session = await line.open('2025-11-25', undefined, capabilities)
  const { sink, answer } = line.stream(call(), session)
  const seen = new Set<unknown>()
  while (sink.open) {
    await new Promise(setImmediate)
    const id = sink.messages().at(-1)?.id
    if (seen.has(id) || !sink.open) continue
    seen.add(id)
    await line.post({ jsonrpc: '2.0', id, ...accepted }, session)
  }
  expect([line.calls.length, (await answer).refusals.length]).toEqual([10, 1])
  expect(sink.messages().at(-1)?.error?.code).toBe(-32603)
})

test('resources and prompts may ask as well', async () => {
  const line = mcpLine({
    readResource: async ({ interaction }) =>
      interaction.answers.who ? { contents: [] } : needInput({ who: question }),
    getPrompt: async ({ interaction }) =>
      interaction.answers.who ? { description: '', messages: [] } : needInput({ who: question }),
  })
  const session = await line.open('2025-11-25', undefined, capabilities)
  for (const body of [
    request('resources/read', { uri: 'test://x' }),
    request('prompts/get', { name: 'x' }),
  ]) {
    const { sink, answer } = line.stream(body, session)
    await vi.waitFor(() => expect(sink.messages()).toHaveLength(1))
    await line.post({ jsonrpc: '2.0', id: sink.messages()[0]?.id, ...accepted }, session)
    await answer
    expect(sink.messages().at(-1)?.result).toBeDefined()
  }
})

test('a call that waits for an answer when its replica dies asks anew on the other one', async () => {
  const { pair, sink, session } = await asked()
  sink.breakOff()
  pair.killOne()
  const again = pair.two.get({ ...session, 'last-event-id': sink.ids()[0] ?? '' })
  await vi.waitFor(() => expect(again.sink.messages().at(-1)?.id).toMatch(/^replica-two:/))
  await pair.two.post({ jsonrpc: '2.0', id: again.sink.messages().at(-1)?.id, ...accepted }, session)
  await vi.waitFor(() => expect(again.sink.open).toBe(false))
  expect(again.sink.messages().at(-1)).toMatchObject({ id: 1, result: expect.anything() })
})
