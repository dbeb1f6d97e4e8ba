import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Whether a route is one that whoever looks after the process asks by its address, whatever host it calls it. */
export const isHealthRoute = (url = ''): boolean => paths.includes(url)

const paths = ['/livez', '/healthz', '/readyz']

/** What they need. */
export interface HealthOptions {
  /** How the process is; it should get requests where it is `ready` or `degraded`. Absent means that it is ready. */
  ready?(): Promise<'ready' | 'degraded' | 'unready' | 'overloaded' | 'draining'>
  /** Hears that it is told to stop, and from then on `ready` says so. */
  drain?(): void
  /** Milliseconds that it goes on to take requests when it is told to stop, without being ready. */
  readonly drainDelay?: number | undefined
}

/** `/livez` and `/healthz`: the process runs. `/readyz`: it can serve; 503 while it cannot, has too much to do or is draining. */
export const healthRoutes = (
  app: FastifyInstance,
  { ready = async () => 'ready', drain, drainDelay = 0 }: HealthOptions,
): void => {
  let draining = false
  app.addHook('preClose', async () => {
    draining = true
    drain?.()
    await sleep(drainDelay)
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Node waits for connections that become idle after it has stopped to listen.
    if (draining) reply.header('connection', 'close')
    done()
  })
  for (const path of ['/livez', '/healthz']) app.get(path, async () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    const status = await ready().catch(() => 'unready' as const)
    return reply.code(status === 'ready' || status === 'degraded' ? 200 : 503).send({ status })
  })
}
