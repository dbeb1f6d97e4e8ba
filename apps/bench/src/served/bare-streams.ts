import type { ServerResponse } from 'node:http'
import Fastify from 'fastify'
import type { StartServer } from './served-options.ts'
import { createTokenCheck, tokenHook } from './token-check.ts'

/** The least that holds event streams open: Fastify, the token check, one comment at once and one every 15 s. */
export const startBareStreams: StartServer = async ({ port, publicKeyPem }) => {
  const app = Fastify({ logger: false })
  app.addHook('onRequest', tokenHook(await createTokenCheck(publicKeyPem)))
  const open = new Set<ServerResponse>()
  setInterval(() => {
    for (const stream of open) stream.write(':\n\n')
  }, 15_000).unref()
  app.get('/mcp', (_, reply) => {
    reply.hijack()
    const { raw } = reply
    open.add(raw)
    raw.once('close', () => open.delete(raw))
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    raw.write(':\n\n')
  })
  await app.listen({ host: '127.0.0.1', port })
}
