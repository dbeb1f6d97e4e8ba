import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ErrorCode } from '@gateway/domain'
import { responseText, rpcCodes } from '@gateway/mcp'
import { headerValues } from './header-values.ts'

/** A refusal before the framework sees the request. */
export interface EarlyRefusal {
  readonly status: 400 | 405 | 408 | 431 | 503
  readonly code: ErrorCode
  readonly message: string
  /** Why, for the operator. */
  readonly detail?: string
}

/**
 * What a framework would answer with 500 or believe: framing that a proxy in front may read in another way (RFC 9112
 * section 11.2), targets and methods that it does not know, and more headers than anyone needs.
 */
export const earlyRefusal = (request: IncomingMessage): EarlyRefusal | undefined => {
  const { httpVersion, rawHeaders, headers, method = '', url = '' } = request
  if (rawHeaders.length > 200) return tooManyHeaders
  const hosts = headerValues(rawHeaders, 'host').length
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return badRequest('Send exactly one Host header.')
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return badRequest('Send the request as HTTP/1.1.')
  // Node takes `gzip, chunked` for chunked; another coding, or any in HTTP/1.0, is faulty framing.
  const coding = headers['transfer-encoding']
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0')) {
    return badRequest('Send the body with Content-Length, or chunked and nothing else.')
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return badRequest('Expect knows 100-continue only.')
  }
  if (!methods.includes(method)) return methodNotAllowed
  return url.startsWith('/') ? undefined : badRequest('Send the path alone as the request target.')
}

/** What is wrong with bytes that Node's parser gave up on; undefined where the client only went away. */
export const parserRefusal = (code: unknown): EarlyRefusal | undefined => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, code: 'request_timeout', message: 'The request did not arrive in time.' }
  }
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge
  return typeof code === 'string' && code.startsWith('HPE_')
    ? badRequest('The request is not well-formed HTTP/1.1.')
    : undefined
}

/** What a process refuses that has too much to do: before it knows who asks, since that is work too. */
export const overloaded = (detail: string): EarlyRefusal => ({
  status: 503,
  code: 'unavailable',
  message: 'The gateway has too much to do just now. Try again in a moment.',
  detail,
})

/** CONNECT, which reaches a server as an event of its own. */
export const methodNotAllowed: EarlyRefusal = {
  status: 405,
  code: 'method_not_allowed',
  message: 'Method not allowed.',
}

/** The answer of an early refusal; nothing more is read from its connection. */
export const earlyAnswer = ({ status, code, message }: EarlyRefusal) => {
  const requestId = randomUUID()
  const rpcCode =
    status === 400 ? rpcCodes.invalidRequest : status === 503 ? rpcCodes.internalError : rpcCodes.refused
  const body = responseText(null, { error: { code: rpcCode, message, data: { code, requestId } } })
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    connection: 'close',
    ...(status === 405 && { allow: 'GET, POST, DELETE' }),
    ...(status === 503 && { 'retry-after': '2' }),
  }
  return { requestId, headers, body }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const badRequest = (message: string): EarlyRefusal => ({ status: 400, code: 'bad_request', message })

const headersTooLarge: EarlyRefusal = {
  status: 431,
  code: 'headers_too_large',
  message: 'The request line and its headers are too large; the limit is 16 KiB.',
}

const tooManyHeaders: EarlyRefusal = {
  ...headersTooLarge,
  message: 'Too many headers; the limit is 100.',
}
