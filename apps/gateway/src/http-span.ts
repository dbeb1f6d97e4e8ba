import type { Tracer } from '@gateway/domain'
import fp from 'fastify-plugin'
import { isHealthPath } from './health-paths.ts'
import { onRequestEnd } from './request-end.ts'

/** Where the spans of requests begin. */
export interface HttpSpanOptions {
  readonly tracer: Tracer
}

/**
 * A span for every request to a route, from its header to the end of its answer or of its connection, named by the pattern of the route. Registered
 * only where spans are exported, and not for the health checks.
 */
export const httpSpan = fp<HttpSpanOptions>(
  async (app, { tracer }) => {
    app.decorateRequest('span', null)
    app.addHook('onRequest', (request, reply, done) => {
      const { method, headers, id } = request
      const route = request.routeOptions.url
      if (route !== undefined && !isHealthPath(route)) {
        const { traceparent } = headers
        const span = tracer.start(`${method} ${route}`, {
          parent: typeof traceparent === 'string' ? traceparent : undefined,
          attributes: { 'http.request.method': method, 'http.route': route, 'aws_mcp.request_id': id },
        })
        request.span = span
        onRequestEnd(request, reply, ({ status }) => {
          span.set({ 'http.response.status_code': status })
          // What the client did wrong is no error of the server (semantic conventions for HTTP spans, "Status").
          span.end(status >= 500 ? { error: String(status) } : undefined)
        })
      }
      done()
    })
  },
  { name: 'http-span' },
)
