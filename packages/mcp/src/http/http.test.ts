import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { initialize, mcpLine, modern, request } from '../testing/mcp-line.ts'

const call = { name: 'aws_ec2_list_things', arguments: { filter: 'x' } }

test.for<[string, unknown]>([
  ['null', null],
  ['a number', 7],
  ['a string', 'ping'],
  ['nothing', undefined],
  ['an empty object', {}],
  ['no jsonrpc', { id: 1, method: 'ping' }],
  ['another jsonrpc', { jsonrpc: '1.0', id: 1, method: 'ping' }],
  ['a method that is no string', { jsonrpc: '2.0', id: 1, method: 7 }],
  ['neither method nor result', { jsonrpc: '2.0', id: 1 }],
  ['params that are a string', { jsonrpc: '2.0', id: 1, method: 'ping', params: 'x' }],
])('%s is no JSON-RPC', async ([, body]) => {
  const { status, json, refusals } = await mcpLine().post(body)
  expect([status, json.error.code]).toEqual([400, -32600])
  expect(refusals[0]?.code).toBe(-32600)
})

test.for<[string, unknown]>([
  ['null', null],
  ['an object', {}],
  ['a list', [1]],
  ['a boolean', true],
  ['1e400', Number.POSITIVE_INFINITY],
  ['a fraction', 1.5],
  ['beyond what JSON keeps exact', 2 ** 53],
  ['a string of 257 characters', 'x'.repeat(257)],
  ['a string of a megabyte', 'x'.repeat(1_048_576)],
])('an id that is %s is refused in both eras, and not repeated', async ([, id]) => {
  const line = mcpLine()
  const { body, headers } = modern('tools/list', {}, id)
  for (const answer of [await line.post(request('ping', undefined, id)), await line.post(body, headers)]) {
    expect([answer.status, answer.json.id, answer.json.error.code]).toEqual([400, null, -32600])
    expect(answer.body.length).toBeLessThan(300)
  }
})

test.for<[unknown]>([[0], [-1], [2 ** 53 - 1], [''], ['x'.repeat(256)], ['ü"\\\n\u2028']])(
  'the id %j comes back as it was, in both eras',
  async ([id]) => {
    const line = mcpLine()
    const { body, headers } = modern('tools/list', {}, id)
    expect((await line.post(body, headers)).json).toMatchObject({ jsonrpc: '2.0', id })
    expect((await line.post(request('ping', undefined, id))).json).toEqual({ jsonrpc: '2.0', id, result: {} })
  },
)

test('a call reaches the line with what belongs to it and nothing else of the request', async () => {
  const line = mcpLine()
  const { body, headers } = modern('tools/call', call)
  await line.post(body, headers)
  await line.post(request('tools/call', call))
  expect(line.calls.map(({ era }) => era)).toEqual(['modern', 'legacy'])
  for (const { clientInfo, ...each } of line.calls) {
    expect(clientInfo).toEqual(each.era === 'modern' ? { name: 'editor', version: '1.0.0' } : undefined)
    expect(Object.keys(each).sort()).toEqual(
      ['args', 'era', 'grant', 'interaction', 'log', 'requestId', 'signal', 'sourceIp', 'tool'].sort(),
    )
    expect(each).toMatchObject({
      tool: call.name,
      args: call.arguments,
      requestId: 'request-1',
      sourceIp: '192.0.2.1',
    })
  }
})

test.for<[string, unknown]>([
  ['no params', undefined],
  ['no name', {}],
  ['a name that is no string', { name: 7 }],
  ['arguments that are a list', { ...call, arguments: [] }],
  ['arguments that are a string', { ...call, arguments: 'filter' }],
])('tools/call with %s is wrong in both eras, and nothing is called', async ([, params]) => {
  const line = mcpLine()
  const { body, headers } = modern('tools/call', (params ?? {}) as Record<string, unknown>)
  for (const answer of [await line.post(request('tools/call', params)), await line.post(body, headers)]) {
    expect([answer.status, answer.json.error.code]).toEqual([200, -32602])
  }
  expect(line.calls).toEqual([])
})

test('absent arguments are none', async () => {
  const line = mcpLine()
  await line.post(request('tools/call', { name: call.name }))
  expect(line.calls[0]?.args).toEqual({})
})

test('an unknown tool is a protocol error in both eras, which the line has audited or has not', async () => {
  const { body, headers } = modern('tools/call', { name: 'aws_nothing' })
  for (const audited of [true, false]) {
    const line = mcpLine({
      async callTool() {
        throw Object.assign(new GatewayError('unknown_tool', 'Unknown tool.'), { audited })
      },
    })
    for (const answer of [
      await line.post(request('tools/call', { name: 'aws_nothing' })),
      await line.post(body, headers),
    ]) {
      expect(answer.json.error).toEqual({
        code: -32602,
        message: 'Unknown tool.',
        data: { code: 'unknown_tool' },
      })
      expect([answer.status, answer.refusals.length === 0]).toEqual([200, audited])
    }
  }
})

test('a refusal of the line is a result, so that a model can act on it', async () => {
  const structured = { error: { code: 'no_role', message: 'You have no role.' } }
  const line = mcpLine({ callTool: async () => ({ text: 'You have no role.', structured, isError: true }) })
  const { body, headers } = modern('tools/call', call)
  for (const answer of [await line.post(request('tools/call', call)), await line.post(body, headers)]) {
    expect([answer.status, answer.refusals]).toEqual([200, []])
    expect(answer.json.result).toMatchObject({
      content: [{ type: 'text', text: 'You have no role.' }],
      structuredContent: structured,
      isError: true,
    })
  }
})

test('a fault of the infrastructure is for the edge to answer', async () => {
  const fault = new GatewayError('unavailable', 'Not now.')
  const line = mcpLine({
    callTool: async () => {
      throw fault
    },
  })
  const { body, headers } = modern('tools/call', call)
  await expect(line.post(body, headers)).rejects.toBe(fault)
  await expect(line.post(request('tools/call', call))).rejects.toBe(fault)
  await expect(line.post([request('ping'), request('tools/call', call)])).rejects.toBe(fault)
})

test('a list has one page, so every cursor is unknown', async () => {
  const line = mcpLine()
  const { body, headers } = modern('tools/list', { cursor: 'next' })
  for (const answer of [
    await line.post(request('tools/list', { cursor: '' })),
    await line.post(body, headers),
  ]) {
    expect([answer.status, answer.json.error.code]).toEqual([200, -32602])
  }
})

test('every answer with a body is JSON, and one without has no content type', async () => {
  const line = mcpLine()
  const answers = [
    await line.post(request('ping')),
    await line.post(request('initialize', initialize())),
    await line.post(null),
    await line.post([request('ping')]),
    await line.post({ jsonrpc: '2.0', method: 'notifications/initialized' }),
  ]
  for (const { headers, body } of answers) {
    expect(headers['content-type']).toBe(body === '' ? undefined : 'application/json')
  }
})
