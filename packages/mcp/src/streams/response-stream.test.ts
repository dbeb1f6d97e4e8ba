import { GatewayError, type ToolCall } from '@gateway/domain'
import { memoryEventLog } from '@gateway/stores'
import { expect, test, vi } from 'vitest'
import { call, gate, heldTool, said } from '../testing/answers.ts'
import { mcpLine, modern, request } from '../testing/mcp-line.ts'
import { testSink } from '../testing/test-sink.ts'
import { keptStream, silentStream } from './response-stream.ts'

const key = { tenantId: 'acme', name: 'session:stream' }

const newLog = () =>
  memoryEventLog({
    now: Date.now,
    onError(error) {
      throw error
    },
  })

const kept = (changes: Partial<Parameters<typeof keptStream>[1]> = {}, events = newLog()) => {
  const sink = testSink()
  const done: string[] = []
  const stream = keptStream(
    { events },
    {
      id: 'stream',
      key,
      open: () => sink,
      primed: true,
      begin: async () => void done.push('begin'),
      end: async () => void done.push('end'),
      ...changes,
    },
  )
  return {
    stream,
    sink,
    done,
    events,
    texts: async () => (await events.readAfter(key, undefined, 9)).map(({ text }) => text),
  }
}

test('what is sent is kept and written in its order, after a priming event, under ids of the log', async () => {
  const { stream, sink, done, texts, events } = kept()
  expect(stream.isUpgraded()).toBe(false)
  stream.send('{"n":1}')
  expect(stream.isUpgraded()).toBe(true)
  stream.send('{"n":2}')
  await stream.finish(['{"n":3}'])
  expect(sink.frames[0]).toBe('id: stream~0-0\nretry: 1000\ndata: \n\n')
  expect(sink.messages()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  expect(sink.open).toBe(false)
  expect(await texts()).toEqual(['+{"n":1}', '+{"n":2}', '={"n":3}'])
  const entries = (await events.readAfter(key, undefined, 9)).map(({ entry }) => `stream~${entry}`)
  expect(sink.ids()).toEqual(['stream~0-0', ...entries])
  expect(done).toEqual(['begin', 'end'])
})

test('an older revision gets ids, and no event without data', async () => {
  const { stream, sink } = kept({ primed: false })
  stream.send('{"n":1}')
  await stream.finish(['{"n":2}'])
  expect(sink.frames.every((frame) => frame.includes('event: message'))).toBe(true)
  expect(sink.ids()).toHaveLength(2)
})

test('messages stay in order where the log answers late and out of order', async () => {
  const events = newLog()
  const slow = gate()
  let n = 0
  const append: typeof events.append = async (log, text) => {
    const entry = await events.append(log, text)
    if (++n === 1) await slow.passed
    return entry
  }
  const { stream, sink } = kept({}, { ...events, append })
  stream.send('{"n":1}')
  stream.send('{"n":2}')
  const finished = stream.finish(['{"n":3}'])
  await vi.waitFor(() => expect(n).toBe(3))
  expect(sink.messages()).toEqual([])
  slow.open()
  await finished
  expect(sink.messages()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
})

test('a client is served without ids while the log is away, and without a record of the call', async () => {
  const away = () => Promise.reject(new Error('away'))
  const { stream, sink } = kept({ begin: away, end: away }, { ...newLog(), append: away })
  stream.send('{"n":1}')
  stream.detach()
  await stream.finish(['{"n":2}'])
  expect(sink.messages()).toEqual([{ n: 1 }, { n: 2 }])
  expect(sink.ids()).toEqual([])
  expect(sink.open).toBe(false)
})

test('letting go ends the connection once its id is written; what follows is kept', async () => {
  const { stream, sink, texts } = kept()
  stream.detach()
  await vi.waitFor(() => expect(sink.open).toBe(false))
  expect(sink.ids()).toEqual(['stream~0-0'])
  await stream.finish(['{"n":1}'])
  expect(sink.messages()).toEqual([])
  expect(await texts()).toEqual(['={"n":1}'])
})

test('a client that could not come back is not let go', async () => {
  const { stream, sink } = kept({ primed: false })
  stream.detach()
  await stream.finish(['{"n":1}'])
  expect(sink.messages()).toEqual([{ n: 1 }])
})

test('where nobody is connected all is kept', async () => {
  const sinkless = keptStream(
    { events: newLog() },
    { id: 's', key, primed: true, begin: async () => {}, end: async () => {} },
  )
  await sinkless.finish(['{}'])
  expect(sinkless.isUpgraded()).toBe(true)
})

const talkative = {
  async callTool({ interaction }: ToolCall) {
    interaction.progress(1)
    return said('done')
  },
}

test.for(['text/event-stream', 'application/json, text/event-stream', '*/*', 'text/*', undefined])(
  'a client that accepts %s gets a stream',
  async (accept) => {
    const line = mcpLine(talkative)
    const session = await line.open()
    const { sink, answer } = line.stream(call(), { ...session, ...(accept !== undefined && { accept }) })
    expect((await answer).streamed).toBe(true)
    expect(sink.messages().map(({ method }) => method)).toEqual(['notifications/progress', undefined])
  },
)

test('a client that accepts JSON alone gets JSON in both eras, and is asked nothing', async () => {
  const line = mcpLine({
    async callTool({ interaction }) {
      interaction.progress(1)
      interaction.log('error', 'x')
      if ('elicitation' in interaction.capabilities) throw new Error('it looks as if it could be asked')
      return said('done')
    },
  })
  const accept = { accept: 'application/json' }
  const session = await line.open('2025-11-25', undefined, { elicitation: {} })
  const { body, headers } = modern('tools/call', call().params as Record<string, unknown>)
  for (const answer of [
    await line.post(call(), { ...session, ...accept }),
    await line.post(call(), accept),
    await line.post(body, { ...headers, ...accept }),
  ]) {
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
    expect(answer.streamed).toBeUndefined()
    expect(answer.json.result.content).toEqual([{ type: 'text', text: 'done' }])
  }
  await silentStream.finish(['{}'])
})

test.for(['2025-11-25', '2025-03-26', 'modern', 'batch'])(
  'a fault after the stream was opened ends it with an answer, audited once (%s)',
  async (kind) => {
    for (const audited of [true, false]) {
      const line = mcpLine({
        async callTool({ interaction }) {
          interaction.progress(1)
          throw Object.assign(new GatewayError('unavailable', 'Not now.'), { audited })
        },
      })
      const session = kind === 'modern' ? {} : await line.open(kind === 'batch' ? '2025-03-26' : kind)
      const { body, headers } = modern('tools/call', call().params as Record<string, unknown>)
      const sent =
        kind === 'modern'
          ? line.stream(body, headers)
          : line.stream(kind === 'batch' ? [call()] : call(), session)
      const answer = await sent.answer
      expect([answer.streamed, answer.refusals.length, line.refused.length]).toEqual([
        true,
        audited ? 0 : 1,
        0,
      ])
      expect(sent.sink.open).toBe(false)
      expect(sent.sink.messages().at(-1)).toMatchObject({ id: 1, error: { code: -32603 } })
      expect(JSON.stringify(sent.sink.frames)).not.toContain('Not now')
      expect(line.faults).toHaveLength(1)
    }
  },
)

test('a store that is away in the middle of a batch fails that request, and the stream of all ends', async () => {
  const line = mcpLine({
    async callTool({ interaction }) {
      interaction.progress(1)
      return said('done')
    },
  })
  const session = await line.open('2025-03-26')
  const away = () => Promise.reject(new GatewayError('unavailable', 'Not now.'))
  Object.assign(line.server.sessions, { update: away })
  const setLevel = request('logging/setLevel', { level: 'error' }, 2)
  const { sink, answer } = line.stream([call(), setLevel, call({ id: 3 })], session)
  expect((await answer).refusals).toHaveLength(1)
  expect(sink.open).toBe(false)
  const replies = sink.messages().filter(({ method }) => method === undefined)
  expect(replies.map(({ id, error }) => [id, error?.code])).toEqual([
    [1, undefined],
    [2, -32603],
    [3, undefined],
  ])
})

test.for(['legacy', 'modern'])('a handler that goes on after its answer is not heard (%s)', async (era) => {
  const tool = heldTool()
  const line = mcpLine({
    async callTool(made) {
      void tool.callTool({ ...made, interaction: { ...made.interaction, progress() {} } })
      return said('too slow')
    },
  })
  const { body, headers } = modern('tools/call', call().params as Record<string, unknown>)
  const { sink, answer } =
    era === 'modern' ? line.stream(body, headers) : line.stream(call(), await line.open())
  expect((await answer).json.result).toBeDefined()
  const [late] = tool.heard
  line.calls[0]?.interaction.progress(1)
  late?.log('error', 'late')
  late?.closeStream()
  await new Promise(setImmediate)
  expect(sink.frames).toEqual([])
})
