import type { FastifyInstance } from 'fastify'

/** What readiness asks: rejects or answers false while the process should get no traffic. */
export type ReadinessCheck = () => Promise<boolean>

/** `/healthz`: the process runs. `/readyz`: it can serve; 503 while its store is away or it is draining. */
export const healthRoutes = (app: FastifyInstance, ready: ReadinessCheck): void => {
  let draining = false
  app.addHook('preClose', async () => {
    draining = true
  })
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    const ok = !draining && (await ready().catch(() => false))
    return reply.code(ok ? 200 : 503).send({ status: ok ? 'ready' : draining ? 'draining' : 'degraded' })
  })
}
