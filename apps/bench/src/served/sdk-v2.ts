import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv'
import Fastify from 'fastify'
import type { StartServer } from './served-options.ts'
import { simpleTextEntry, simpleTextResult } from './simple-text.ts'
import { createTokenCheck, tokenHook } from './token-check.ts'

/** SDK 2.x, 2026-07-28 only: the low-level server, one validator for all, answers in JSON. */
export const startSdkV2: StartServer = async ({ port, publicKeyPem }) => {
  const jsonSchemaValidator = new AjvJsonSchemaValidator()
  const handler = createMcpHandler(
    () => {
      const server = new Server(
        { name: 'peer', version: '1.0.0' },
        { capabilities: { tools: {} }, jsonSchemaValidator },
      )
      server.setRequestHandler('tools/list', () => ({
        tools: [simpleTextEntry],
        ttlMs: 0,
        cacheScope: 'private' as const,
      }))
      server.setRequestHandler('tools/call', simpleTextResult)
      return server
    },
    // A tool that sends nothing before its result is answered in JSON.
    { legacy: 'reject' },
  )
  const answer = toNodeHandler(handler)
  const app = Fastify({ logger: false })
  app.addHook('onRequest', tokenHook(await createTokenCheck(publicKeyPem)))
  app.post('/mcp', async (request, reply) => {
    reply.hijack()
    await answer(request.raw as Parameters<typeof answer>[0], reply.raw, request.body)
  })
  await app.listen({ host: '127.0.0.1', port })
}
