import { GatewayError, needInput, type ToolCall } from '@gateway/domain'
import { expect, test } from 'vitest'
import { gate, said } from '../testing/answers.ts'
import { grantOfCaller } from '../testing/grants.ts'
import { declaring, mcpLine, modern } from '../testing/mcp-line.ts'
import { replicaPair } from '../testing/replica-pair.ts'

const question = { method: 'elicitation/create', params: { message: 'Who?', requestedSchema: {} } } as const

/** Counts its rounds in its state, and ends with the third. */
const counting = async ({ interaction: { answers, state } }: ToolCall) => {
  const round = Number(state ?? 0)
  if (round === 2) return said(JSON.stringify(answers))
  return needInput({ who: question }, round + 1)
}

const call = (params: object = {}, capabilities: object = { elicitation: {} }) =>
  modern('tools/call', { name: 'x', arguments: { a: 1, b: 2 }, ...params, _meta: declaring(capabilities) })

const post = (
  line: ReturnType<typeof mcpLine>,
  params: object = {},
  grant = grantOfCaller(),
  capabilities?: object,
) => {
  const { body, headers } = call(params, capabilities)
  return line.post(body, headers, grant)
}

const inputResponses = { who: { action: 'accept', content: {} } }

test('a handler asks by its result, round by round, on any replica', async () => {
  const { one, two } = replicaPair({ callTool: counting })
  const first = (await post(one)).json.result
  expect(first).toMatchObject({ resultType: 'input_required', inputRequests: { who: question } })
  expect(Object.keys(first).sort()).toEqual(['_meta', 'inputRequests', 'requestState', 'resultType'])
  const second = (await post(two, { inputResponses, requestState: first.requestState })).json.result
  expect(second.resultType).toBe('input_required')
  const third = (await post(one, { inputResponses, requestState: second.requestState })).json.result
  expect(third).toMatchObject({ resultType: 'complete', content: [{ text: JSON.stringify(inputResponses) }] })
})

test.for<[string, object, ReturnType<typeof grantOfCaller>?]>([
  ['by another user', {}, grantOfCaller({ subject: 'bob' })],
  ['in another tenant', {}, grantOfCaller({ tenantId: 'globex' })],
  ['for another tool', { name: 'y' }],
  ['for other arguments', { arguments: { a: 1, b: 3 } }],
  ['for one argument more', { arguments: { a: 1, b: 2, c: null } }],
  ['for no arguments', { arguments: undefined }],
  ['with another parameter', { task: {} }],
])('a state is refused %s, and is still good for its own request', async ([, changes, grant]) => {
  const line = mcpLine({ callTool: counting })
  const { requestState } = (await post(line)).json.result
  const answer = await post(line, { inputResponses, requestState, ...changes }, grant)
  expect([answer.status, answer.json.error.code, answer.refusals.length]).toEqual([200, -32602, 1])
  expect(answer.json.error.data).toEqual({ code: 'invalid_request_state' })
  expect(line.calls).toHaveLength(1)
  const own = await post(line, { arguments: { b: 2, a: 1 }, inputResponses, requestState })
  expect(own.json.result).toBeDefined()
})

test('a state works once, on all replicas together', async () => {
  const { one, two } = replicaPair({ callTool: counting })
  const { requestState } = (await post(one)).json.result
  const answers = await Promise.all(
    [one, two, one].map((line) => post(line, { inputResponses, requestState })),
  )
  expect(answers.filter(({ json }) => json.result).length).toBe(1)
})

test.for<[unknown]>([[''], ['.'], ['a.b'], [7], [null], [{}], [['x']], ['x'.repeat(70_000)]])(
  'the state %j is refused like any',
  async ([requestState]) => {
    const line = mcpLine({ callTool: counting })
    const answer = await post(line, { inputResponses, requestState })
    expect([answer.json.error.code, answer.body.length < 400]).toEqual([-32602, true])
    expect(line.calls).toEqual([])
  },
)

test.for<[unknown]>([[undefined], [null], ['x'], [[]], [{ who: 'x' }], [{ who: null }], [{ who: [] }]])(
  'the answers %j are wrong, and use up no state',
  async ([given]) => {
    const line = mcpLine({ callTool: counting })
    const { requestState } = (await post(line)).json.result
    expect((await post(line, { inputResponses: given, requestState })).json.error.code).toBe(-32602)
    expect((await post(line, { inputResponses, requestState })).json.result).toBeDefined()
  },
)

test('answers that nobody asked for, of whatever name, do no harm', async () => {
  const line = mcpLine({ callTool: async ({ interaction }) => said(Object.keys(interaction.answers).join()) })
  const given = JSON.parse('{"__proto__":{"x":1},"constructor":{},"toString":{}}')
  const { result } = (await post(line, { inputResponses: given })).json
  expect(result.content).toEqual([{ type: 'text', text: '__proto__,constructor,toString' }])
  expect({}).not.toHaveProperty('x')
})

test('what the client did not declare is not asked, and nothing is signed', async () => {
  const answer = await post(mcpLine({ callTool: counting }), {}, grantOfCaller(), {})
  expect([answer.status, answer.json.error.code]).toEqual([400, -32021])
  expect(answer.json.error.data).toEqual({ requiredCapabilities: { elicitation: {} } })
  expect(answer.refusals).toHaveLength(1)
})

test('answers are taken by the methods that ask, and by no others', async () => {
  const line = mcpLine({ callTool: counting })
  const { body, headers } = modern('tools/list', { inputResponses: 'x', requestState: 'x' })
  expect((await line.post(body, headers)).json.result).toBeDefined()
})

test('a client that goes away cancels its request, and is told nothing more', async () => {
  const started = gate()
  const line = mcpLine({
    async callTool({ signal, interaction }) {
      started.open()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      interaction.progress(1)
      interaction.log('error', 'x')
      return needInput({ who: question })
    },
  })
  const { body, headers } = call({ _meta: undefined })
  Object.assign(body.params as object, {
    _meta: {
      ...Object((body.params as { _meta: object })._meta),
      progressToken: 1,
      'io.modelcontextprotocol/logLevel': 'debug',
    },
  })
  const { sink, answer, opened } = line.stream(body, headers)
  await started.passed
  sink.breakOff()
  await answer
  expect([sink.frames, opened()]).toEqual([[], 0])
})

test('the level of log messages comes with the request, and without one none are sent', async () => {
  for (const [level, count] of [
    ['info', 2],
    ['error', 1],
    [undefined, 0],
    ['loud', 0],
  ] as const) {
    const line = mcpLine({
      async callTool({ interaction }) {
        for (const each of ['debug', 'info', 'error'] as const) interaction.log(each, each)
        return said('done')
      },
    })
    const { body, headers } = modern('tools/call', {
      name: 'x',
      _meta: level === undefined ? {} : { 'io.modelcontextprotocol/logLevel': level },
    })
    const { sink, answer } = line.stream(body, headers)
    await answer
    expect(sink.messages().filter(({ method }) => method === 'notifications/message')).toHaveLength(count)
  }
})

test('a store that is away is a fault, never a state that works', async () => {
  const line = mcpLine({ callTool: counting })
  const { requestState } = (await post(line)).json.result
  Object.assign(line.server.records, {
    create: () => Promise.reject(new GatewayError('unavailable', 'away')),
  })
  await expect(post(line, { inputResponses, requestState })).rejects.toThrow('away')
  expect(line.calls).toHaveLength(1)
})
