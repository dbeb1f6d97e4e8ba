import { expect, test } from 'vitest'
import { answersIn, isComplete } from './answers.ts'
import type { Exchange } from './exchange.ts'
import type { Input } from './inputs/input.ts'
import { judgeExchange } from './judge-exchange.ts'

const input: Input = { door: 'gateway', what: 'x', parts: ['POST /mcp HTTP/1.1\r\n\r\n{}'] }
const secrets = { nobody: ['the-state-key'], operators: ['external-id-of-x'] }

const http = (status: number, body: string, type = 'application/json') =>
  `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`

const done = (received: string, end: Exchange['end'] = 'answered'): Exchange => ({
  answers: answersIn(received),
  received,
  end,
  ms: 1,
})

const kinds = (received: string, change: Partial<Input> = {}, end?: Exchange['end']) =>
  judgeExchange({ ...input, ...change }, done(received, end), secrets).map(({ kind }) => kind)

const rpc = (error: unknown) => JSON.stringify({ jsonrpc: '2.0', id: 1, error })
const refusal = http(400, rpc({ code: -32600, message: 'no', data: { code: 'bad_request' } }))
const result = http(200, JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }))
const failed = (code: string) =>
  http(200, JSON.stringify({ id: 1, result: { isError: true, structuredContent: { error: { code } } } }))

test.for<[string, string, Partial<Input>, Exchange['end'] | undefined, readonly string[]]>([
  ['a refusal', refusal, {}, undefined, []],
  ['a result', result, {}, undefined, []],
  ['a status of 500', http(500, '{}'), {}, undefined, ['status 500']],
  ['500 as the second answer', result + http(500, '{}'), {}, undefined, ['status 500']],
  ['503', http(503, rpc({ code: -32603, data: { code: 'unavailable' } })), {}, undefined, []],
  [
    'an internal error in JSON-RPC',
    http(200, rpc({ code: -32603, data: { code: 'internal' } })),
    {},
    undefined,
    ['internal error'],
  ],
  [
    'one without a code of ours',
    http(200, rpc({ code: -32603, message: 'x' })),
    {},
    undefined,
    ['internal error'],
  ],
  ['a tool that failed by itself', failed('internal'), {}, undefined, ['internal error']],
  ['a tool that refused', failed('invalid_arguments'), {}, undefined, []],
  [
    'an internal error in a batch',
    http(200, `[${rpc({ code: -32600 })},${rpc({ code: -32603 })}]`),
    {},
    undefined,
    ['internal error'],
  ],
  [
    'an internal error in a stream',
    http(200, `data: ${rpc({ code: -32603 })}\n\n`, 'text/event-stream'),
    {},
    undefined,
    ['internal error'],
  ],
  [
    'a frame of a stack',
    http(400, 'Error: x\\n    at run (file:///app/x.js:1:2)'),
    {},
    undefined,
    ['internals told'],
  ],
  ['the name of an error', http(400, 'TypeError: x'), {}, undefined, ['internals told']],
  ['a code of the system', http(502, 'connect ECONNREFUSED'), {}, undefined, ['internals told']],
  ['a path', http(400, 'in /app/gateway/main.ts'), {}, undefined, ['internals told']],
  [
    'what the caller has said first',
    http(400, 'unknown: TypeError'),
    { parts: ['TypeError'] },
    undefined,
    [],
  ],
  ['a secret', http(200, '"the-state-key"'), { byOperator: true }, undefined, ['internals told']],
  ['what an operator may know', http(200, '"external-id-of-x"'), { byOperator: true }, undefined, []],
  ['the same to others', http(200, '"external-id-of-x"'), {}, undefined, ['internals told']],
  ['nothing, and the connection stays', '', {}, 'open', ['hang']],
  ['half of an answer', result.slice(0, -5), {}, 'open', ['hang']],
  ['nothing, and the connection ends', '', {}, 'closed', ['no answer']],
  ['the same for half of a request', '', { unfinished: true }, 'closed', []],
  ['a result for what must be refused', result, { refused: true }, undefined, ['not refused']],
  [
    'a page for what must be refused',
    http(200, 'x', 'text/html'),
    { refused: true },
    undefined,
    ['not refused'],
  ],
  ['a refusal in a tool', failed('unknown_cursor'), { refused: true }, undefined, []],
  ['a refusal by its status', http(401, '{}'), { refused: true }, undefined, []],
])('%s', ([, received, change, end, faults]) => {
  expect(kinds(received, change, end)).toEqual(faults)
})

const stream =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n:\n\r\n'

test('an event stream may stay open where one was asked for', () => {
  expect(kinds(stream, { parts: ['GET /mcp HTTP/1.1\r\n\r\n'] }, 'open')).toEqual([])
  expect(
    kinds(stream, { parts: ['POST /mcp HTTP/1.1\r\n\r\n{"method":"subscriptions/listen"}'] }, 'open'),
  ).toEqual([])
  expect(kinds(stream, { parts: ['POST /mcp HTTP/1.1\r\n\r\n{"method":"tools/call"}'] }, 'open')).toEqual([
    'hang',
  ])
})

test('a WebSocket may stay open where it was taken', () => {
  const taken = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02{}'
  expect(kinds(taken, { upgrades: true }, 'open')).toEqual([])
  expect(kinds('', { upgrades: true }, 'open')).toEqual(['hang'])
})

test('answers are told apart: interim ones, chunked ones, those without a body, and the end', () => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'
  const answers = answersIn(`HTTP/1.1 100 Continue\r\n\r\n${chunked}${head}HTTP/1.1 204 No Content\r\n\r\n`)
  expect(answers.map(({ status, body, whole }) => [status, body, whole])).toEqual([
    [200, 'abc', true],
    [200, '', true],
    [204, '', true],
  ])
  for (const part of [
    '',
    'HTTP/1.1 200 OK\r\n',
    chunked.slice(0, -1),
    result.slice(0, -1),
    result + head.slice(0, -1),
  ])
    expect(isComplete(part)).toBe(false)
})
