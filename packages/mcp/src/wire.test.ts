import {
  CallToolResultSchema,
  CompleteResultSchema,
  EmptyResultSchema,
  GetPromptResultSchema,
  InitializeResultSchema,
  JSONRPCMessageSchema,
  ListPromptsResultSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  ListToolsResultSchema,
  ReadResourceResultSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import { specTypeSchemas } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'
import { initialize, mcpLine, modern, request } from './testing/mcp-line.ts'
import { sampleOffer } from './testing/sample-offer.ts'
import { wholeLine } from './testing/whole-line.ts'

// What we answer, judged by the official schemas.

const whole = wholeLine(sampleOffer)

const call = { name: 'aws_ec2_list_things', arguments: {} }
const review = { name: 'review', arguments: { what: 'this' } }
const completion = {
  ref: { type: 'ref/resource', uri: 'test://items/{item}' },
  argument: { name: 'item', value: 'a' },
}

test.for([
  ['ping', undefined, EmptyResultSchema],
  ['initialize', initialize(), InitializeResultSchema],
  ['tools/list', {}, ListToolsResultSchema],
  ['prompts/list', {}, ListPromptsResultSchema],
  ['prompts/get', review, GetPromptResultSchema],
  ['resources/list', {}, ListResourcesResultSchema],
  ['resources/templates/list', {}, ListResourceTemplatesResultSchema],
  ['resources/read', { uri: 'test://blob' }, ReadResourceResultSchema],
  ['resources/read', { uri: 'test://items/1' }, ReadResourceResultSchema],
  ['completion/complete', completion, CompleteResultSchema],
  ['tools/call', call, CallToolResultSchema],
  ['tools/call', { ...call, arguments: { account: 'nobody' } }, CallToolResultSchema],
] as const)('legacy %s %j is what the protocol says', async ([method, params, schema]) => {
  const { json } = await mcpLine(whole).post(request(method, params))
  expect(JSONRPCMessageSchema.parse(json)).toEqual(json)
  expect(schema.strict().parse(json.result)).toEqual(json.result)
})

test.for([
  ['server/discover', {}, specTypeSchemas.DiscoverResult],
  ['tools/list', {}, specTypeSchemas.ListToolsResult],
  ['prompts/list', {}, specTypeSchemas.ListPromptsResult],
  ['prompts/get', review, specTypeSchemas.GetPromptResult],
  ['resources/list', {}, specTypeSchemas.ListResourcesResult],
  ['resources/templates/list', {}, specTypeSchemas.ListResourceTemplatesResult],
  ['resources/read', { uri: 'test://blob' }, specTypeSchemas.ReadResourceResult],
  ['resources/read', { uri: 'test://items/1' }, specTypeSchemas.ReadResourceResult],
  ['completion/complete', completion, specTypeSchemas.CompleteResult],
  ['tools/call', call, specTypeSchemas.CallToolResult],
  ['tools/call', { ...call, arguments: { account: 'nobody' } }, specTypeSchemas.CallToolResult],
] as const)('modern %s %j is what the protocol says', async ([method, params, schema]) => {
  const { body, headers } = modern(method, params)
  const { json } = await mcpLine(whole).post(body, headers)
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
  const line = mcpLine(whole)
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
    { error: 'no' },
  ]) {
    expect([wrong, validate(wrong).valid]).toEqual([wrong, false])
  }
})
