import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { Grant, Log } from '@gateway/domain'
import { rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'
import { createConnection } from './connection.ts'

/** One client at standard input and output, whose identity was settled at the start. */
export interface StdioOptions {
  readonly grant: Grant
  readonly input: Readable
  readonly output: Writable
  readonly log: Log
}

/** Most bytes of one message. */
const lineLimit = 4 * 1024 * 1024

/**
 * Serves MCP over lines of JSON. Resolves when the input has ended and every answer is written, or when nobody reads
 * the output any more.
 */
export const serveStdio = async (server: Server, options: StdioOptions): Promise<void> => {
  const { grant, input, output, log } = options
  const readerGone = new AbortController()
  const { signal } = readerGone
  const connection = createConnection(server, {
    grant,
    send: (message) => void output.write(`${message}\n`),
  })
  // The reader of our answers has gone: what runs is stopped, and nothing more is read.
  const gone = (): void => {
    connection.close()
    readerGone.abort()
    input.destroy()
  }
  // They stay: a write that fails late must not end the process.
  output.on('error', gone).on('close', gone)
  try {
    for await (const line of linesOf(input)) {
      const caller = { grant, requestId: server.newId(), log }
      const message = line === undefined ? undefined : parsed(line)
      if (message === undefined) void connection.refuse(notJson, caller)
      else void connection.receive(message, caller)
      if (output.writableNeedDrain) await once(output, 'drain', { signal })
    }
  } catch (thrown) {
    if (!signal.aborted) log.error({ err: thrown }, 'the input cannot be read')
  }
  connection.inputEnded()
  await connection.drain()
  connection.close()
}

/** Lines of UTF-8, without their ends; undefined for one that is too long, of which the rest is skipped. */
async function* linesOf(input: Readable): AsyncGenerator<string | undefined> {
  let held: Buffer[] = []
  let length = 0
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let rest = Buffer.from(chunk)
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = Buffer.concat([...held, rest.subarray(0, end)])
      const size = length + end
      held = []
      length = 0
      rest = rest.subarray(end + 1)
      if (size > lineLimit) yield undefined
      else if (line.length > 0 && !/^\s*$/.test(line.toString('latin1'))) yield line.toString('utf8')
    }
    length += rest.length
    // A line without an end must not grow for ever.
    if (length <= lineLimit) held.push(rest)
    else held = []
  }
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const notJson = { code: rpcCodes.parseError, message: 'The line is not valid JSON of at most 4 MiB.' }
