import { openRedis } from '@gateway/stores'
import Fastify from 'fastify'
import type { StartServer } from './served-options.ts'
import { createTokenCheck, tokenHook } from './token-check.ts'

/**
 * The ceiling: what Fastify and @fastify/jwt alone can do here. It checks the token, runs one Redis script where there
 * is a Redis (by its digest, on the connection settings of the gateway), parses the JSON request and echoes it; or, with
 * `answerBytes`, answers a ready object whose JSON is about that long.
 */
export const startCeiling: StartServer = async ({ port, publicKeyPem, redisUrl, answerBytes }) => {
  const app = Fastify({ logger: false })
  app.addHook('onRequest', tokenHook(await createTokenCheck(publicKeyPem)))
  const count = redisUrl === undefined ? undefined : await countingScript(redisUrl)
  const answer = answerBytes === undefined ? undefined : entries(answerBytes)
  app.post('/mcp', (request, reply) => {
    const answered = answer ?? request.body
    if (!count) {
      reply.send(answered)
      return
    }
    count().then(
      () => reply.send(answered),
      (error: unknown) => reply.send(error),
    )
  })
  await app.listen({ host: '127.0.0.1', port })
}

const countingScript = async (redisUrl: string): Promise<() => Promise<unknown>> => {
  const { client } = await openRedis(redisUrl, { onError: () => undefined })
  const digest = String(await client.script('LOAD', "return redis.call('INCR', KEYS[1])"))
  return () => client.evalsha(digest, 1, '{bench}:count')
}

/** An object of about as many bytes of JSON, in the shape of a list of tools. */
const entries = (bytes: number): unknown => {
  const text = 'x'.repeat(200)
  const one = { name: 'tool', description: text, inputSchema: { type: 'object', properties: {} } }
  const tools = Array.from({ length: Math.max(1, Math.round(bytes / JSON.stringify(one).length)) }, () => one)
  return { jsonrpc: '2.0', id: 1, result: { tools } }
}
