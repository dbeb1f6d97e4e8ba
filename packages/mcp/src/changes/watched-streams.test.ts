import { type AuditEvent, defineResource, type Grant, offerOf } from '@gateway/domain'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { initialize, type mcpLine, modern, request } from '../testing/mcp-line.ts'
import { replicaPair } from '../testing/replica-pair.ts'
import { sampleTools } from '../testing/sample-tools.ts'
import { testConnection } from '../testing/test-connection.ts'
import { wholeLine } from '../testing/whole-line.ts'

const uri = 'test://stacks/web'
const updated = 'notifications/resources/updated'
const globex = grantOfCaller({ tenantId: 'globex' })

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)
const settled = () => new Promise(setImmediate)

/** Two replicas over the whole line, whose stacks change in AWS by themselves; each tenant has its own. */
const stacks = () => {
  const texts: Record<string, string> = { acme: 'one', globex: 'one' }
  const audited: AuditEvent[] = []
  const limit = { used: false }
  const stack = defineResource({
    uri: 'test://stacks/{name}',
    name: 'stack',
    title: 'A stack',
    description: 'A stack.',
    mimeType: 'text/plain',
    access: 'read',
    iamActions: [],
    watched: true,
    isFinal: (text) => text === 'over',
    read: async ({ grant }, { uri: read }) => [
      { uri: read, mimeType: 'text/plain', text: texts[grant.tenant.id] ?? '' },
    ],
  })
  const quotas = { ...stack, uri: 'test://quotas/{name}', name: 'quotas', watched: false }
  const line = wholeLine(offerOf({ tools: sampleTools, resources: [stack, quotas] }), {
    audit: { append: async (event) => void audited.push(event) },
    limiter: {
      take: async () =>
        limit.used ? { allowed: false, scope: 'tenant', retryAfterSeconds: 9 } : { allowed: true },
    },
  })
  const reads = () => audited.filter(({ request_id: id }) => id.startsWith('watch-'))
  return { ...replicaPair(line), texts, limit, reads }
}

const listen = (line: ReturnType<typeof mcpLine>, uris: readonly string[], grant?: Grant) => {
  const { body, headers } = modern('subscriptions/listen', {
    notifications: { resourceSubscriptions: uris },
  })
  return line.stream(body, headers, grant).sink
}

const subscribe = (to: string, id = 2) => request('resources/subscribe', { uri: to }, id)
const unsubscribe = (to: string, id = 3) => request('resources/unsubscribe', { uri: to }, id)

const countOf = (messages: readonly { method?: string }[]) =>
  messages.filter(({ method }) => method === updated).length

test('a modern subscription hears what changes in AWS, by reads that are audited and limited like any other', async () => {
  const { one, texts, limit, reads } = stacks()
  const sink = listen(one, [uri, 'test://quotas/ec2'])
  await settled()
  await seconds(2)
  expect(reads()).toMatchObject([
    {
      event: 'resource.read',
      outcome: 'allow',
      tenant_id: 'acme',
      user: { subject: 'ann' },
      mcp: { era: 'modern', method: 'resources/read', resource: 'test://stacks/{name}' },
    },
  ])
  texts.acme = 'two'
  await seconds(40)
  expect(sink.messages().slice(1)).toMatchObject([
    { method: updated, params: { uri, _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } } },
  ])
  limit.used = true
  texts.acme = 'three'
  await seconds(40)
  expect(reads().at(-1)).toMatchObject({ outcome: 'deny', reason_code: 'rate_limited' })
  expect(countOf(sink.messages())).toBe(1)
  sink.breakOff()
  expect(vi.getTimerCount()).toBe(0)
})

test('a subscription to what is over for good hears so once, and costs nothing from then on', async () => {
  const { one, texts, reads } = stacks()
  texts.acme = 'over'
  const sink = listen(one, [uri])
  await settled()
  await seconds(100)
  expect([countOf(sink.messages()), reads().length, vi.getTimerCount()]).toEqual([1, 1, 0])
})

test('a session that subscribes after its stream opened is watched, through whichever replica, until it is not', async () => {
  const { one, two, texts, reads } = stacks()
  const session = await one.open()
  const { sink } = one.get(session)
  await settled()
  expect(vi.getTimerCount()).toBe(0)
  await two.post(subscribe(uri), session)
  await settled()
  await seconds(2)
  texts.acme = 'two'
  await seconds(40)
  await settled()
  expect(countOf(sink.messages())).toBe(1)
  // It is in no log, so it moves no position that a client could come back to.
  expect(sink.ids()).toEqual(['0~0-0'])
  await two.post(unsubscribe(uri), session)
  await settled()
  const { length } = reads()
  await seconds(100)
  expect([vi.getTimerCount(), reads().length]).toEqual([0, length])
})

test('a stream that opens for a session which subscribed before is watched, and no more once it is gone', async () => {
  const { one, two, texts } = stacks()
  const session = await one.open()
  await one.post(subscribe(uri), session)
  const { sink } = two.get(session)
  await settled()
  await seconds(2)
  texts.acme = 'two'
  await seconds(40)
  await settled()
  expect(countOf(sink.messages())).toBe(1)
  await one.delete(session)
  await settled()
  expect(vi.getTimerCount()).toBe(0)
})

test('a token without the right to read is watched for by nobody', async () => {
  const { one, reads } = stacks()
  const session = await one.open()
  await one.post(subscribe(uri), session)
  one.get(session, grantOfCaller({ scopes: [] }))
  await settled()
  await seconds(40)
  expect(reads()).toEqual([])
})

test('a connection hears in its session and in its subscriptions, from one look, until it closes', async () => {
  const { one, texts, reads } = stacks()
  const legacy = testConnection(one.server)
  await legacy.ask(request('initialize', initialize()))
  await legacy.ask(subscribe(uri))
  const recent = testConnection(one.server)
  await recent.say(
    modern('subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } }, 's').body,
  )
  await seconds(2)
  expect(reads()).toHaveLength(1)
  texts.acme = 'two'
  await seconds(40)
  expect([countOf(legacy.sent), countOf(recent.sent), reads().length]).toEqual([1, 1, 2])
  await legacy.ask(unsubscribe(uri))
  texts.acme = 'three'
  await seconds(40)
  expect([countOf(legacy.sent), countOf(recent.sent)]).toEqual([1, 2])
  recent.close()
  expect(vi.getTimerCount()).toBe(0)
  await legacy.ask(subscribe(uri, 4))
  expect(vi.getTimerCount()).toBe(1)
  legacy.close()
  expect(vi.getTimerCount()).toBe(0)
})

test('another tenant hears nothing of it under the same URI, on any kind of stream', async () => {
  const { one, texts, reads } = stacks()
  const session = await one.open('2025-11-25', globex)
  await one.post(subscribe(uri), session, globex)
  const { sink } = one.get(session, globex)
  const theirs = testConnection(one.server, globex)
  await theirs.ask(request('initialize', initialize()))
  await theirs.ask(subscribe(uri))
  const foreign = listen(one, [uri], globex)
  const ours = listen(one, [uri])
  await settled()
  await seconds(2)
  // One look for each tenant, each as its own user.
  expect(reads().map(({ tenant_id: id }) => id)).toEqual(expect.arrayContaining(['acme', 'globex']))
  expect(reads()).toHaveLength(2)
  texts.acme = 'two'
  await seconds(100)
  await settled()
  const heard = () => [ours, sink, foreign].map((each) => countOf(each.messages()))
  expect([...heard(), countOf(theirs.sent)]).toEqual([1, 0, 0, 0])
  texts.globex = 'two'
  await seconds(140)
  await settled()
  expect([...heard(), countOf(theirs.sent)]).toEqual([1, 1, 1, 1])
})
