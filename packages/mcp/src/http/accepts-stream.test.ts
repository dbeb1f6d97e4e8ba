import { needInput, type ToolCall } from '@gateway/domain'
import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { mcpLine, request } from '../testing/mcp-line.ts'
import { acceptsStream } from './accepts-stream.ts'

test.for([
  [undefined, true],
  ['application/json, text/event-stream', true],
  ['text/event-stream', true],
  ['*/*', true],
  ['TEXT/*;q=0.5', true],
  ['application/json', false],
  ['application/json, text/event-stream;q=0', false],
  ['application/json, text/event-stream; q=0.000', false],
  ['text/html', false],
  ['', false],
] as const)('%j: %s', ([accept, expected]) => {
  expect(acceptsStream(accept)).toBe(expected)
})

test('who takes JSON only gets JSON, without what came before the answer, and is asked nothing', async () => {
  const talkative = async (call: ToolCall) => {
    call.interaction.progress(1, 2)
    if (call.args.ask) return needInput({ name: { method: 'elicitation/create', params: {} } })
    return { text: 'done', structured: {}, isError: false }
  }
  const line = mcpLine({ callTool: talkative })
  const session = await line.open('2025-11-25', grantOfCaller(), { elicitation: {} })
  const params = (args: object) => ({ name: 'x', arguments: args, _meta: { progressToken: 'p' } })
  const json = { ...session, accept: 'application/json' }
  const answer = await line.post(request('tools/call', params({})), json)
  expect(answer).toMatchObject({ status: 200, json: { result: { content: [{ text: 'done' }] } } })
  const asking = await line.post(request('tools/call', params({ ask: true })), json)
  expect(asking.json.error).toMatchObject({
    code: -32021,
    data: { requiredCapabilities: { elicitation: {} } },
  })
  const { sink, answer: streamed } = line.stream(request('tools/call', params({})), session)
  expect((await streamed).streamed).toBe(true)
  expect(sink.messages().map(({ method, result }) => method ?? typeof result)).toEqual([
    'notifications/progress',
    'object',
  ])
})
