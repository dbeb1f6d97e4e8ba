import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { type Service, startService } from './support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService({ redisUrl: inject('redisUrl') })
})
afterAll(() => service[Symbol.asyncDispose]())

const clientInfo = { name: 'test client', version: '1.0.0' }
const capabilities = { elicitation: {}, sampling: {}, roots: {} }
const url = () => new URL(`${service.url}/mcp`)
const requestInit = () => ({ headers: { authorization: `Bearer ${service.acme.token()}` } })

const watched = 'test://watched-resource'

/** What the clients answer when they are asked. */
const person = {
  action: 'accept' as const,
  content: { username: 'ann', email: 'ann@acme.example', name: 'Ann', ok: true },
}
const model = { role: 'assistant' as const, content: { type: 'text' as const, text: 'Paris' }, model: 'm' }
const folders = { roots: [{ uri: 'file:///work' }] }

/** The parts of both lines' clients that are the same. */
interface AnyClient {
  callTool(params: { name: string; arguments?: object }): Promise<unknown>
  listResources(): Promise<{ resources: { uri: string }[] }>
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>
  readResource(params: { uri: string }): Promise<{ contents: object[] }>
  listPrompts(): Promise<{ prompts: { name: string }[] }>
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<{ messages: object[] }>
  complete(params: object): Promise<{ completion: { values: string[] } }>
}

const saying = (message: unknown) => ({ structuredContent: { data: { message } } })

const expectEverything = async (client: AnyClient): Promise<void> => {
  const { resources } = await client.listResources()
  expect(resources.map(({ uri }) => uri)).toContain('test://static-text')
  const { resourceTemplates } = await client.listResourceTemplates()
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain('test://template/{id}/data')
  expect((await client.readResource({ uri: 'test://template/7/data' })).contents).toMatchObject([
    { uri: 'test://template/7/data', text: expect.stringContaining('"id":"7"') },
  ])
  expect((await client.readResource({ uri: 'test://static-binary' })).contents).toMatchObject([
    { mimeType: 'image/png', blob: expect.any(String) },
  ])
  await expect(client.readResource({ uri: 'test://nothing' })).rejects.toThrow()

  expect((await client.listPrompts()).prompts.map(({ name }) => name)).toContain('test_simple_prompt')
  const prompt = { name: 'test_prompt_with_arguments', arguments: { arg1: 'one', arg2: 'two' } }
  expect(JSON.stringify(await client.getPrompt(prompt))).toContain("arg1='one', arg2='two'")
  const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' }
  const completed = await client.complete({ ref, argument: { name: 'arg1', value: 'par' } })
  expect(completed.completion.values).toEqual(['paris', 'park', 'party'])

  const ask = (name: string, args: object = {}) => client.callTool({ name, arguments: args })
  expect(await ask('test_elicitation', { message: 'Who?' })).toMatchObject(
    saying(expect.stringContaining('"username":"ann"')),
  )
  expect(await ask('test_sampling', { prompt: 'Say' })).toMatchObject(saying('LLM response: Paris'))
  expect(await ask('test_input_required_result_list_roots')).toMatchObject({
    structuredContent: { data: { roots: ['file:///work'] } },
  })
  expect(await ask('test_input_required_result_multiple_inputs')).toMatchObject(saying('Ann: Paris'))
  expect(await ask('test_input_required_result_request_state')).toMatchObject(saying('state-ok, accept'))
}

test('SDK v1', async () => {
  const client = new Client(clientInfo, { capabilities })
  const transport = new StreamableHTTPClientTransport(url(), { requestInit: requestInit() })
  const logs: unknown[] = []
  const changes: string[] = []
  client.setRequestHandler(ElicitRequestSchema, () => person)
  client.setRequestHandler(CreateMessageRequestSchema, () => model)
  client.setRequestHandler(ListRootsRequestSchema, () => folders)
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logs.push(params.data))
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void changes.push(params.uri),
  )
  for (const schema of [ToolListChangedNotificationSchema, PromptListChangedNotificationSchema]) {
    client.setNotificationHandler(schema, ({ method }) => void changes.push(method))
  }
  await client.connect(transport as never)
  await expectEverything(client as never)

  await client.setLoggingLevel('warning')
  await client.callTool({ name: 'test_tool_with_logging' })
  expect(logs).toEqual([])
  await client.setLoggingLevel('debug')
  await client.callTool({ name: 'test_tool_with_logging' })
  expect(logs).toHaveLength(3)

  const steps: number[] = []
  await client.callTool({ name: 'test_tool_with_progress' }, undefined, {
    onprogress: ({ progress }) => void steps.push(progress),
  })
  expect(steps).toEqual([0, 50, 100])

  await client.subscribeResource({ uri: watched })
  await client.callTool({ name: 'test_trigger_resource_change' })
  await vi.waitFor(() => expect(changes).toEqual([watched]), 5_000)
  await client.unsubscribeResource({ uri: watched })
  await client.callTool({ name: 'test_trigger_tool_change' })
  await client.callTool({ name: 'test_trigger_prompt_change' })
  await vi.waitFor(
    () =>
      expect(changes).toEqual([
        watched,
        'notifications/tools/list_changed',
        'notifications/prompts/list_changed',
      ]),
    5_000,
  )
  // It comes back by itself for the answer of a call whose stream was closed.
  expect(await client.callTool({ name: 'test_reconnection' })).toMatchObject(
    saying('Answered after the connection was closed.'),
  )
  const aborted = new AbortController()
  const call = client.callTool(
    { name: 'test_slow_progress', arguments: { steps: 300, ms: 100 } },
    undefined,
    {
      signal: aborted.signal,
      // It runs by now.
      onprogress: () => aborted.abort(),
    },
  )
  await expect(call).rejects.toThrow()
  await service.audit((events) => events.some(({ outcome }) => outcome === 'cancelled'))
  await transport.terminateSession()
  await client.close()
})

test.for([
  ['legacy', '2025-11-25'],
  ['auto', '2026-07-28'],
  [{ pin: '2026-07-28' }, '2026-07-28'],
] as const)('SDK v2, %j', async ([mode, version]) => {
  const client = new ModernClient(clientInfo, { capabilities, versionNegotiation: { mode } })
  const transport = new ModernTransport(url(), { requestInit: requestInit() })
  const logs: unknown[] = []
  const changes: string[] = []
  client.setRequestHandler('elicitation/create', () => person)
  client.setRequestHandler('sampling/createMessage', () => model)
  client.setRequestHandler('roots/list', () => folders)
  client.setNotificationHandler('notifications/message', ({ params }) => void logs.push(params.data))
  client.setNotificationHandler('notifications/tools/list_changed', ({ method }) => void changes.push(method))
  client.setNotificationHandler(
    'notifications/resources/updated',
    ({ params }) => void changes.push(params.uri),
  )
  await client.connect(transport)
  expect(client.getNegotiatedProtocolVersion()).toBe(version)
  await expectEverything(client as never)

  const steps: number[] = []
  await client.callTool(
    { name: 'test_tool_with_progress' },
    { onprogress: ({ progress }) => void steps.push(progress) },
  )
  expect(steps).toEqual([0, 50, 100])

  const modern = version === '2026-07-28'
  if (!modern) await client.setLoggingLevel('debug')
  const _meta = modern ? { 'io.modelcontextprotocol/logLevel': 'debug' as const } : {}
  await client.callTool({ name: 'test_tool_with_logging', _meta })
  expect(logs).toHaveLength(3)

  const subscription = modern
    ? await client.listen({ toolsListChanged: true, resourceSubscriptions: [watched] })
    : undefined
  if (!modern) await client.subscribeResource({ uri: watched })
  await client.callTool({ name: 'test_trigger_tool_change' })
  await vi.waitFor(() => expect(changes).toEqual(['notifications/tools/list_changed']), 5_000)
  await client.callTool({ name: 'test_trigger_resource_change' })
  await vi.waitFor(() => expect(changes).toEqual(['notifications/tools/list_changed', watched]), 5_000)
  await subscription?.close()
  if (subscription) expect(await subscription.closed).toBe('local')
  await client.close()
})
