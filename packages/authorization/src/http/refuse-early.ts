import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AuthorizationContext } from '../context.ts'

/** A request that the HTTP parser of Node does not pass on. */
interface EarlyRefusal {
  readonly status: number
  readonly reason: string
  readonly sentence: string
}

const unreadable = { status: 400, reason: 'bad_request', sentence: 'The request is not readable as HTTP.' }
const noMethod = { status: 405, reason: 'method_not_allowed', sentence: 'There is no such method here.' }
const noExpectation = { status: 417, reason: 'bad_request', sentence: 'Send the request without Expect.' }
const byParserCode: Readonly<Record<string, EarlyRefusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, reason: 'headers_too_large', sentence: 'The headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'request_timeout',
    sentence: 'The request took too long to arrive.',
  },
}

/**
 * Answers and audits what never becomes a request, in place of Node, which does it without either. Nothing more is said on
 * connections of `closing`.
 */
export const refuseEarly = (
  server: Server,
  closing: WeakSet<Duplex>,
  { audit, logger, now }: Pick<AuthorizationContext, 'audit' | 'logger' | 'now'>,
): void => {
  const recordEarly = ({ status, reason }: EarlyRefusal, requestId: string, ip: string): void => {
    logger.info({ reqId: requestId, code: reason, status }, 'request refused')
    audit
      .append({
        schema_version: 1,
        ts: new Date(now()).toISOString(),
        event: 'oauth.deny',
        outcome: 'deny',
        reason_code: `oauth:${reason}`,
        request_id: requestId,
        source: { ip },
        http: { method: '(none)', route: '(none)', status },
      })
      .catch((err: unknown) => logger.error({ reqId: requestId, err }, 'audit event lost'))
  }
  const refuseOn = (socket: Duplex, refusal: EarlyRefusal): void => {
    if (socket.destroyed) return
    const requestId = randomUUID()
    const { headers, body } = answerOf(refusal, requestId)
    const lines = Object.entries({ ...headers, 'content-length': String(body.length), connection: 'close' })
    recordEarly(refusal, requestId, 'remoteAddress' in socket ? String(socket.remoteAddress) : 'unknown')
    const head = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n`
    socket.end(`${head}${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
  }

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Bytes behind a request that ends its connection (RFC 9112 section 9.6): nobody reads them, and its answer is still to come.
    if (error.code === 'HPE_CLOSED_CONNECTION' || closing.has(socket)) return
    // Nothing was asked, or nobody listens any more.
    const silent = 'bytesRead' in socket && socket.bytesRead === 0
    if (silent || !socket.writable || error.code === 'ECONNRESET') socket.destroy()
    else refuseOn(socket, byParserCode[error.code ?? ''] ?? unreadable)
  })
  server.on('connect', (_, socket: Duplex) => refuseOn(socket, noMethod))
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const requestId = randomUUID()
    const { headers, body } = answerOf(noExpectation, requestId)
    recordEarly(noExpectation, requestId, request.socket.remoteAddress ?? 'unknown')
    response.writeHead(noExpectation.status, headers).end(body)
  })
}

const answerOf = ({ sentence }: EarlyRefusal, requestId: string) => ({
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': requestId },
  body: JSON.stringify({ error: 'invalid_request', error_description: sentence }),
})
