import { expect, test, vi } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { mcpLine, request } from '../testing/mcp-line.ts'
import { replicaPair } from '../testing/replica-pair.ts'
import { sampleOffer } from '../testing/sample-offer.ts'

const offer = sampleOffer
const uri = 'test://text'

const subscribe = (to: string, id = 1) => request('resources/subscribe', { uri: to }, id)

/** Everything that was written by now. */
const settled = () => new Promise(setImmediate)

test('the stand-alone stream starts with an event that it can be resumed by, from 2025-11-25 on', async () => {
  for (const [version, frames] of [
    ['2025-11-25', ['id: 0~0-0\nretry: 1000\ndata: \n\n']],
    ['2025-06-18', []],
  ] as const) {
    const line = mcpLine()
    const { sink, answer } = line.get(await line.open(version))
    expect(await answer).toMatchObject({ streamed: true, refusals: [] })
    expect([sink.frames, sink.open, sink.farewell]).toEqual([frames, true, ''])
  }
})

test('without a session there is none', async () => {
  const answer = await mcpLine().get().answer
  expect([answer.status, answer.headers.allow, answer.json.error.code]).toEqual([405, 'POST', -32000])
})

test("changes of its tenant are told, from any replica, and another tenant's never", async () => {
  const pair = replicaPair({ offer })
  const globex = grantOfCaller({ tenantId: 'globex' })
  const ours = pair.one.get(await pair.one.open())
  const theirs = pair.two.get(await pair.two.open('2025-11-25', globex), globex)
  await Promise.all([ours.answer, theirs.answer])
  await pair.two.server.changes.publish('acme', { kind: 'tools' })
  await pair.one.server.changes.publish('acme', { kind: 'prompts' })
  await pair.one.server.changes.publish('globex', { kind: 'resources' })
  await settled()
  expect(ours.sink.messages().map(({ method }) => method)).toEqual([
    'notifications/tools/list_changed',
    'notifications/prompts/list_changed',
  ])
  expect(theirs.sink.messages().map(({ method }) => method)).toEqual(['notifications/resources/list_changed'])
})

test('updates are told of resources that the session subscribed to, on any replica, while it is', async () => {
  const pair = replicaPair({ offer })
  const session = await pair.one.open()
  const { sink } = pair.one.get(session)
  await settled()
  const change = async () => {
    await pair.two.server.changes.publish('acme', { kind: 'resource', uri })
    await settled()
    return sink.messages().length
  }
  expect(await change()).toBe(0)
  await pair.two.post(subscribe(uri), session)
  expect(await change()).toBe(1)
  expect(sink.messages()[0]).toMatchObject({ method: 'notifications/resources/updated', params: { uri } })
  await pair.two.post(subscribe('test://items/1'), session)
  expect(await change()).toBe(2)
  await pair.two.post(request('resources/unsubscribe', { uri }), session)
  expect(await change()).toBe(2)
})

test('a token that may not read a resource hears nothing of it, whatever the session subscribed to', async () => {
  const pair = replicaPair({ offer })
  const session = await pair.one.open()
  await pair.one.post(subscribe(uri), session)
  const { sink } = pair.one.get(session, grantOfCaller({ scopes: [] }))
  await settled()
  await pair.one.server.changes.publish('acme', { kind: 'resource', uri })
  await settled()
  expect(sink.messages()).toEqual([])
})

test('events keep the order of the log, however late the session is found', async () => {
  const line = mcpLine({ offer })
  const session = await line.open()
  await line.post(subscribe(uri), session)
  const { sink } = line.get(session)
  await settled()
  const { find } = line.server.sessions
  Object.assign(line.server.sessions, {
    find: async (tenantId: string, id: string) => {
      await settled()
      return find(tenantId, id)
    },
  })
  await line.server.changes.publish('acme', { kind: 'resource', uri })
  await line.server.changes.publish('acme', { kind: 'tools' })
  await vi.waitFor(() => expect(sink.messages()).toHaveLength(2))
  expect(sink.messages()[0]?.method).toBe('notifications/resources/updated')
})

test('a client that comes back is told what it missed, once each', async () => {
  const pair = replicaPair({ offer })
  const session = await pair.one.open()
  const first = pair.one.get(session)
  await settled()
  await pair.one.server.changes.publish('acme', { kind: 'tools' })
  await settled()
  first.sink.breakOff()
  await pair.one.server.changes.publish('acme', { kind: 'prompts' })
  const again = pair.two.get({ ...session, 'last-event-id': first.sink.ids().at(-1) ?? '' })
  await again.answer
  await pair.one.server.changes.publish('acme', { kind: 'resources' })
  await settled()
  expect(again.sink.messages().map(({ method }) => method)).toEqual([
    'notifications/prompts/list_changed',
    'notifications/resources/list_changed',
  ])
})

test('the newest stream is the only one, on whichever replica', async () => {
  const pair = replicaPair({ offer })
  const session = await pair.one.open()
  const other = pair.one.get(await pair.one.open())
  const lines = [pair.one, pair.one, pair.two, pair.one]
  const streams: ReturnType<typeof pair.one.get>[] = []
  for (const line of lines) {
    const stream = line.get(session)
    await stream.answer
    await settled()
    streams.push(stream)
    expect(streams.map(({ sink }) => sink.open)).toEqual(streams.map((each) => each === stream))
  }
  expect(other.sink.open).toBe(true)
})

test('DELETE on another replica ends it', async () => {
  const pair = replicaPair()
  const session = await pair.one.open()
  const { sink } = pair.one.get(session)
  await settled()
  await pair.two.delete(session)
  await settled()
  expect(sink.open).toBe(false)
})

test('a stream that is gone is forgotten: its count, its listener and its follower', async () => {
  const line = mcpLine()
  const unfollowed = vi.fn()
  const { follow } = line.server.events
  Object.assign(line.server.events, {
    follow: async (...args: Parameters<typeof follow>) => {
      const stop = await follow(...args)
      return () => {
        unfollowed()
        stop()
      }
    },
  })
  for (let n = 0; n < 12; n++) {
    const { sink, answer } = line.get(await line.open())
    expect((await answer).streamed).toBe(true)
    sink.breakOff()
  }
  await settled()
  expect(unfollowed).toHaveBeenCalledTimes(12)
})

test('a client that went away before its stream opened leaves nothing behind', async () => {
  const line = mcpLine()
  for (let n = 0; n < 12; n++) {
    const { sink, answer } = line.get(await line.open())
    sink.breakOff()
    expect((await answer).streamed).toBe(true)
  }
})

test('a user has ten streams at once, and is told so', async () => {
  const line = mcpLine()
  const streams = []
  for (let n = 0; n < 10; n++) {
    const stream = line.get(await line.open())
    await stream.answer
    streams.push(stream)
  }
  const session = await line.open()
  await expect(line.get(session).answer).rejects.toMatchObject({ code: 'too_many_requests' })
  const bob = grantOfCaller({ subject: 'bob' })
  expect((await line.get(await line.open('2025-11-25', bob), bob).answer).streamed).toBe(true)
  streams[0]?.sink.breakOff()
  expect((await line.get(session).answer).streamed).toBe(true)
})

test.for(['follow', 'lastEntry', 'readAfter'] as const)(
  'a store that is away at %s is a fault of the request, and costs no stream',
  async (method) => {
    const line = mcpLine()
    const session = await line.open()
    const { [method]: works } = line.server.events
    Object.assign(line.server.events, { [method]: () => Promise.reject(new Error('away')) })
    const headers = method === 'readAfter' ? { ...session, 'last-event-id': '0~1-1' } : session
    for (let n = 0; n < 11; n++) {
      const { sink, answer } = line.get(headers)
      await expect(answer).rejects.toThrow('away')
      expect(sink.frames).toEqual([])
    }
    Object.assign(line.server.events, { [method]: works })
    expect((await line.get(headers).answer).streamed).toBe(true)
  },
)

test('a bus that is away is a fault before the stream opens, and leaves nothing behind', async () => {
  const pair = replicaPair()
  const session = await pair.one.open()
  const { bus, events } = pair.one.server
  const { broadcast } = bus
  const follow = vi.spyOn(events, 'follow')
  Object.assign(bus, { broadcast: () => Promise.reject(new Error('away')) })
  for (let n = 0; n < 11; n++) {
    const { answer, opened } = pair.one.get(session)
    await expect(answer).rejects.toThrow('away')
    expect(opened()).toBe(0)
    await settled()
  }
  // The feed was opened anew each time, so it had ended each time.
  expect(follow).toHaveBeenCalledTimes(11)
  Object.assign(bus, { broadcast })
  expect((await pair.one.get(session).answer).streamed).toBe(true)
})
