/** A request of which proxies and servers disagree where it ends, with another one behind it. */
export interface Smuggler {
  readonly name: string
  /** Latin-1. */
  bytes(target: SmugglingTarget): string
}

export interface SmugglingTarget {
  readonly host: string
  readonly token: string
}

const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'aws_whoami' } })

/** A good request as it stands on the wire; with `headers`, one that has these in place of its length. */
export const goodRequest = ({ host, token }: SmugglingTarget, headers?: string, body = call): string =>
  `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
  `${headers ?? `Content-Length: ${call.length}\r\n`}\r\n${body}`

const size = call.length.toString(16)
const chunked = `${size}\r\n${call}\r\n0\r\n\r\n`
const te = 'Transfer-Encoding: chunked\r\n'
const length = `Content-Length: ${call.length}\r\n`

const withHeaders = (name: string, headers: string, body = call): Smuggler => ({
  name,
  bytes: (target) => goodRequest(target, headers, body) + goodRequest(target),
})

const withStart = (name: string, change: (request: string) => string): Smuggler => ({
  name,
  bytes: (target) => change(goodRequest(target)) + goodRequest(target),
})

/** D01 and its neighbours: each is refused, its connection ends, and nothing behind it is executed. */
export const smugglers: readonly Smuggler[] = [
  withHeaders('CL and TE', `Content-Length: 4\r\n${te}`, chunked),
  withHeaders('TE and CL', `${te}Content-Length: 4\r\n`, chunked),
  withHeaders('TE and CL zero', `${te}Content-Length: 0\r\n`, chunked),
  withHeaders('TE xchunked', 'Transfer-Encoding: xchunked\r\n', chunked),
  withHeaders('TE twice', te + te, chunked),
  withHeaders('TE chunked, then another', `${te}Transfer-Encoding: cow\r\n`, chunked),
  withHeaders('TE another, then chunked', `Transfer-Encoding: cow\r\n${te}`, chunked),
  withHeaders('TE identity', 'Transfer-Encoding: identity\r\n', chunked),
  withHeaders('TE gzip, chunked', 'Transfer-Encoding: gzip, chunked\r\n', chunked),
  withHeaders('TE chunked, identity', 'Transfer-Encoding: chunked, identity\r\n', chunked),
  withHeaders('TE with a vertical tab', 'Transfer-Encoding: \x0bchunked\r\n', chunked),
  withHeaders('TE quoted', 'Transfer-Encoding: "chunked"\r\n', chunked),
  withHeaders('TE with a parameter', 'Transfer-Encoding: chunked;q=1\r\n', chunked),
  withHeaders('TE empty', 'Transfer-Encoding: \r\n', chunked),
  withHeaders('TE with a space before the colon', 'Transfer-Encoding : chunked\r\n', chunked),
  withHeaders('TE on a folded line', 'Transfer-Encoding:\r\n chunked\r\n', chunked),
  withHeaders('TE behind a bare LF', `X-A: b\n${te}`, chunked),
  withHeaders('CL twice', `${length}Content-Length: 0\r\n`),
  withHeaders('CL twice the same', length + length),
  withHeaders('CL as a list', `Content-Length: ${call.length}, ${call.length}\r\n`),
  withHeaders('CL negative', 'Content-Length: -1\r\n'),
  withHeaders('CL with a plus', `Content-Length: +${call.length}\r\n`),
  withHeaders('CL hexadecimal', `Content-Length: 0x${size}\r\n`),
  withHeaders('CL too large to count', 'Content-Length: 99999999999999999999999\r\n'),
  withHeaders('CL empty', 'Content-Length: \r\n'),
  withHeaders('CL with a space before the colon', `Content-Length : ${call.length}\r\n`),
  withHeaders('a folded line', `X-A: b\r\n c\r\n${length}`),
  withHeaders('a line folded with a tab', `X-A: b\r\n\tc\r\n${length}`),
  withHeaders('a bare LF', `X-A: b\n${length}`),
  withHeaders('a bare CR', `X-A: b\rX-C: d\r\n${length}`),
  withHeaders('NUL in a value', `X-A: b\0c\r\n${length}`),
  withHeaders('NUL in a name', `X\0A: b\r\n${length}`),
  withHeaders('a line without a colon', `X-A\r\n${length}`),
  withHeaders('a header without a name', `: b\r\n${length}`),
  withHeaders('chunk size not a number', te, `zz\r\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk size negative', te, `-${size}\r\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk size too large to count', te, `${'f'.repeat(20)}\r\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk size with 0x', te, `0x${size}\r\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk size with a space', te, `${size} \r\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk line with a bare LF', te, `${size}\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk extension with a bare LF', te, `${size};a\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk extension of 20 KB', te, `${size};${'a'.repeat(20_480)}\r\n${call}\r\n0\r\n\r\n`),
  withHeaders('chunk without its end', te, `${size}\r\n${call}XX0\r\n\r\n`),
  withStart('all lines with bare LF', (request) => request.replaceAll('\r\n', '\n')),
  withStart('space before the first header', (request) => request.replace('\r\n', '\r\n ')),
  withStart('absolute form', (request) => request.replace('/mcp', 'http://evil.example/mcp')),
  withStart('no Host', (request) => request.replace(/Host: .*\r\n/, '')),
  withStart('two Host', (request) => request.replace(/(Host: .*\r\n)/, '$1$1')),
  withStart('two Host, one of a stranger', (request) =>
    request.replace(/(Host: .*\r\n)/, '$1hOST: evil.example\r\n'),
  ),
  withStart('two Host elsewhere', (request) =>
    request.replace('/mcp', '/nothing').replace(/(Host: .*\r\n)/, '$1$1'),
  ),
  withStart('HTTP/1.0 without Host', (request) =>
    request.replace('HTTP/1.1', 'HTTP/1.0').replace(/Host: .*\r\n/, ''),
  ),
  {
    name: 'HTTP/1.0 with TE',
    bytes: (target) => goodRequest(target, te, chunked).replace('HTTP/1.1', 'HTTP/1.0') + goodRequest(target),
  },
  withStart('HTTP/1.2', (request) => request.replace('HTTP/1.1', 'HTTP/1.2')),
  withStart('HTTP/2.0 in the clear', (request) => request.replace('HTTP/1.1', 'HTTP/2.0')),
  withStart('the preface of HTTP/2', (request) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${request}`),
  withStart('HTTP/0.9', (request) => `GET /mcp\r\n\r\n${request}`),
  withStart('space in the target', (request) => request.replace('/mcp', '/mcp x')),
  withStart('NUL in the target', (request) => request.replace('/mcp', '/mc\0p')),
  withStart('a byte over ASCII in the target', (request) => request.replace('/mcp', '/mcp\xff')),
  withStart('asterisk form', (request) => request.replace('POST /mcp', 'OPTIONS *')),
  withStart('an expectation that nobody knows', (request) =>
    request.replace('Host:', 'Expect: coffee\r\nHost:'),
  ),
  withStart('a method that nobody knows', (request) => request.replace('POST', 'FOO')),
  withStart('a method in lower case', (request) => request.replace('POST', 'post')),
  withStart('TLS on the plain port', (request) => `\x16\x03\x01\x02\x00\x01\x00${request}`),
]
