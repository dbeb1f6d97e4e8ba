import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GatewayError } from '@gateway/domain'
import type { FastifyInstance } from 'fastify'

/** Methods that are known; a route that does not have one of them is not there for it. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Most headers of a request, as everywhere in the gateway. */
const mostHeaders = 100

/**
 * Refuses requests that a proxy in front may read in another way than Node does (RFC 9112 section 11.2), before anything of them
 * is believed. Their connection is of `closing` then: it ends, and what came behind them on it is not answered.
 */
export const refuseFraming = (app: FastifyInstance, closing: WeakSet<Duplex>): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw
    if (closing.has(socket)) {
      // Node goes on to parse what came in one packet with the one that was refused.
      reply.hijack()
      return
    }
    const fault = framingFault(request.raw)
    if (fault) {
      closing.add(socket)
      reply.header('connection', 'close')
      if (fault.code === 'method_not_allowed') reply.header('allow', methods.join(', '))
    }
    done(fault)
  })
}

const framingFault = ({ httpVersion, rawHeaders, headers, method = '', url = '' }: IncomingMessage) => {
  if (rawHeaders.length > mostHeaders * 2)
    return new GatewayError('headers_too_large', `Too many headers; the limit is ${mostHeaders}.`)
  const hosts = rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === 'host').length
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1'))
    return new GatewayError('bad_request', 'Send exactly one Host header.')
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return new GatewayError('bad_request', 'Send the request as HTTP/1.1.')
  // Node takes `gzip, chunked` for chunked; another coding, or any in HTTP/1.0, is faulty framing.
  const coding = headers['transfer-encoding']
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0'))
    return new GatewayError('bad_request', 'Send the body with Content-Length, or chunked and nothing else.')
  if (!methods.includes(method))
    return new GatewayError('method_not_allowed', 'There is no such method here.')
  return url.startsWith('/')
    ? undefined
    : new GatewayError('bad_request', 'Send the path alone as the request target.')
}
