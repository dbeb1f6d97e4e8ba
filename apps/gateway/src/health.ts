import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { livePaths, readyPath } from './health-paths.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { isServing, type ReadinessCheck } from './readiness.ts'

/**
 * `/livez`, and `/healthz` as it was called before: the process runs. `/readyz`: it can serve; 200 also while it can serve only
 * a part, since taking every replica out at once would help nobody, and 503 while it can serve nothing, has too much to do
 * or is draining. A process
 * that stops goes on to serve for `drainDelay` milliseconds, in which balancers see that it is not ready any more.
 */
export const healthRoutes = (
  app: FastifyInstance,
  {
    ready,
    drain,
    drainDelay = 0,
  }: {
    ready: ReadinessCheck
    drain(): void
    drainDelay?: number | undefined
  },
): void => {
  let draining = false
  app.addHook('preClose', async () => {
    draining = true
    drain()
    await sleep(drainDelay)
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Node closes connections that are idle when it stops listening, and waits for those that become so later.
    if (draining) reply.header('connection', 'close')
    done()
  })
  const method = ['GET', 'HEAD']
  for (const url of livePaths) app.route({ method, url, handler: async () => ({ status: 'ok' }) })
  app.route({
    method,
    url: readyPath,
    async handler(_, reply) {
      const status = await ready().catch(() => 'unready' as const)
      return reply.code(isServing(status) ? 200 : 503).send({ status })
    },
  })
  for (const url of [...livePaths, readyPath]) {
    refuseOtherMethods(app, url, { allowed: ['GET', 'HEAD'], hint: 'Use GET.' })
  }
}
