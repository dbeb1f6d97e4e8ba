import { GatewayError } from '@gateway/domain'
import { afterEach, expect, test, vi } from 'vitest'
import { call, heldTool, said } from '../testing/answers.ts'
import { brokenOff } from '../testing/broken-off.ts'
import type { Headers } from '../testing/mcp-line.ts'
import { replicaPair } from '../testing/replica-pair.ts'

afterEach(() => {
  vi.useRealTimers()
})

const stored = async ({ records }: ReturnType<typeof replicaPair>, session: Headers, stream: string) =>
  records.get({ tenantId: 'acme', kind: 'run', id: `${session['mcp-session-id']}~${stream}` })

test('a read whose replica died is run again, once, however many look', async () => {
  const dead = heldTool()
  const pair = replicaPair(dead, { callTool: async () => said('again') })
  const { last, session, first } = await brokenOff(pair)
  pair.killOne()
  const streams = [pair.two.get(last), pair.two.get(last)]
  for (const { sink } of streams) {
    await vi.waitFor(() => expect(sink.open).toBe(false))
    expect(sink.messages()).toMatchObject([
      { params: { progress: 1 } },
      { id: 1, result: { content: [{ text: 'again' }] } },
    ])
  }
  expect(pair.two.calls).toHaveLength(1)
  expect(pair.two.refused).toEqual([])
  await vi.waitFor(async () =>
    expect(await stored(pair, session, first.sink.ids()[0]?.split('~')[0] ?? '')).toBeUndefined(),
  )
})

test('of two replicas that find a call orphaned at once, one goes on', async () => {
  const dead = heldTool()
  const pair = replicaPair(dead, { callTool: async () => said('again') })
  const { last } = await brokenOff(pair)
  pair.killOne()
  const third = pair.three()
  const streams = [pair.two.get(last), third.get(last)]
  for (const { sink } of streams) await vi.waitFor(() => expect(sink.open).toBe(false))
  expect(pair.two.calls.length + third.calls.length).toBe(1)
})

test('of a change whose replica died nobody says that it did not happen, and it is not run again', async () => {
  const dead = heldTool()
  const pair = replicaPair(dead)
  const { last } = await brokenOff(pair, call({ tool: 'aws_ec2_remove_thing' }))
  pair.killOne()
  const { sink } = pair.two.get(last)
  await vi.waitFor(() => expect(sink.open).toBe(false))
  const error = sink.messages().at(-1)?.error
  expect([error?.code, error?.message.includes('may have been carried out')]).toEqual([-32603, true])
  expect(pair.two.calls).toEqual([])
  expect(pair.two.refused.map(({ code }) => code)).toEqual([-32603])
})

test('a fault of the second run is the answer, and is audited once', async () => {
  for (const audited of [true, false]) {
    const pair = replicaPair(heldTool(), {
      async callTool() {
        throw Object.assign(new GatewayError('unavailable', 'Not now.'), { audited })
      },
    })
    const { last } = await brokenOff(pair)
    pair.killOne()
    const { sink } = pair.two.get(last)
    await vi.waitFor(() => expect(sink.open).toBe(false))
    expect(sink.messages().at(-1)).toMatchObject({ id: 1, error: { code: -32603 } })
    expect([pair.two.refused.length, pair.two.faults.length]).toEqual([audited ? 0 : 1, 1])
  }
})

test('a replica that dies while its stream is followed is noticed by the next look', async () => {
  vi.useFakeTimers()
  const pair = replicaPair(heldTool(), { callTool: async () => said('again') })
  const session = await pair.one.open()
  const first = pair.one.stream(call(), session)
  await vi.advanceTimersByTimeAsync(0)
  const { sink } = pair.two.get({ ...session, 'last-event-id': first.sink.ids()[0] ?? '' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sink.open).toBe(true)
  pair.killOne()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([sink.open, sink.messages().at(-1)?.result]).toEqual([false, expect.anything()])
  expect(vi.getTimerCount()).toBe(0)
})

test('where no more calls can be on record, a client is not told to come back', async () => {
  const tool = heldTool()
  const pair = replicaPair(tool)
  const session = await pair.one.open()
  pair.records.create = async () => 'full'
  const { sink, answer } = pair.one.stream(call(), session)
  await vi.waitFor(() => expect(sink.messages()).toHaveLength(1))
  expect(sink.frames[0]).not.toContain('retry')
  tool.heard[0]?.closeStream()
  tool.end()
  await answer
  expect(sink.messages().at(-1)).toMatchObject({ id: 1, result: expect.anything() })
})

test('a call with large arguments can be come back to, but is neither kept whole nor run again', async () => {
  const tool = heldTool()
  const large = call({ args: { large: 'x'.repeat(65_536) } })
  const alive = replicaPair(tool)
  const { last, session, first } = await brokenOff(alive, large)
  const stream = first.sink.ids()[0]?.split('~')[0] ?? ''
  await vi.waitFor(async () => expect((await stored(alive, session, stream))?.length).toBeLessThan(200))
  const { sink } = alive.two.get(last)
  tool.end()
  await vi.waitFor(() => expect(sink.messages().at(-1)).toMatchObject({ id: 1, result: expect.anything() }))

  const pair = replicaPair(heldTool())
  const broken = await brokenOff(pair, large)
  pair.killOne()
  const second = pair.two.get(broken.last)
  await vi.waitFor(() => expect(second.sink.messages().at(-1)).toMatchObject({ error: { code: -32603 } }))
  expect(pair.two.calls).toEqual([])
})
