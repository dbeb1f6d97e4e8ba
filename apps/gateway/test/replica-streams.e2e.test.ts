import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { type Caller, callerOf } from './support/caller.ts'
import type { OpenAnswer } from './support/open-answer.ts'
import { type Service, startService } from './support/service.ts'

let service: Service
let ann: Caller
let bob: Caller
let gus: Caller

beforeAll(async () => {
  service = await startService({ redisUrl: inject('redisUrl') })
  ann = callerOf(service, service.acme.token())
  bob = callerOf(service, service.acme.token({ sub: 'acme-bob' }))
  gus = callerOf(service, service.globex.token())
})
afterAll(() => service[Symbol.asyncDispose]())

const toolsChanged = 'notifications/tools/list_changed'
const count = ({ events }: OpenAnswer, method = toolsChanged) =>
  events.filter(({ message }) => message?.method === method).length

const change = async (replica: 0 | 1, who: Caller) => {
  const answer = await who.ask(replica, 'tools/call', { name: 'test_trigger_tool_change', arguments: {} })
  expect((await answer.reply).result.isError ?? false).toBe(false)
}

const listen = async (replica: 0 | 1, who: Caller) => {
  const stream = await who.ask(replica, 'subscriptions/listen', {
    notifications: { toolsListChanged: true },
  })
  await stream.message(({ method }) => method === 'notifications/subscriptions/acknowledged')
  return stream
}

test('a change on one replica reaches every stream of its tenant on both, once, and no other tenant', async () => {
  const streams: OpenAnswer[] = []
  const foreign: OpenAnswer[] = []
  for (const replica of [0, 1] as const) {
    for (const who of [ann, bob]) {
      streams.push(await who.get(replica, await who.initialize(1)), await listen(replica, who))
    }
    foreign.push(await gus.get(replica, await gus.initialize(0)), await listen(replica, gus))
  }
  await change(1, ann)
  await change(0, bob)
  await vi.waitFor(() => expect(streams.map((each) => count(each))).toEqual(streams.map(() => 2)), 5000)
  await sleep(200)
  expect(streams.map((each) => count(each))).toEqual(streams.map(() => 2))
  expect(foreign.map((each) => count(each))).toEqual(foreign.map(() => 0))
  await change(1, gus)
  await vi.waitFor(() => expect(foreign.map((each) => count(each))).toEqual(foreign.map(() => 1)), 5000)
  expect(streams.map((each) => count(each))).toEqual(streams.map(() => 2))
  for (const each of [...streams, ...foreign]) each.close()
})

test('a resource is told of to who subscribed to it, through whichever replica, until they unsubscribe', async () => {
  const updated = 'notifications/resources/updated'
  const params = { uri: 'test://watched-resource' }
  const session = await ann.initialize(0)
  const streams = [
    await ann.get(0, session),
    await ann.ask(0, 'subscriptions/listen', { notifications: { resourceSubscriptions: [params.uri] } }),
  ]
  const others = [await bob.get(1, await bob.initialize(1)), await listen(1, bob), await listen(0, gus)]
  await streams[1]?.message(({ method }) => method === 'notifications/subscriptions/acknowledged')
  // The stream is open on one replica, and the session subscribes through the other.
  expect(
    await (await ann.post(1, session, { id: 4, method: 'resources/subscribe', params })).reply,
  ).toHaveProperty('result')
  const touch = async () => {
    const tool = { name: 'test_trigger_resource_change', arguments: {} }
    expect(await (await bob.ask(1, 'tools/call', tool)).reply).toHaveProperty('result')
  }
  await touch()
  await vi.waitFor(() => expect(streams.map((each) => count(each, updated))).toEqual([1, 1]), 5000)
  await (await ann.post(1, session, { id: 5, method: 'resources/unsubscribe', params })).reply
  await touch()
  await vi.waitFor(() => expect(streams.map((each) => count(each, updated))).toEqual([1, 2]), 5000)
  await sleep(100)
  expect(count(streams[0] as OpenAnswer, updated)).toBe(1)
  expect(others.map((each) => count(each, updated))).toEqual([0, 0, 0])
  for (const each of [...streams, ...others]) each.close()
})

test('the newest GET stream of a session takes the place of the one on the other replica', async () => {
  const session = await ann.initialize(0)
  const streams: OpenAnswer[] = []
  for (const replica of [0, 1, 0, 0, 1] as const) streams.push(await ann.get(replica, session))
  const newest = streams.pop()
  for (const { ended } of streams) expect(await ended).toBe(true)
  await change(0, ann)
  await newest?.message(({ method }) => method === toolsChanged)
  expect(streams.map((each) => count(each))).toEqual(streams.map(() => 0))
  newest?.close()
})

test('what a stand-alone stream missed between two replicas is sent on the next, once', async () => {
  const session = await ann.initialize(0)
  const first = await ann.get(0, session)
  await change(1, ann)
  await first.message(({ method }) => method === toolsChanged)
  const last = first.events.at(-1)?.id
  first.close()
  await change(0, ann)
  await change(1, ann)
  const next = await ann.get(1, session, last)
  await change(0, ann)
  await vi.waitFor(() => expect(count(next)).toBe(3), 5000)
  await sleep(200)
  expect(count(next)).toBe(3)
  next.close()
})

describe('a task', () => {
  const start = async (name: string, args: object): Promise<string> => {
    const { result } = await (await ann.ask(0, 'tools/call', { name, arguments: args })).reply
    expect(result).toMatchObject({ resultType: 'task', status: 'working' })
    return result.taskId
  }
  const on = async (
    replica: 0 | 1,
    who: Caller,
    method: string,
    params: { taskId: string; [name: string]: unknown },
  ) => (await who.ask(replica, method, params)).reply
  const status = async (replica: 0 | 1, taskId: string) =>
    (await on(replica, ann, 'tasks/get', { taskId })).result.status
  const until = (replica: 0 | 1, taskId: string, wanted: string) =>
    vi.waitFor(async () => expect(await status(replica, taskId)).toBe(wanted), { timeout: 5000 })
  const answers = { confirmation: { action: 'accept', content: { confirm: true } } }

  test('started on one replica is followed, answered and finished through the other', async () => {
    const taskId = await start('confirm_delete', { filename: 'a.txt' })
    await until(1, taskId, 'input_required')
    for (const stranger of [bob, gus]) {
      for (const replica of [0, 1] as const) {
        const tries = [
          await on(replica, stranger, 'tasks/get', { taskId }),
          await on(replica, stranger, 'tasks/update', { taskId, inputResponses: answers }),
          await on(replica, stranger, 'tasks/cancel', { taskId }),
        ]
        const unknown = await on(replica, stranger, 'tasks/get', { taskId: 'A'.repeat(taskId.length) })
        expect(unknown.error?.code).toBe(-32602)
        for (const { error } of tries) expect(error).toEqual(unknown.error)
      }
    }
    expect(await status(0, taskId)).toBe('input_required')
    expect(await on(1, ann, 'tasks/update', { taskId, inputResponses: answers })).toHaveProperty('result')
    await until(0, taskId, 'completed')
    const { result } = await on(0, ann, 'tasks/get', { taskId })
    expect(result.result.structuredContent.data.message).toBe('Deleted a.txt')
  })

  test('is cancelled through the other replica, where it runs', async () => {
    const cancelled = (events: readonly { outcome: string }[]) =>
      events.filter(({ outcome }) => outcome === 'cancelled').length
    const before = cancelled(await service.audit())
    const taskId = await start('slow_compute', { seconds: 60 })
    expect(await on(1, ann, 'tasks/cancel', { taskId })).toHaveProperty('result')
    expect(await status(0, taskId)).toBe('cancelled')
    await service.audit((events) => cancelled(events) - before === 1)
    expect(await status(1, taskId)).toBe('cancelled')
  })

  test('whose replica is killed has failed, and says that nobody knows', async () => {
    const taskId = await start('slow_compute', { seconds: 60 })
    service.replica(0).child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await status(1, taskId)).toBe('failed'), {
      timeout: 8000,
      interval: 200,
    })
    const { result } = await on(1, ann, 'tasks/get', { taskId })
    expect(result.error.message).toContain('may have been carried out')
  })
})
