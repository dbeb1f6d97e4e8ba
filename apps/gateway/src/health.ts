import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { refuseOtherMethods } from './other-methods.ts'

/** What readiness asks: rejects or answers false while the process should get no traffic. */
export type ReadinessCheck = () => Promise<boolean>

/**
 * `/healthz`: the process runs. `/readyz`: it can serve; 503 while its store is away or it is draining. A process that
 * stops goes on to serve for `drainDelay` milliseconds, in which balancers see that it is not ready any more.
 */
export const healthRoutes = (
  app: FastifyInstance,
  { ready, drainDelay = 0 }: { ready: ReadinessCheck; drainDelay?: number | undefined },
): void => {
  let draining = false
  app.addHook('preClose', async () => {
    draining = true
    await sleep(drainDelay)
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Node closes connections that are idle when it stops listening, and waits for those that become so later.
    if (draining) reply.header('connection', 'close')
    done()
  })
  const method = ['GET', 'HEAD']
  app.route({ method, url: '/healthz', handler: async () => ({ status: 'ok' }) })
  app.route({
    method,
    url: '/readyz',
    async handler(_, reply) {
      const ok = !draining && (await ready().catch(() => false))
      return reply.code(ok ? 200 : 503).send({ status: ok ? 'ready' : draining ? 'draining' : 'degraded' })
    },
  })
  for (const url of ['/healthz', '/readyz']) {
    refuseOtherMethods(app, url, { allowed: ['GET', 'HEAD'], hint: 'Use GET.' })
  }
}
