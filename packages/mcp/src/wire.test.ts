import { callTool, cursorCodec, type ToolCall } from '@gateway/domain'
import {
  CallToolResultSchema,
  EmptyResultSchema,
  InitializeResultSchema,
  JSONRPCMessageSchema,
  ListToolsResultSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import { specTypeSchemas } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'
import { initialize, mcpLine, modern, request } from './testing/mcp-line.ts'
import { sampleTools } from './testing/sample-tools.ts'

// What we answer, judged by the official schemas.

const call = { name: 'aws_ec2_list_things', arguments: {} }

/** The line itself, with nothing behind it: the sample tools ask AWS nothing. */
const wholeLine = (made: ToolCall) =>
  callTool(
    {
      tools: new Map(sampleTools.map((tool) => [tool.name, tool])),
      limiter: { take: async () => ({ allowed: true }) },
      aws: { send: () => Promise.reject(new Error('nothing is sent')), sessionName: () => 'session' },
      cursors: cursorCodec(Buffer.alloc(32), Date.now),
      audit: { append: async () => {} },
      now: Date.now,
    },
    made,
  )

test.for([
  ['ping', undefined, EmptyResultSchema],
  ['initialize', initialize(), InitializeResultSchema],
  ['tools/list', {}, ListToolsResultSchema],
  ['tools/call', call, CallToolResultSchema],
  ['tools/call', { ...call, arguments: { account: 'nobody' } }, CallToolResultSchema],
] as const)('legacy %s %j is what the protocol says', async ([method, params, schema]) => {
  const { json } = await mcpLine({ callTool: wholeLine }).post(request(method, params))
  expect(JSONRPCMessageSchema.parse(json)).toEqual(json)
  expect(schema.strict().parse(json.result)).toEqual(json.result)
})

test.for([
  ['server/discover', {}, specTypeSchemas.DiscoverResult],
  ['tools/list', {}, specTypeSchemas.ListToolsResult],
  ['tools/call', call, specTypeSchemas.CallToolResult],
  ['tools/call', { ...call, arguments: { account: 'nobody' } }, specTypeSchemas.CallToolResult],
] as const)('modern %s %j is what the protocol says', async ([method, params, schema]) => {
  const { body, headers } = modern(method, params)
  const { json } = await mcpLine({ callTool: wholeLine }).post(body, headers)
  const message = specTypeSchemas.JSONRPCMessage['~standard'].validate(json)
  expect(message).toEqual({ value: json })
  expect(schema['~standard'].validate(json.result)).toEqual({ value: json.result })
  // On the wire of 2026-07-28 every result says that it is complete.
  expect(json.result.resultType).toBe('complete')
})

test('errors of both eras are JSON-RPC errors', async () => {
  const line = mcpLine()
  const { body, headers } = modern('nothing/here')
  for (const { json } of [
    await line.post(request('nothing/here')),
    await line.post(request('ping'), { 'mcp-session-id': 'nobody' }),
    await line.post(body, headers),
    await line.post(body, { ...headers, 'mcp-method': 'x' }),
  ]) {
    expect(JSONRPCMessageSchema.parse(json)).toEqual(json)
    expect(specTypeSchemas.JSONRPCErrorResponse['~standard'].validate(json)).toEqual({ value: json })
  }
})

test("answers and refusals fit the tool's own output schema, as strict clients check them", async () => {
  const line = mcpLine({ callTool: wholeLine })
  const list = ListToolsResultSchema.parse((await line.post(request('tools/list'))).json.result)
  const schema = list.tools.find(({ name }) => name === call.name)?.outputSchema
  if (!schema) throw new Error('the tool has no output schema')
  const validate = new AjvJsonSchemaValidator().getValidator(schema as JsonSchemaType)
  for (const [args, isError] of [
    [{}, undefined],
    [{ account: 'nobody' }, true],
    [{ filter: 7, unknown: 1 }, true],
  ] as const) {
    const { result } = (await line.post(request('tools/call', { ...call, arguments: args }))).json
    expect(result.isError).toBe(isError)
    expect(validate(result.structuredContent)).toMatchObject({ valid: true })
  }
  for (const wrong of [
    {},
    { data: { things: [] } },
    { data: {}, receipt: {}, untrusted: true },
    { error: {} },
  ]) {
    expect([wrong, validate(wrong).valid]).toEqual([wrong, false])
  }
})
