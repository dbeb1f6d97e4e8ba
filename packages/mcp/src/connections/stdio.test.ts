import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type InputNeeded, needInput, type ToolCall, type ToolResult } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { grantOfCaller } from '../testing/grants.ts'
import { initialize, type McpLineOptions, mcpLine, request } from '../testing/mcp-line.ts'
import type { Message } from '../testing/test-sink.ts'
import { serveStdio } from './stdio.ts'

const lineOf = (message: unknown): string => `${JSON.stringify(message)}\n`

/** A client at both ends, and what was written once the server is done. */
const serve = (options: McpLineOptions = {}) => {
  const line = mcpLine(options)
  const [input, output] = [new PassThrough(), new PassThrough()]
  const log = { info: vi.fn(), error: vi.fn() }
  const served = serveStdio(line.server, { grant: grantOfCaller(), input, output, log })
  return {
    ...line,
    input,
    output,
    log,
    served,
    async answers(): Promise<Message[]> {
      const written = text(output)
      await served
      output.end()
      return (await written)
        .split('\n')
        .filter(Boolean)
        .map((each) => JSON.parse(each))
    },
  }
}

test('lines may come in any pieces, with CRLF, and with empty ones between', async () => {
  const client = serve()
  const bytes = Buffer.from(
    `\r\n  \n${JSON.stringify(request('ping', { note: 'é☃' }, 'é☃'))}\r\n${lineOf(request('ping', {}, 2))}`,
  )
  for (const byte of bytes) client.input.write(Buffer.of(byte))
  client.input.end()
  expect(await client.answers()).toEqual([
    { jsonrpc: '2.0', id: 'é☃', result: {} },
    { jsonrpc: '2.0', id: 2, result: {} },
  ])
})

test('several lines in one piece are several messages; the last one needs its end', async () => {
  const client = serve()
  client.input.end(
    lineOf(request('ping', {}, 1)) + lineOf(request('ping', {}, 2)) + JSON.stringify(request('ping', {}, 3)),
  )
  expect((await client.answers()).map(({ id }) => id)).toEqual([1, 2])
})

test('what is not JSON is answered and audited, and what follows is served', async () => {
  const client = serve()
  client.input.end(`{\n[]\n${lineOf(request('ping', {}, 1))}`)
  const answers = await client.answers()
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    [null, -32700],
    [null, -32600],
    [1, undefined],
  ])
  expect(client.refused.map(({ code }) => code)).toEqual([-32700, -32600])
})

test('a line of over 4 MiB is skipped to its end, however it comes', async () => {
  const client = serve()
  const piece = Buffer.alloc(64 * 1024, 'x')
  for (let n = 0; n < 80; n++) client.input.write(piece)
  client.input.write(`"\n${lineOf(request('ping', {}, 1))}`)
  client.input.write(`"${'y'.repeat(4 * 1024 * 1024)}"\n`)
  client.input.end(lineOf(request('ping', {}, 2)))
  expect((await client.answers()).map(({ id, error }) => [id, error?.code])).toEqual([
    [null, -32700],
    [1, undefined],
    [null, -32700],
    [2, undefined],
  ])
})

test('at the end of the input what runs is answered', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const client = serve({
    async callTool(): Promise<ToolResult> {
      await released
      return { text: 'done', structured: {}, isError: false }
    },
  })
  client.input.write(lineOf(request('initialize', initialize(), 0)))
  await vi.waitFor(() => expect(client.output.readableLength).toBeGreaterThan(0))
  client.input.end(lineOf(request('tools/call', { name: 'x' }, 1)))
  setTimeout(release, 50)
  expect((await client.answers()).map(({ id }) => id)).toEqual([0, 1])
})

test('at the end of the input nobody waits for the answer to a question', async () => {
  const callTool = async ({ interaction }: ToolCall): Promise<ToolResult | InputNeeded> =>
    interaction.answers.name === undefined
      ? needInput({ name: { method: 'elicitation/create', params: { message: 'Who?' } } })
      : { text: 'done', structured: {}, isError: false }
  const client = serve({ callTool })
  client.input.write(lineOf(request('initialize', { ...initialize(), capabilities: { elicitation: {} } }, 0)))
  await vi.waitFor(() => expect(client.output.readableLength).toBeGreaterThan(0))
  client.input.end(lineOf(request('tools/call', { name: 'x' }, 1)))
  const answers = await client.answers()
  expect(answers.map(({ id, method, error }) => method ?? [id, error?.code])).toEqual([
    [0, undefined],
    'elicitation/create',
    [1, -32000],
  ])
})

test.for(['fails', 'is closed'] as const)(
  'an output that %s ends what runs, and the server, however slowly it was read',
  async (how) => {
    const signals: AbortSignal[] = []
    const client = serve({
      async callTool({ signal }): Promise<ToolResult> {
        signals.push(signal)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        return { text: 'cut off', structured: {}, isError: false }
      },
    })
    client.input.write(lineOf(request('initialize', initialize(), 0)))
    await vi.waitFor(() => expect(client.output.readableLength).toBeGreaterThan(0))
    client.input.write(lineOf(request('tools/call', { name: 'x' }, 1)))
    // More than the output holds, so that the server waits for its reader.
    for (let id = 2; id < 10_000; id++) client.input.write(lineOf(request('ping', {}, id)))
    await vi.waitFor(() => expect(client.output.writableNeedDrain).toBe(true))
    client.output.destroy(...(how === 'fails' ? [new Error('EPIPE')] : []))
    await client.served
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect([client.input.destroyed, client.log.error.mock.calls]).toEqual([true, []])
  },
)

test('an input that fails is told to the log, and ends the server', async () => {
  const client = serve()
  client.input.destroy(new Error('EIO'))
  expect(await client.answers()).toEqual([])
  expect(client.log.error).toHaveBeenCalledTimes(1)
})
