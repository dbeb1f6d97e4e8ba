import type { LimitName, Measured } from '@gateway/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { onRequestEnd } from './request-end.ts'

/**
 * Has each request measured when it is over, by the pattern of its route; paths are words of callers. `limit` is the one that a 429
 * of the server is of, where nothing else counts it.
 */
export const measureRequests = (app: FastifyInstance, measured: Measured, limit?: LimitName): void => {
  app.addHook('onRequest', (request, reply, done) => {
    measureRequest(request, reply, { measured, limit })
    done()
  })
}

/** The same for one request that no hook is called for, since its path cannot be decoded. */
export const measureRequest = (
  request: FastifyRequest,
  reply: FastifyReply,
  { measured, limit }: { readonly measured: Measured; readonly limit?: LimitName | undefined },
): void => {
  const started = performance.now()
  onRequestEnd(request, reply, ({ status, lasting }) => {
    if (status === 429 && limit) measured({ of: 'limited', limit })
    measured({
      of: 'http',
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      status,
      // What a client that left waited for says nothing of how long answers take.
      ...(!lasting && status !== 499 && { ms: performance.now() - started }),
    })
  })
}
