import { needInput } from '@gateway/domain'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ProgressNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { specTypeSchemas } from '@modelcontextprotocol/server'
import { expect, test, vi } from 'vitest'
import { call, said } from './testing/answers.ts'
import { declaring, mcpLine, modern } from './testing/mcp-line.ts'
import { sampleOffer } from './testing/sample-offer.ts'
import { wholeLine } from './testing/whole-line.ts'

// What we send beside plain answers, judged by the official schemas.

type Schema = keyof typeof specTypeSchemas

const valid = (schema: Schema, value: unknown): void =>
  expect(specTypeSchemas[schema]['~standard'].validate(value)).toEqual({ value })

const able = declaring({ elicitation: {}, sampling: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } })

test('a question of 2026-07-28 is a result with requests of the official shapes', async () => {
  const { body, headers } = modern('prompts/get', { name: 'greeting', _meta: able })
  const { result } = (await mcpLine(wholeLine(sampleOffer)).post(body, headers)).json
  valid('Result', result)
  const { inputRequests, resultType } = result as { inputRequests: { name: unknown }; resultType: string }
  expect(resultType).toBe('input_required')
  valid('ElicitRequest', inputRequests.name)
})

test('questions and notifications of older revisions are what the protocol says', async () => {
  const params = { messages: [{ role: 'user', content: { type: 'text', text: 'x' } }], maxTokens: 9 }
  const elicitation = { mode: 'form', message: 'Who?', requestedSchema: { type: 'object', properties: {} } }
  const line = mcpLine({
    async callTool({ interaction }) {
      interaction.progress(1, 2, 'half')
      interaction.log('info', { a: 1 })
      if (interaction.answers.a) return said('done')
      return needInput({
        a: { method: 'elicitation/create', params: elicitation },
        b: { method: 'sampling/createMessage', params },
      })
    },
  })
  const session = await line.open('2025-11-25', undefined, { elicitation: {}, sampling: {} })
  const { sink } = line.stream(call(), session)
  await vi.waitFor(() => expect(sink.messages()).toHaveLength(4))
  const [progress, log, elicit, sample] = sink.messages()
  for (const message of sink.messages()) valid('JSONRPCMessage', message)
  const { jsonrpc: _, ...notification } = progress as { jsonrpc?: string }
  expect(ProgressNotificationSchema.parse(notification)).toEqual(notification)
  const withoutId = ({ method, params: of }: { method?: string; params?: unknown } = {}) => ({
    method,
    params: of,
  })
  valid('LoggingMessageNotification', withoutId(log))
  expect(ElicitRequestSchema.parse(withoutId(elicit))).toEqual(withoutId(elicit))
  expect(CreateMessageRequestSchema.parse(withoutId(sample))).toMatchObject({
    method: 'sampling/createMessage',
  })
})

test('a subscription acknowledges, tells and ends as the protocol says', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const notifications = {
    toolsListChanged: true,
    promptsListChanged: true,
    resourcesListChanged: true,
    resourceSubscriptions: ['test://text'],
  }
  const { body, headers } = modern('subscriptions/listen', { notifications }, 'id')
  const { sink, answer } = line.stream(body, headers)
  await answer
  for (const kind of ['tools', 'prompts', 'resources'] as const)
    await line.server.changes.publish('acme', { kind })
  await line.server.changes.publish('acme', { kind: 'resource', uri: 'test://text' })
  await new Promise(setImmediate)
  const schemas: Schema[] = [
    'SubscriptionsAcknowledgedNotification',
    'ToolListChangedNotification',
    'PromptListChangedNotification',
    'ResourceListChangedNotification',
    'ResourceUpdatedNotification',
  ]
  const messages = sink.messages()
  expect(messages).toHaveLength(schemas.length)
  for (const [n, schema] of schemas.entries()) {
    const { method, params } = messages[n] ?? {}
    valid('JSONRPCNotification', messages[n])
    valid(schema, { method, params })
  }
  const farewell = JSON.parse(sink.farewell?.split('data: ')[1] ?? '')
  valid('JSONRPCResultResponse', farewell)
  valid('SubscriptionsListenResult', farewell.result)
})

test('tasks and what is asked of them are results, and their questions have the official shapes', async () => {
  const line = mcpLine({
    offer: sampleOffer,
    callTool: async ({ interaction }) =>
      interaction.answers.a
        ? said('done')
        : needInput({
            a: {
              method: 'elicitation/create',
              params: { mode: 'form', message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
            },
          }),
  })
  const post = async (method: string, params: object) => {
    const { body, headers } = modern(method, { ...params, _meta: able })
    const { json } = await line.post(body, headers)
    valid('JSONRPCMessage', json)
    valid('Result', json.result)
    return json.result
  }
  const { taskId } = await post('tools/call', { name: 'aws_ec2_run_job' })
  await vi.waitFor(async () => expect((await post('tasks/get', { taskId })).status).toBe('input_required'))
  const { inputRequests } = (await post('tasks/get', { taskId })) as { inputRequests: { a: unknown } }
  valid('ElicitRequest', inputRequests.a)
  await post('tasks/update', { taskId, inputResponses: { a: { action: 'accept' } } })
  await vi.waitFor(async () => expect((await post('tasks/get', { taskId })).status).toBe('completed'))
  const { result } = (await post('tasks/get', { taskId })) as { result: object }
  const checked = specTypeSchemas.CallToolResult['~standard'].validate(result)
  expect(checked).toMatchObject({ value: result })
  await post('tasks/cancel', { taskId })
})
