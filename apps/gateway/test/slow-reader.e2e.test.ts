import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { type Caller, callerOf } from './support/caller.ts'
import type { OpenAnswer } from './support/open-answer.ts'
import { type Service, startService } from './support/service.ts'
import { readNothing, type SilentReader } from './support/silent-reader.ts'

let service: Service
let ann: Caller
let headers: Record<string, string>

beforeAll(async () => {
  // A small heap, so that what grows is what is held, and not what is not collected yet.
  const env = { NODE_OPTIONS: '--max-old-space-size=128 --max-semi-space-size=8' }
  service = await startService({ redisUrl: inject('redisUrl'), env })
  const token = service.acme.token()
  ann = callerOf(service, token)
  headers = {
    host: new URL(service.url).host,
    authorization: `Bearer ${token}`,
    accept: 'text/event-stream, application/json',
  }
})
afterAll(() => service[Symbol.asyncDispose]())

const flood = (messages: number, bytes: number) => ({ name: 'test_flood', arguments: { messages, bytes } })
const lineBreaks = 'a\r\nb\rc\n\nevent: no\ndata: no\n\nid: no\u2028d\u2029e '

const verboseSession = async (): Promise<string> => {
  const session = await ann.initialize(0)
  const level = await ann.post(0, session, { id: 1, method: 'logging/setLevel', params: { level: 'debug' } })
  expect(await level.reply).toHaveProperty('result')
  return session
}

const numbersIn = ({ events }: Pick<OpenAnswer, 'events'>): number[] =>
  events.flatMap(({ message }) => message?.params?.data?.number ?? [])

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => n + first)

/** Resident memory of the first replica in MiB. */
const memory = async (): Promise<number> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', `${service.replica(0).child.pid}`])
  return Number(stdout) / 1024
}

/** The most that it takes while `work` lasts. */
const peakOf = async (work: () => Promise<void>): Promise<number> => {
  let peak = await memory()
  const timer = setInterval(async () => {
    peak = Math.max(peak, await memory())
  }, 50)
  await work()
  clearInterval(timer)
  return Math.max(peak, await memory())
}

const endOfCalls = (outcome: string, atLeast: number) =>
  service.audit(
    (events) =>
      events.filter((each) => each.mcp?.tool === 'test_flood' && each.outcome === outcome).length >= atLeast,
  )

describe('D28', () => {
  const messages = 1200
  const bytes = 50_000

  test('clients that read nothing are cut off, memory stays flat, and they come back for what is kept', async () => {
    const sessions = await Promise.all([1, 2, 3, 4].map(verboseSession))
    let calls = 0
    const unread = async (times: number): Promise<{ peak: number; readers: SilentReader[] }> => {
      const readers: SilentReader[] = []
      const peak = await peakOf(async () => {
        for (const session of sessions) {
          const params = flood(times, bytes)
          const body = { jsonrpc: '2.0', id: 3, method: 'tools/call', params }
          const named = { ...headers, 'mcp-session-id': session }
          readers.push(await readNothing(service.origins[0], { headers: named, body }))
        }
        calls += sessions.length
        // A client that went away stops nothing.
        await vi.waitFor(() => endOfCalls('allow', calls), { timeout: 30_000 })
      })
      return { peak, readers }
    }
    const few = await unread(messages / 6)
    const { peak, readers } = await unread(messages)
    // 40 MB were said to nobody, and then 240 MB.
    expect(peak / few.peak).toBeLessThan(1.3)

    for (const [n, reader] of readers.entries()) {
      const { error, text } = await reader.rest()
      expect(error).toBe('ECONNRESET')
      expect(text).not.toContain('"result"')
      const ids = [...text.matchAll(/^id: (\S+)\n(?=.*\ndata: [^\n]*\n\n)/gm)].map(([, id]) => id)
      const [start, rest] = await Promise.all(
        [ids[0], ids.at(-1)].map(async (id) => {
          const back = await ann.get(1, sessions[n] ?? '', id)
          expect(await back.message((each) => each.id === 3)).toHaveProperty('result')
          expect(await back.ended).toBe(true)
          return numbersIn(back)
        }),
      )
      // The log keeps the newest 4 MiB to the end, and those are sent to whoever missed them.
      expect(rest?.length).toBeGreaterThan(60)
      expect(rest).toEqual(start?.slice(-(rest?.length ?? 0)))
      expect(rest).toEqual(rest?.toSorted((a, b) => a - b))
      expect(rest?.at(-1)).toBeGreaterThan(messages - 30)
    }
  }, 60_000)

  test('a client of 2026-07-28 that reads nothing is cut off, which cancels its call', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/logLevel': 'debug',
    }
    const params = { ...flood(5000, bytes), _meta: meta }
    const modern = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'test_flood',
    }
    const reader = await readNothing(service.origins[0], {
      headers: { ...headers, ...modern },
      body: { jsonrpc: '2.0', id: 4, method: 'tools/call', params },
    })
    await endOfCalls('cancelled', 1)
    expect((await reader.rest()).error).toBe('ECONNRESET')
  })
})

describe('D29', () => {
  test('line breaks of all kinds arrive as they were said, in frames that are whole', async () => {
    const session = await verboseSession()
    const answer = await ann.post(0, session, { id: 5, method: 'tools/call', params: flood(20, 1000) })
    await answer.reply
    expect(numbersIn(answer)).toEqual(upTo(20))
    for (const { id, message } of answer.events) {
      expect(id).toMatch(/^[\w-]+~\d+-\d+$/)
      if (message?.params) expect(message.params.data.text).toBe(lineBreaks.repeat(50).slice(0, 1000))
    }
  })

  test('an official client reads them as they were said', async () => {
    const client = new Client({ name: 'test client', version: '1.0.0' })
    const transport = new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), {
      requestInit: { headers },
    })
    const heard: unknown[] = []
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      heard.push(params.data)
    })
    await client.connect(transport as never)
    await client.setLoggingLevel('debug')
    await client.callTool(flood(10, 200))
    const text = lineBreaks.repeat(50).slice(0, 200)
    expect(heard).toEqual(upTo(10).map((number) => ({ number, text })))
    await client.close()
  })
})
