import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { goodRequest, type SmugglingTarget, smugglers } from './support/malformed.ts'
import { settledAudit } from './support/post.ts'
import { exchange, type RawExchange } from './support/raw.ts'
import type { WireAnswer } from './support/wire.ts'

let gateway: TestGateway
let target: SmugglingTarget
const refused: string[] = []
let executed = 0

beforeAll(async () => {
  gateway = await startGateway()
  target = { host: new URL(gateway.url).host, token: gateway.acme.token() }
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** Checks the shape of a refusal that came before anybody knew who asks. */
const expectRefusal = ({ status, headers, body }: WireAnswer, expected: readonly number[]): void => {
  expect(expected).toContain(status)
  expect(headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json\b/),
    'cache-control': 'no-store',
    connection: 'close',
  })
  const requestId = String(headers['x-request-id'])
  refused.push(requestId)
  expect(JSON.parse(body)).toEqual({
    jsonrpc: '2.0',
    id: null,
    error: {
      code: status === 400 ? -32600 : -32000,
      message: expect.any(String),
      data: { code: expect.any(String), requestId },
    },
  })
  expect(body).not.toMatch(/HPE_|ERR_|FST_|llhttp|Error|evil|cow|\bat\b|node/)
}

const onlyAnswer = ({ answers, closed }: RawExchange): WireAnswer => {
  expect(closed).toBe(true)
  expect(answers).toHaveLength(1)
  return answers[0] as WireAnswer
}

/** A request that ends its connection. */
const last = (request: string): string => request.replace('Host:', 'Connection: close\r\nHost:')

test('what the table breaks works unbroken: one packet, one call', async () => {
  expect(onlyAnswer(await exchange(gateway.url, last(goodRequest(target)))).status).toBe(200)
  executed += 1
  const chunks = last(goodRequest(target, 'Transfer-Encoding:\tChunked\r\n', '0\r\n\r\n'))
  const empty = onlyAnswer(await exchange(gateway.url, chunks))
  expect(empty.status).toBe(400)
  refused.push(String(empty.headers['x-request-id']))
})

test('a request that ends its connection is answered, and what follows it is not read', async () => {
  const good = goodRequest(target)
  for (const parts of [[last(good) + good], [last(good), good], [`${last(good)}\r\n\r\nGARBAGE`]]) {
    const answer = onlyAnswer(await exchange(gateway.url, parts))
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close'])
    executed += 1
  }
})

test.for(smugglers)('D01, D02 $name: 400, closed, nothing behind it executed', async ({ bytes }) => {
  const refusal = onlyAnswer(await exchange(gateway.url, bytes(target)))
  expectRefusal(refusal, [400])
})

test.for(smugglers)('D01 $name, byte by byte in small packets', async ({ name, bytes }) => {
  // The first packets bring the headers alone, so that the request may be under way when its body breaks.
  const text = bytes(target)
  const cut = text.indexOf('\r\n\r\n') + 4
  const parts = [text.slice(0, cut - 7), text.slice(cut - 7, cut), text.slice(cut)]
  const refusal = onlyAnswer(await exchange(gateway.url, parts, { pauseMs: 3 }))
  expect([name, refusal.status]).toEqual([name, 400])
  expectRefusal(refusal, [400])
})

test.for(['TRACE', 'PROPFIND', 'QUERY', 'LOCK', 'M-SEARCH', 'PURGE'])('D10 %s: 405', async (method) => {
  const text = goodRequest(target).replace('POST', method) + goodRequest(target)
  const refusal = onlyAnswer(await exchange(gateway.url, text))
  expectRefusal(refusal, [405])
  expect(refusal.headers.allow).toBe('GET, POST, DELETE')
})

test.for(['/mcp', 'evil.example:443', '127.0.0.1:22'])('D10 CONNECT %s: 405', async (where) => {
  const text = goodRequest(target).replace('POST /mcp', `CONNECT ${where}`) + goodRequest(target)
  expectRefusal(onlyAnswer(await exchange(gateway.url, text)), [405])
})

test('D09 more than 100 headers: 431, and 100 pass', async () => {
  const filler = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: 1\r\n`).join('')
  const withFiller = (count: number) => goodRequest(target).replace('Host:', `${filler(count)}Host:`)
  expectRefusal(onlyAnswer(await exchange(gateway.url, withFiller(97) + goodRequest(target))), [431])
  expect(onlyAnswer(await exchange(gateway.url, last(withFiller(95)))).status).toBe(200)
  executed += 1
})

test.for([
  ['one header', (text: string) => text.replace('Host:', `X-A: ${'a'.repeat(20_000)}\r\nHost:`)],
  ['many headers', (text: string) => text.replace('Host:', `${'X-A: aaaaaaaaaaaa\r\n'.repeat(1000)}Host:`)],
  ['the target', (text: string) => text.replace('/mcp', `/mcp?${'a'.repeat(20_000)}`)],
] as const)('D09 16 KiB are enough: %s', async ([, change]) => {
  expectRefusal(onlyAnswer(await exchange(gateway.url, change(goodRequest(target)))), [431])
})

test('F16 one audit event for each refusal, none beside them, and nothing else was executed', async () => {
  const events = await settledAudit(gateway, refused.length + executed)
  const denied = events.filter(({ outcome }) => outcome === 'deny')
  expect(denied.map(({ request_id }) => request_id).sort()).toEqual([...refused].sort())
  expect(denied.every(({ reason_code, source }) => reason_code && source?.ip === '127.0.0.1')).toBe(true)
  expect(events.filter(({ event }) => event === 'tool.call')).toHaveLength(executed)
  expect(gateway.logs.join('')).not.toContain(target.token)
  expect(gateway.logs.filter((line) => JSON.parse(line).level === 'error')).toEqual([])
})
