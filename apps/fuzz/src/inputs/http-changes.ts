import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Input } from './input.ts'
import { flippedBit } from './mutate-json.ts'
import { type GoodRequest, oneLine, requestText } from './request-text.ts'

type Made = Pick<Input, 'what' | 'parts' | 'unfinished' | 'refused'>
type Change = (random: Random, text: string, request: GoodRequest) => Made

type Flags = Pick<Input, 'unfinished' | 'refused'>

/** The text with lines put before its first header; its end may be elsewhere then. */
const withLines = (what: string, lines: string, flags: Flags = {}): Change => {
  return (_, text) => ({ what, parts: [text.replace('\r\n', () => `\r\n${lines}`)], ...flags })
}

/** What proxies read in another way than servers (RFC 9112 section 11.2) is refused, wherever it comes. */
const smuggled = (what: string, lines: string): Change =>
  withLines(what, lines, { unfinished: true, refused: true })

const chunked = (what: string, chunks: (body: string) => string, unfinished = false): Change => {
  return (_, __, request) => {
    const text = requestText(request.method, request.path, [
      ...request.headers,
      ['Transfer-Encoding', 'chunked'],
    ])
    return { what, parts: [text + chunks(request.body ?? '{}')], ...(unfinished && { unfinished }) }
  }
}

const sized = (body: string, size = body.length.toString(16)) => `${size}\r\n${body}\r\n0\r\n\r\n`

/** What is done to the bytes of a request. */
export const httpChanges: readonly Change[] = [
  (_, text) => ({ what: 'as it is', parts: [text] }),
  (random, text) => {
    const times = random.pick([1, 2, 8, 40])
    let mutated = text
    for (let n = 0; n < times; n++) mutated = flippedBit(random, mutated)
    return { what: `${times} bits changed`, parts: [mutated], unfinished: true }
  },
  (random, text) => {
    const at = random.below(text.length)
    return { what: `cut at ${at}`, parts: [text.slice(0, at)], unfinished: true }
  },
  (random, text) => {
    const at = random.below(text.length)
    return { what: `a pause at ${at}`, parts: [text.slice(0, at), text.slice(at)], unfinished: at === 0 }
  },
  (random, text) => {
    const at = random.below(text.length)
    const junk = random.pick(['\0', '\r', '\n', '\r\n', '\x0b', ' ', ':', '\xff', '\t', '\r\n\r\n'])
    const mutated = text.slice(0, at) + junk + text.slice(at)
    return { what: `${JSON.stringify(junk)} at ${at}`, parts: [mutated], unfinished: true }
  },
  (_, text) => ({ what: 'twice in one packet', parts: [text + text] }),
  (_, text) => ({ what: 'with junk behind it', parts: [`${text}\0\0\0junk\r\n\r\n`], unfinished: true }),
  (random, text) => {
    const size = random.pick([7_000, 15_000, 16_300, 16_384, 20_000, 70_000])
    return { ...withLines(`a header of ${size}`, `X-A: ${'a'.repeat(size)}\r\n`)(random, text, none) }
  },
  (random, text) => {
    const count = random.pick([50, 96, 101, 250, 1_000])
    return { ...withLines(`${count} headers`, 'X-A: b\r\n'.repeat(count))(random, text, none) }
  },
  (random, text) => ({
    ...withLines('a hostile header', `X-A: ${latin1(random.pick(hostileTexts))}\r\n`)(random, text, none),
    unfinished: true,
  }),
  (random, text, request) => {
    const [name] = random.pick(request.headers)
    const value = oneLine(random.pick(hostileTexts))
    return { ...withLines(`${name} twice`, `${name}: ${value}\r\n`)(random, text, none) }
  },
  (random, text, request) => {
    const [name] = random.pick(request.headers)
    const value = oneLine(random.pick(hostileTexts))
    const mutated = text.replace(new RegExp(`${name}: .*\\r\\n`), () => `${name}: ${value}\r\n`)
    return { what: `another ${name}`, parts: [mutated] }
  },
  (random, text, request) => {
    const [name] = random.pick(request.headers)
    return { what: `no ${name}`, parts: [text.replace(new RegExp(`${name}: .*\\r\\n`), '')] }
  },
  smuggled('TE twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
  smuggled('TE gzip, chunked', 'Transfer-Encoding: gzip, chunked\r\n'),
  smuggled('TE identity', 'Transfer-Encoding: identity\r\n'),
  smuggled('two Host', 'hOST: evil.example\r\n'),
  smuggled('250 headers and one', 'X-A: b\r\n'.repeat(251)),
  smuggled('a folded line', 'X-A: b\r\n c\r\n'),
  smuggled('a line without a colon', 'X-A\r\n'),
  smuggled('a space before the colon', 'X-A : b\r\n'),
  smuggled('NUL in a value', 'X-A: b\0c\r\n'),
  smuggled('a bare LF', 'X-A: b\n'),
  smuggled('a bare CR', 'X-A: b\rX-C: d\r\n'),
  withLines('TE and CL', 'Transfer-Encoding: chunked\r\n', { unfinished: true }),
  smuggled('TE xchunked', 'Transfer-Encoding: xchunked\r\n'),
  withLines('a longer CL', 'Content-Length: 100000\r\n', { unfinished: true }),
  smuggled('a negative CL', 'Content-Length: -1\r\n'),
  withLines('CL over the limit', 'Content-Length: 99999999\r\n', { unfinished: true }),
  withLines('Expect 100-continue', 'Expect: 100-continue\r\n'),
  smuggled('Expect coffee', 'Expect: coffee\r\n'),
  withLines(
    'an upgrade to h2c',
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n',
  ),
  withLines('an upgrade to nothing', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'),
  withLines('Content-Encoding gzip', 'Content-Encoding: gzip\r\n'),
  withLines('Connection close', 'Connection: close\r\n'),
  withLines('Origin null', 'Origin: null\r\n'),
  withLines(
    'forwarded',
    'X-Forwarded-For: ::::, x\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=x\r\n',
  ),
  withLines('traceparent', 'traceparent: 00-zz-zz-ff\r\ntracestate: =,=,=\r\n'),
  (random, text) => {
    const type = random.pick([
      'text/plain',
      'application/json; charset=utf-16',
      'multipart/form-data',
      ';',
      '',
    ])
    return {
      what: `Content-Type ${type}`,
      parts: [text.replace(/Content-Type: .*\r\n/, () => `Content-Type: ${type}\r\n`)],
    }
  },
  (random, text) => {
    const version = random.pick([
      'HTTP/1.0',
      'HTTP/0.9',
      'HTTP/2.0',
      'HTTP/1.2',
      'HTTP/9.9',
      'HTCPCP/1.0',
      '',
    ])
    return { what: version, parts: [text.replace('HTTP/1.1', version)], unfinished: true }
  },
  chunked('chunked', sized),
  chunked(
    'chunked byte by byte',
    (body) => `${[...body].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`,
  ),
  chunked('a chunk size that is none', (body) => sized(body, 'zz'), true),
  chunked('a chunk size too large', (body) => sized(body, 'f'.repeat(20)), true),
  chunked('a chunk size of 2 GB', (body) => sized(body, '7fffffff'), true),
  chunked(
    'a long chunk extension',
    (body) => sized(body, `${body.length.toString(16)};${'a'.repeat(20_480)}`),
    true,
  ),
  chunked('trailers', (body) => `${body.length.toString(16)}\r\n${body}\r\n0\r\nHost: x\r\nX-A: b\r\n\r\n`),
  chunked('a last chunk that does not come', (body) => `${body.length.toString(16)}\r\n${body}\r\n`, true),
  (_, __, { method, path, headers }) => ({
    what: 'a body of 1.2 MB',
    parts: [requestText(method, path, headers, 'a'.repeat(1_200_000))],
  }),
  (random, _, { method, path, headers }) => ({
    what: 'a hostile body',
    parts: [
      requestText(
        method,
        path,
        headers,
        latin1(random.pick([...hostileTexts, '[]', '0', '"', '{', '['.repeat(100_000)])),
      ),
    ],
  }),
  () => ({ what: 'TLS', parts: ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'], unfinished: true }),
  () => ({ what: 'the preface of HTTP/2', parts: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], unfinished: true }),
  () => ({ what: 'nothing but line ends', parts: ['\r\n'.repeat(1_000)], unfinished: true }),
]

const none: GoodRequest = { door: 'gateway', method: 'GET', path: '/', headers: [] }

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
