import { expect, test } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { mcpLine, modern } from '../testing/mcp-line.ts'
import { replicaPair } from '../testing/replica-pair.ts'
import { sampleOffer } from '../testing/sample-offer.ts'

const subscriptionId = 'io.modelcontextprotocol/subscriptionId'

const settled = () => new Promise(setImmediate)

const listen = (
  line: ReturnType<typeof mcpLine>,
  notifications: unknown,
  { id = 's' as unknown, grant = grantOfCaller() } = {},
) => {
  const { body, headers } = modern('subscriptions/listen', { notifications }, id)
  return line.stream(body, headers, grant)
}

const all = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }

test('a subscription is acknowledged first, and then tells what was asked for, from any replica', async () => {
  const { one, two } = replicaPair({ offer: sampleOffer })
  const { sink, answer } = listen(one, { ...all, resourceSubscriptions: ['test://text'] })
  expect(await answer).toMatchObject({ streamed: true, refusals: [] })
  await two.server.changes.publish('acme', { kind: 'tools' })
  await two.server.changes.publish('acme', { kind: 'resource', uri: 'test://text' })
  await two.server.changes.publish('acme', { kind: 'resource', uri: 'test://blob' })
  await settled()
  const _meta = { [subscriptionId]: 's' }
  expect(sink.messages()).toEqual([
    {
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { ...all, resourceSubscriptions: ['test://text'] }, _meta },
    },
    { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta } },
    { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'test://text', _meta } },
  ])
  expect(sink.ids()).toEqual([])
})

test('only what was asked for is told, and nothing of another tenant', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const prompts = listen(line, { promptsListChanged: true, toolsListChanged: false })
  const nothing = listen(line, {}, { id: 7 })
  const globex = listen(line, all, { grant: grantOfCaller({ tenantId: 'globex' }) })
  await settled()
  for (const kind of ['tools', 'prompts', 'resources'] as const)
    await line.server.changes.publish('acme', { kind })
  await line.server.changes.publish('acme', { kind: 'resource', uri: 'test://text' })
  await settled()
  const methods = ({ sink }: typeof prompts) =>
    sink
      .messages()
      .slice(1)
      .map(({ method }) => method)
  expect([prompts, nothing, globex].map(methods)).toEqual([['notifications/prompts/list_changed'], [], []])
  expect(nothing.sink.messages()[0]?.params?.notifications).toEqual({})
})

test('resources that the caller may not read are left out of the acknowledgement, like those that are not there', async () => {
  const line = mcpLine({ offer: sampleOffer })
  const wanted = [
    'test://text',
    'test://secret',
    'test://nothing',
    'test://items/1',
    'test://items/..',
    'test://text',
  ]
  const { sink } = listen(line, { resourceSubscriptions: wanted })
  await settled()
  await line.server.changes.publish('acme', { kind: 'resource', uri: 'test://secret' })
  await settled()
  expect(sink.messages()).toHaveLength(1)
  expect(sink.messages()[0]?.params?.notifications).toEqual({
    resourceSubscriptions: ['test://text', 'test://items/1'],
  })
})

test('of what there is nothing of, nothing is promised', async () => {
  const { sink } = listen(mcpLine(), { ...all, resourceSubscriptions: ['test://text'] })
  await settled()
  expect(sink.messages()[0]?.params?.notifications).toEqual({ toolsListChanged: true })
})

test('a farewell is the result of the request, for the edge to send when the process stops', async () => {
  for (const id of ['s', 7]) {
    const { sink } = listen(mcpLine(), all, { id })
    await settled()
    const farewell = JSON.parse(sink.farewell?.split('data: ')[1] ?? '')
    expect(farewell).toMatchObject({
      jsonrpc: '2.0',
      id,
      result: { resultType: 'complete', _meta: { [subscriptionId]: id } },
    })
  }
})

test.for<[unknown]>([
  [undefined],
  [null],
  ['all'],
  [[]],
  [{ toolsListChanged: 'yes' }],
  [{ promptsListChanged: 1 }],
  [{ resourcesListChanged: null }],
  [{ resourceSubscriptions: 'test://text' }],
  [{ resourceSubscriptions: [7] }],
  [{ resourceSubscriptions: Array(101).fill('test://text') }],
])('the filter %j is wrong, and costs no stream', async ([notifications]) => {
  const line = mcpLine({ offer: sampleOffer })
  for (let n = 0; n < 11; n++) {
    const answer = await listen(line, notifications).answer
    expect([answer.status, answer.json.error.code, answer.refusals.length]).toEqual([200, -32602, 1])
  }
  expect((await listen(line, all).answer).streamed).toBe(true)
})

test('a user has ten subscriptions at once, shared with other streams, and one that is gone is forgotten', async () => {
  const line = mcpLine()
  const streams = []
  for (let n = 0; n < 9; n++) streams.push(listen(line, all, { id: n }))
  await Promise.all(streams.map(({ answer }) => answer))
  await line.get(await line.open()).answer
  const refused = await listen(line, all).answer
  expect([refused.status, refused.json.error.code, refused.refusals.length]).toEqual([200, -32603, 1])
  streams[0]?.sink.breakOff()
  expect((await listen(line, all).answer).streamed).toBe(true)
})

test('a store that is away costs no stream, and a client that went away at once neither', async () => {
  const line = mcpLine()
  const { follow } = line.server.events
  Object.assign(line.server.events, { follow: () => Promise.reject(new Error('away')) })
  for (let n = 0; n < 11; n++) await expect(listen(line, all).answer).rejects.toThrow('away')
  Object.assign(line.server.events, { follow })
  for (let n = 0; n < 11; n++) {
    const { sink, answer } = listen(line, all)
    sink.breakOff()
    expect((await answer).streamed).toBe(true)
  }
})

test('listening is of 2026-07-28 only, and its headers are checked', async () => {
  const line = mcpLine()
  const { body, headers } = modern('subscriptions/listen', { notifications: all })
  expect((await line.post(body, { ...headers, 'mcp-method': 'tools/list' })).status).toBe(400)
  const legacy = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications: all } }
  expect((await line.post(legacy, await line.open())).json.error.code).toBe(-32601)
})
