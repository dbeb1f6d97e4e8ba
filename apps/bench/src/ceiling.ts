import { createHash } from 'node:crypto'
import fastifyJwt from '@fastify/jwt'
import { openRedis } from '@gateway/stores'
import Fastify from 'fastify'
import { LruObject } from 'toad-cache'

/** What a ceiling server is started with. */
export interface CeilingOptions {
  readonly port: number
  readonly publicKeyPem: string
  readonly redisUrl?: string
}

/**
 * The ceiling: what Fastify and @fastify/jwt alone can do here. It verifies ES256 tokens and remembers them, runs one
 * Redis script where there is a Redis, and echoes JSON.
 */
export const startCeiling = async ({ port, publicKeyPem, redisUrl }: CeilingOptions): Promise<void> => {
  const app = Fastify({ logger: false })
  const redis = redisUrl === undefined ? undefined : await openRedis(redisUrl, { onError: () => undefined })
  await app.register(fastifyJwt, {
    secret: { public: publicKeyPem },
    verify: { algorithms: ['ES256'] },
  })
  const remembered = new LruObject<boolean>(10_000)
  app.addHook('onRequest', async (request) => {
    const key = createHash('sha256')
      .update(request.headers.authorization ?? '')
      .digest('base64')
    if (remembered.get(key)) return
    await request.jwtVerify()
    remembered.set(key, true)
  })
  app.post('/mcp', async (request) => {
    if (redis) await redis.client.eval("return redis.call('INCR', KEYS[1])", 1, '{bench}:count')
    return request.body
  })
  await app.listen({ host: '127.0.0.1', port })
}
