import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Grant, Tenant } from '@gateway/domain'
import type { EventSink } from '@gateway/mcp'
import Fastify from 'fastify'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createEventStreams, type EventStreamBounds } from './event-streams.ts'
import type { OpenBound } from './open-bounds.ts'

const tenant = { id: 'acme' } as Tenant

/** A server whose only answer is a stream, and one client of it. */
const openStream = async (bounds: Partial<EventStreamBounds> = {}) => {
  const app = Fastify()
  const held = new Set<OpenBound>()
  const openBounds = {
    add: (bound: OpenBound) => void held.add(bound),
    remove: (bound: OpenBound) => void held.delete(bound),
  }
  const streams = createEventStreams({ openBounds }, bounds)
  const opened = Promise.withResolvers<EventSink>()
  app.decorateRequest('grant', null)
  app.get('/', async (request, reply) => {
    request.grant = { tenant } as Grant
    opened.resolve(streams.open(reply, { 'content-type': 'text/event-stream' }))
    return reply
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  const client = async (): Promise<IncomingMessage> => {
    const asked = get(origin, { agent: false })
    const [answer]: IncomingMessage[] = await once(asked, 'response')
    // Of a connection that is cut off; its answer says so too.
    asked.on('error', () => undefined)
    if (!answer) throw new Error('no answer')
    return answer
  }
  return { streams, client, sink: opened.promise, held }
}

test('a frame that is longer than what may be left unread is sent all the same', async () => {
  const { client, sink } = await openStream({ unreadBytes: 1000 })
  const answer = await client()
  const frame = 'x'.repeat(20_000_000)
  const stream = await sink
  stream.write(frame)
  stream.end()
  expect((await text(answer)).length).toBe(frame.length)
})

test('who waits until it is drained is never cut off, however much it writes', async () => {
  const { client, sink } = await openStream({ unreadBytes: 1000 })
  const answer = await client()
  const received = text(answer)
  const stream = await sink
  for (let n = 0; n < 200; n++) {
    stream.write('x'.repeat(100_000))
    await stream.drained()
  }
  stream.end()
  expect((await received).length).toBe(200 * 100_000)
})

test('a client that reads nothing is cut off, and nobody waits for it', async () => {
  const { client, sink } = await openStream({ unreadBytes: 1000 })
  const answer = await client()
  answer.on('error', () => undefined)
  const stream = await sink
  const closed = new Promise<void>((resolve) => stream.onClose(resolve))
  for (let n = 0; n < 2000 && stream.open; n++) {
    stream.write('x'.repeat(100_000))
    await new Promise(setImmediate)
  }
  await closed
  expect(stream.open).toBe(false)
  await stream.drained()
  await expect(text(answer)).rejects.toThrow()
})

test('a client that leaves is waited for no longer', async () => {
  const { client, sink } = await openStream({ unreadBytes: 100_000_000 })
  const answer = await client()
  const stream = await sink
  stream.write('x'.repeat(50_000_000))
  const drained = stream.drained()
  answer.destroy()
  await drained
})

test('streams that only wait are ended in a drain with their farewell, those opened later too', async () => {
  const { streams, client, sink } = await openStream()
  streams.drain()
  const answer = await client()
  const stream = await sink
  stream.write('hello\n')
  expect(stream.open).toBe(true)
  stream.onFarewell('goodbye\n')
  expect(await text(answer)).toBe('hello\ngoodbye\n')
})

test('a stream that waits ends with its farewell once nobody may listen any more; the others do not', async () => {
  let seconds = 1_000
  const { client, sink } = await openStream({ keepAliveMs: 5, now: () => seconds * 1000 })
  const answer = await client()
  const received = text(answer)
  const stream = await sink
  stream.onFarewell('goodbye\n')
  stream.liveUntil(1_010)
  stream.liveUntil(1_020)
  stream.liveUntil(1_005)
  seconds = 1_015
  await sleep(30)
  expect(stream.open).toBe(true)
  seconds = 1_020
  expect(await received).toMatch(/^(: keep-alive\n\n)+goodbye\n$/)
})

test('a stream without an end, and one that answers a call, outlive any time', async () => {
  const { client, sink } = await openStream({ keepAliveMs: 5 })
  const answer = await client()
  const stream = await sink
  stream.liveUntil(1)
  await sleep(30)
  expect(stream.open).toBe(true)
  stream.liveUntil(undefined)
  stream.onFarewell('goodbye\n')
  await sleep(30)
  expect(stream.open).toBe(true)
  answer.destroy()
})

test('a stream that ends itself is told once that its time is over, and is kept alive until it does', async () => {
  const { client, sink } = await openStream({ keepAliveMs: 5 })
  const received = text(await client())
  const stream = await sink
  const stop = vi.fn()
  stream.onStop(stop)
  stream.liveUntil(1)
  await vi.waitFor(() => expect(stop).toHaveBeenCalled())
  stream.write('answer\n')
  await sleep(30)
  stream.end()
  expect(await received).toMatch(/answer\n(: keep-alive\n\n)+$/)
  expect(stop).toHaveBeenCalledTimes(1)
})

test('a stream is held for its tenant as long as it is open', async () => {
  const { client, sink, held } = await openStream()
  const answer = await client()
  await sink
  expect([...held].map((bound) => bound.tenant)).toEqual([tenant])
  answer.destroy()
  await vi.waitFor(() => expect(held.size).toBe(0))
})

test.for(['changed', 'refused'] as const)(
  'a stream that waits says farewell to a tenant that is %s',
  async (why) => {
    const { client, sink, held } = await openStream()
    const received = text(await client())
    const stream = await sink
    stream.onFarewell('goodbye\n')
    for (const bound of held) bound.retire(why)
    for (const bound of held) bound.retire(why)
    expect(await received).toBe('goodbye\n')
  },
)

test('a stream that answers a call outlives a change of its tenant, but not its refusal', async () => {
  const { client, sink, held } = await openStream()
  const received = text(await client())
  const stream = await sink
  stream.write('half\n')
  for (const bound of held) bound.retire('changed')
  expect(stream.open).toBe(true)
  const closed = new Promise<void>((resolve) => stream.onClose(resolve))
  for (const bound of held) bound.retire('refused')
  expect(stream.open).toBe(false)
  await closed
  await expect(received).rejects.toThrow()
})
