import { randomUUID } from 'node:crypto'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import {
  CallToolRequestSchema,
  isInitializeRequest,
  ListToolsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { StartServer } from './served-options.ts'
import { simpleTextEntry, simpleTextResult } from './simple-text.ts'
import { createTokenCheck, tokenHook } from './token-check.ts'

/** SDK 1.x with sessions in the memory of the process: one server and one transport for each. */
export const startStatefulSdk: StartServer = (options) => {
  const newServer = serverFactory()
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  return serve(options, async (request, reply) => {
    const sid = request.headers['mcp-session-id']
    const known = typeof sid === 'string' ? sessions.get(sid) : undefined
    if (known) {
      reply.hijack()
      await known.handleRequest(request.raw, reply.raw, request.body)
      return
    }
    if (!isInitializeRequest(request.body)) return reply.code(404).send({ error: 'unknown session' })
    reply.hijack()
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => {
        sessions.set(id, transport)
      },
    })
    await newServer().connect(transport as Parameters<Server['connect']>[0])
    await transport.handleRequest(request.raw, reply.raw, request.body)
  })
}

/** SDK 1.x without sessions: it demands a new server and a new transport for each request. */
export const startStatelessSdk: StartServer = (options) => {
  const newServer = serverFactory()
  return serve(options, async (request, reply) => {
    reply.hijack()
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    const server = newServer()
    reply.raw.once('close', () => server.close())
    await server.connect(transport as Parameters<Server['connect']>[0])
    await transport.handleRequest(request.raw, reply.raw, request.body)
  })
}

/** The low-level server with one validator for all: the fastest of the ways that the SDK offers. */
const serverFactory = (): (() => Server) => {
  const jsonSchemaValidator = new AjvJsonSchemaValidator()
  return () => {
    const server = new Server(
      { name: 'peer', version: '1.0.0' },
      { capabilities: { tools: {} }, jsonSchemaValidator },
    )
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [simpleTextEntry] }))
    server.setRequestHandler(CallToolRequestSchema, simpleTextResult)
    return server
  }
}

const serve = async (
  { port, publicKeyPem }: Parameters<StartServer>[0],
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): Promise<void> => {
  const app = Fastify({ logger: false })
  app.addHook('onRequest', tokenHook(await createTokenCheck(publicKeyPem)))
  app.post('/mcp', answer)
  await app.listen({ host: '127.0.0.1', port })
}
