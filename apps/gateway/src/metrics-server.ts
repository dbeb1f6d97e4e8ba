import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { ConfigurationError } from '@gateway/domain'
import { earlyRefusal } from './early-refusal.ts'
import type { MetricsConfig } from './metrics-config.ts'
import { isServing, type ReadinessCheck } from './readiness.ts'

/** What the internal port tells. */
export interface MetricsServerOptions extends MetricsConfig {
  readonly metrics: { text(): Promise<string>; readonly contentType: string }
  readonly ready: ReadinessCheck
  readonly onFault: (fields: object, message: string) => void
}

/** The internal server while it listens. */
export interface MetricsServer {
  readonly port: number
  /** Ends its connections too. */
  close(): Promise<void>
}

/** One request at a time of each, however many ask: a scrape reads every series. */
const shared = <Value>(ask: () => Promise<Value>): (() => Promise<Value>) => {
  let pending: Promise<Value> | undefined
  return () => {
    pending ??= ask().finally(() => {
      pending = undefined
    })
    return pending
  }
}

/**
 * Serves `/metrics` in the text format of Prometheus, `/livez` and `/readyz` on a port of their own, which must not be reachable
 * from outside: nobody is asked who he is. Rejects where it cannot listen.
 */
export const openMetricsServer = async (options: MetricsServerOptions): Promise<MetricsServer> => {
  const { host, port, metrics, onFault } = options
  const text = shared(() => metrics.text())
  const ready = shared(() => options.ready().catch(() => 'unready' as const))

  const answers: Readonly<Record<string, () => Promise<Answer>>> = {
    '/metrics': async () => ({ status: 200, type: metrics.contentType, body: await text() }),
    '/livez': async () => stateOf(200, 'ok'),
    async '/readyz'() {
      const state = await ready()
      return stateOf(isServing(state) ? 200 : 503, state)
    },
  }
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method, url = '' } = request
    const refusal = earlyRefusal(request)
    if (refusal && refusal.status !== 405)
      return { ...stateOf(refusal.status, refusal.message), closes: true }
    const path = url.split('?')[0] ?? ''
    const found = Object.hasOwn(answers, path) ? answers[path] : undefined
    if (!found) return stateOf(404, 'not found')
    if (method !== 'GET' && method !== 'HEAD') return { ...stateOf(405, 'use GET'), allow: 'GET, HEAD' }
    return await found()
  }

  const server = createServer(
    {
      maxHeaderSize: 8_192,
      headersTimeout: 5_000,
      requestTimeout: 5_000,
      // Shorter than any usual time between scrapes: who only keeps a connection must not keep others from one.
      keepAliveTimeout: 5_000,
      // Refused above.
      requireHostHeader: false,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      answer(request)
        .catch((err: unknown) => {
          onFault({ err }, 'metrics could not be read')
          return stateOf(500, 'failed')
        })
        .then((given) => send(given, request, response))
    },
  )
  // Node drops headers over this count silently; they are counted above.
  server.maxHeadersCount = 0
  server.maxConnections = 64
  server.listen({ host, port })
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.syscall !== 'getaddrinfo' && cause.code !== 'EADDRNOTAVAIL') throw cause
    throw new ConfigurationError('The environment', [
      `METRICS_HOST: must be an address of this machine, or a name of one (${cause.code})`,
    ])
  })
  const address = server.address()

  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly allow?: string
  /** Nothing more is read from its connection. */
  readonly closes?: boolean
}

const stateOf = (status: number, state: string): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify({ status: state }),
})

const send = (answer: Answer, request: IncomingMessage, response: ServerResponse): void => {
  const { status, type, body, allow, closes } = answer
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(allow !== undefined && { allow }),
    // A body that nobody reads would stand before the next request.
    ...((closes || !request.complete) && { connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
