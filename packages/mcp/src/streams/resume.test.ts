import { afterEach, expect, test, vi } from 'vitest'
import { call, gate, heldTool } from '../testing/answers.ts'
import { brokenOff } from '../testing/broken-off.ts'
import { grantOfCaller } from '../testing/grants.ts'
import { replicaPair } from '../testing/replica-pair.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('a client gets what it missed and the rest from the other replica', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { last, first } = await brokenOff(pair)
  const { sink, answer } = pair.two.get(last)
  expect(await answer).toMatchObject({ streamed: true, refusals: [] })
  expect(sink.messages()).toMatchObject([{ method: 'notifications/progress' }])
  tool.end()
  await vi.waitFor(() => expect(sink.open).toBe(false))
  expect(sink.messages()[1]).toMatchObject({ id: 1, result: { content: [{ text: 'done' }] } })
  await first.answer
  expect(tool.calls).toHaveLength(1)
})

test('only what comes after the last event is sent again', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { session, first } = await brokenOff(pair)
  tool.heard[0]?.progress(2, 2)
  const { sink } = pair.two.get({ ...session, 'last-event-id': first.sink.ids()[1] ?? '' })
  tool.end()
  await vi.waitFor(() => expect(sink.open).toBe(false))
  expect(sink.messages()).toMatchObject([{ params: { progress: 2 } }, { id: 1 }])
})

test('a stream that has ended is sent to its end, and then is unknown', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { last, first, session } = await brokenOff(pair)
  tool.end()
  await first.answer
  const again = pair.two.get(last)
  await again.answer
  expect([again.sink.messages().length, again.sink.open]).toEqual([2, false])
  const nothing = await pair.two.get({ ...session, 'last-event-id': again.sink.ids().at(-1) ?? '' }).answer
  expect([nothing.status, nothing.json.error.code, nothing.refusals.length]).toEqual([400, -32000, 1])
})

test.for([
  'nothing~1-1',
  '',
  'x',
  '~1-1',
  'a~1',
  'a~-1-1',
  `a~${'9'.repeat(17)}-1`,
  'a~1-1\n',
  `${'a'.repeat(33)}~1-1`,
])('Last-Event-ID %j is refused', async (id) => {
  const pair = replicaPair()
  const session = await pair.one.open()
  const { answer, sink } = pair.one.get({ ...session, 'last-event-id': id })
  expect((await answer).status).toBe(400)
  expect(sink.frames).toEqual([])
})

test('the largest entry that can be named is no fault', async () => {
  const pair = replicaPair()
  const session = await pair.one.open()
  const id = `x~${'9'.repeat(16)}-${'9'.repeat(16)}`
  expect((await pair.one.get({ ...session, 'last-event-id': id }).answer).status).toBe(400)
})

test("a stream is its session's: others' sessions do not know it, and others do not know the session", async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { last } = await brokenOff(pair)
  const other = await pair.two.open()
  expect((await pair.two.get({ ...last, ...other }).answer).status).toBe(400)
  for (const stranger of [grantOfCaller({ subject: 'bob' }), grantOfCaller({ tenantId: 'globex' })]) {
    const { answer, sink } = pair.two.get(last, stranger)
    expect([(await answer).status, sink.frames]).toEqual([404, []])
  }
  tool.end()
})

test('a client that comes back and goes again leaves no timer, no follower and no count', async () => {
  vi.useFakeTimers()
  const pair = replicaPair(heldTool())
  const session = await pair.one.open()
  const first = pair.one.stream(call(), session)
  await vi.advanceTimersByTimeAsync(0)
  const last = { ...session, 'last-event-id': first.sink.ids()[0] ?? '' }
  // More than a user may have at once, one after the other.
  for (let n = 0; n < 12; n++) {
    const { sink, answer } = pair.two.get(last)
    await answer
    sink.breakOff()
  }
  expect(vi.getTimerCount()).toBe(0)
})

test('looks do not pile up behind a slow store', async () => {
  vi.useFakeTimers()
  const pair = replicaPair(heldTool())
  const slow = gate()
  let looks = 0
  const { get } = pair.records
  const session = await pair.one.open()
  const first = pair.one.stream(call(), session)
  await vi.advanceTimersByTimeAsync(0)
  pair.records.get = async (key) => {
    looks++
    if (looks > 1) await slow.passed
    return get(key)
  }
  const { sink } = pair.two.get({ ...session, 'last-event-id': first.sink.ids()[0] ?? '' })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(looks).toBe(2)
  sink.breakOff()
  slow.open()
})

test('where the log cannot be followed, its looks read on, and a store that is away is no end', async () => {
  vi.useFakeTimers()
  const tool = heldTool()
  const pair = replicaPair(tool)
  const session = await pair.one.open()
  const first = pair.one.stream(call(), session)
  await vi.advanceTimersByTimeAsync(0)
  pair.events.follow = () => Promise.reject(new Error('away'))
  const { readAfter } = pair.events
  const { sink, answer } = pair.two.get({ ...session, 'last-event-id': first.sink.ids()[0] ?? '' })
  expect((await answer).streamed).toBe(true)
  pair.events.readAfter = () => Promise.reject(new Error('away'))
  tool.end()
  await vi.advanceTimersByTimeAsync(500)
  expect(sink.open).toBe(true)
  pair.events.readAfter = readAfter
  await vi.advanceTimersByTimeAsync(1_000)
  expect(sink.messages().at(-1)).toMatchObject({ id: 1, result: expect.anything() })
  expect(sink.open).toBe(false)
})

test('an answer that is still being read when the call is over is not cut off', async () => {
  vi.useFakeTimers()
  const tool = heldTool()
  const pair = replicaPair(tool)
  const session = await pair.one.open()
  const first = pair.one.stream(call(), session)
  await vi.advanceTimersByTimeAsync(0)
  const { sink } = pair.two.get({ ...session, 'last-event-id': first.sink.ids()[0] ?? '' })
  await vi.advanceTimersByTimeAsync(0)
  const slow = gate()
  const { readAfter } = pair.events
  pair.events.readAfter = async (...of) => {
    await slow.passed
    return readAfter(...of)
  }
  tool.end()
  await vi.advanceTimersByTimeAsync(2_500)
  expect(sink.open).toBe(true)
  slow.open()
  await vi.advanceTimersByTimeAsync(0)
  expect([sink.open, sink.messages().at(-1)?.id]).toEqual([false, 1])
})

test('two last messages are one to the client', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { last, session, first } = await brokenOff(pair)
  const stream = first.sink.ids()[0]?.split('~')[0]
  // As a replica leaves it that was taken for dead and was not.
  const key = { tenantId: 'acme', name: `${session['mcp-session-id']}:${stream}` }
  await pair.events.append(key, '={"id":1,"result":{}}')
  await pair.events.append(key, '={"id":1,"result":{}}')
  const { sink } = pair.two.get(last)
  await vi.waitFor(() => expect(sink.open).toBe(false))
  expect(sink.messages().filter(({ id }) => id === 1)).toHaveLength(1)
  tool.end()
})

test('more than one page of missed events comes whole and in order', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { last } = await brokenOff(pair)
  for (let n = 2; n <= 250; n++) tool.heard[0]?.progress(n)
  tool.end()
  const { sink } = pair.two.get(last)
  await vi.waitFor(() => expect(sink.open).toBe(false))
  const seen = sink.messages().map(({ params }) => params?.progress)
  expect(seen).toEqual([...Array.from({ length: 250 }, (_, n) => n + 1), undefined])
})

test('DELETE on the other replica cancels what runs', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { session, first } = await brokenOff(pair)
  expect((await pair.two.delete(session)).status).toBe(204)
  await first.answer
  expect(tool.calls[0]?.signal.aborted).toBe(true)
  expect((await pair.one.get(session).answer).status).toBe(404)
})

test('a client that loses its connection cancels nothing', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const { first } = await brokenOff(pair)
  expect(tool.calls[0]?.signal.aborted).toBe(false)
  tool.end()
  await first.answer
})
