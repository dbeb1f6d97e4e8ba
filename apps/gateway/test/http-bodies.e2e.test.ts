import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { goodRequest } from './support/malformed.ts'
import { expectOnlyRefusals, expectRefused, ping, post } from './support/post.ts'
import { exchange } from './support/raw.ts'
import { expectAudited } from './support/refusals.ts'
import type { WireAnswer, WireRequest } from './support/wire.ts'

let gateway: TestGateway
let token: string
let refusals = 0

beforeAll(async () => {
  gateway = await startGateway()
  token = gateway.acme.token()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ask = (body?: string, request?: WireRequest) => post(gateway, token, body, request)
const refused = async (answer: WireAnswer, status: number, code: string): Promise<void> => {
  refusals += 1
  await expectRefused(gateway, answer, status, code)
}

const rpcErrorOf = ({ body }: WireAnswer) => JSON.parse(body).error.code

test('a good request is answered', async () => {
  const answer = await ask(ping)
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { jsonrpc: '2.0', id: 7, result: {} }])
  expect(answer.headers).toMatchObject({
    'cache-control': 'private, no-store',
    vary: 'Authorization, Origin',
    'content-type': expect.stringMatching(/^application\/json\b/),
  })
})

test.for([
  ['invalid JSON', '{"jsonrpc":'],
  ['text', 'hello'],
  ['form data', 'a=1&b=2'],
  ['a byte order mark', '\ufeff{}'],
  ['D13 arrays 100,000 deep', '['.repeat(100_000)],
  ['D13 objects 100,000 deep', '{"a":'.repeat(100_000)],
  [
    'D14 __proto__ in arguments',
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"aws_whoami","arguments":{"__proto__":{"a":1}}}}`,
  ],
  ['D14 __proto__ in escapes', '{"\\u005f_proto__":{}}'],
  [
    'D14 constructor.prototype',
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"constructor":{"prototype":{}}}}`,
  ],
  ['D16 a lone surrogate', '{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}'],
] as const)('D12 %s: 400 J(-32700)', async ([, body]) => {
  const answer = await ask(body)
  await refused(answer, 400, 'parse_error')
  expect(rpcErrorOf(answer)).toBe(-32700)
})

test.for(['\xff', '\xc0\xaf', '\xed\xa0\x80'])('D16 bytes that are not UTF-8: 400', async (bytes) => {
  const target = { host: new URL(gateway.url).host, token }
  const body = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"${bytes}"}}`
  const headers = `Connection: close\r\nContent-Length: ${body.length}\r\n`
  const { answers } = await exchange(gateway.url, goodRequest(target, headers, body))
  expect(answers.map(rpcErrorOf)).toEqual([-32700])
  if (answers[0]) await refused(answers[0], 400, 'parse_error')
})

test('D12 an empty body, with a type and without: 400', async () => {
  for (const request of [{}, { headers: [['content-type', '']] as const }]) {
    const answer = await ask('', request)
    await refused(answer, 400, 'parse_error')
    expect(rpcErrorOf(answer)).toBe(-32700)
  }
})

test.for([
  ['null', 'null'],
  ['a number', '42'],
  ['a string', '"ping"'],
  ['true', 'true'],
  ['an empty object', '{}'],
  ['an empty array', '[]'],
  ['another version', '{"jsonrpc":"1.0","method":"ping"}'],
  ['a method that is no string', '{"jsonrpc":"2.0","method":{}}'],
  ['D17 a batch of modern messages', `[${modern(1)},${modern(2)}]`],
  ['D17 a batch of later versions', `[${ping}]`, '2025-06-18'],
  ['D18 id null', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
  ['D18 id object', '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}'],
  ['D18 id array', '{"jsonrpc":"2.0","id":[1],"method":"ping"}'],
  ['D18 id 1e400', '{"jsonrpc":"2.0","id":1e400,"method":"ping"}'],
  ['D18 id fraction', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
  ['D18 id true', '{"jsonrpc":"2.0","id":true,"method":"ping"}'],
  ['D18 id of 1 MB', `{"jsonrpc":"2.0","id":"${'a'.repeat(1_000_000)}","method":"ping"}`],
] as const)('D12 %s: 400 J(-32600), id null', async ([, body, version]) => {
  const headers = version ? ([['mcp-protocol-version', version]] as const) : []
  const answer = await ask(body, { headers })
  refusals += 1
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    400,
    { jsonrpc: '2.0', id: null, error: expect.objectContaining({ code: -32600 }) },
  ])
  await expectAudited(gateway, answer, {
    event: 'mcp.deny',
    outcome: 'deny',
    reason_code: 'rpc:-32600',
    tenant_id: 'acme',
  })
})

test.for(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'x', ''])(
  'D08 content type "%s": 415',
  async (type) => {
    await refused(await ask(ping, { headers: [['content-type', type]] }), 415, 'unsupported_media_type')
  },
)

test('D06 a body over the limit: 413, by length and in chunks; one of the limit passes', async () => {
  const limit = 1024 * 1024
  const target = { host: new URL(gateway.url).host, token }
  const chunk = `80000\r\n${' '.repeat(0x80000)}\r\n`
  for (const text of [
    goodRequest(target, `Content-Length: ${limit + 1}\r\n`, ''),
    goodRequest(target, 'Content-Length: 99999999999\r\n'),
    goodRequest(target, 'Transfer-Encoding: chunked\r\n', `${chunk.repeat(8)}1\r\n \r\n0\r\n\r\n`),
  ]) {
    const { answers, closed } = await exchange(gateway.url, text)
    expect([closed, answers.length]).toEqual([true, 1])
    if (answers[0]) await refused(answers[0], 413, 'payload_too_large')
  }
  expect((await ask(' '.repeat(limit - ping.length) + ping)).status).toBe(200)
})

test('F16 one audit event for each, nothing failed, and nothing of a body is logged', () =>
  expectOnlyRefusals(gateway, refusals, [token, 'aaaaaaaa', '__proto__', 'hello']))

function modern(id: number): string {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', params: { _meta: meta } })
}
