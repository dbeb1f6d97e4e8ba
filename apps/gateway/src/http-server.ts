import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** A refusal before the framework sees the request. */
export interface EarlyRefusal {
  readonly status: number
  readonly message: string
  readonly allow?: string
}

/**
 * The HTTP server with explicit limits, and a gate for request lines that the framework would answer with 500:
 * absolute-form targets, methods it does not know, and more headers than anyone needs.
 */
export const createHttpServer = (
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  refused: (request: IncomingMessage, refusal: EarlyRefusal) => void,
): Server => {
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Longer than the idle time of load balancers, or they answer 502 (an AWS ALB idles for 60 s).
      keepAliveTimeout: 72_000,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      const refusal = earlyRefusal(request)
      if (!refusal) return handler(request, response)
      refused(request, refusal)
      response.writeHead(refusal.status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        connection: 'close',
        ...(refusal.allow !== undefined && { allow: refusal.allow }),
      })
      const error = { code: -32000, message: refusal.message }
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
    },
  )
  // Node drops headers over this count silently; they are counted below instead.
  server.maxHeadersCount = 0
  return server
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const earlyRefusal = (request: IncomingMessage): EarlyRefusal | undefined => {
  if (!request.url?.startsWith('/'))
    return { status: 400, message: 'Send the path alone as the request target.' }
  if (!methods.includes(request.method ?? '')) {
    return { status: 405, message: 'Method not allowed.', allow: 'GET, POST, DELETE' }
  }
  return request.rawHeaders.length > 200
    ? { status: 431, message: 'Too many headers; the limit is 100.' }
    : undefined
}
