import {
  GatewayError,
  type Grant,
  type SessionRecord,
  type SessionStore,
  type ToolCall,
  type ToolResult,
} from '@gateway/domain'
import { createCatalogue } from '../catalogue.ts'
import { createMcpHttp } from '../http.ts'
import type { McpHttpAnswer } from '../http-answer.ts'
import type { McpHttpRequest } from '../http-request.ts'
import { grantOfCaller } from './grants.ts'
import { sampleTools } from './sample-tools.ts'

export type Headers = Readonly<Record<string, string>>

/** An answer with its body read. */
export interface ReadAnswer extends McpHttpAnswer {
  readonly json: JsonRpc
}

export interface JsonRpc {
  readonly jsonrpc: string
  readonly id: unknown
  readonly result: Readonly<Record<string, unknown>>
  readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }
}

export interface McpLineOptions {
  callTool?(call: ToolCall): Promise<ToolResult>
}

/** `createMcpHttp` over a Map of sessions and a fake of the second half of the line, with all that reached them. */
export const mcpLine = ({ callTool }: McpLineOptions = {}) => {
  const kept = new Map<string, SessionRecord>()
  const calls: ToolCall[] = []
  let made = 0
  const http = createMcpHttp({
    catalogue: createCatalogue(sampleTools),
    sessions: forgetfulSessions(kept),
    serverInfo: { name: 'gateway', title: 'Gateway', version: '1.2.3' },
    async callTool(call) {
      calls.push(call)
      if (callTool) return callTool(call)
      if (call.tool !== 'aws_ec2_list_things') throw new GatewayError('unknown_tool', 'Unknown tool.')
      return { text: 'one', structured: { data: { things: ['one'] } }, isError: false }
    },
    admitSession: async () => undefined,
    newSessionId: () => `session-${++made}`,
  })
  const around = (headers: Headers, grant: Grant): Omit<McpHttpRequest, 'body'> => ({
    grant,
    requestId: 'request-1',
    sourceIp: '192.0.2.1',
    signal: new AbortController().signal,
    log: { info() {}, error() {} },
    header: (name) => headers[name],
  })
  const read = (answer: McpHttpAnswer): ReadAnswer => ({
    ...answer,
    json: answer.body === '' ? undefined : JSON.parse(answer.body),
  })
  return {
    kept,
    calls,
    post: async (body: unknown, headers: Headers = {}, grant = grantOfCaller()) =>
      read(await http.post({ ...around(headers, grant), body })),
    delete: async (headers: Headers = {}, grant = grantOfCaller()) =>
      read(await http.delete(around(headers, grant))),
    /** Opens a session and gives the header that names it. */
    async open(protocolVersion = '2025-11-25', grant = grantOfCaller()): Promise<Headers> {
      const answer = await http.post({
        ...around({}, grant),
        body: request('initialize', initialize(protocolVersion)),
      })
      return { 'mcp-session-id': answer.headers['mcp-session-id'] ?? '' }
    },
  }
}

/** The worst store: it finds any session for any tenant, so that the protocol itself must keep them apart. */
const forgetfulSessions = (kept: Map<string, SessionRecord>): SessionStore => ({
  async create(session) {
    kept.set(session.id, session)
  },
  find: async (_tenantId, id) => kept.get(id),
  remove: async (_tenantId, id) => kept.delete(id),
})

/** A legacy request. */
export const request = (method: string, params?: unknown, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params !== undefined && { params }),
})

/** Params of `initialize`. */
export const initialize = (protocolVersion = '2025-11-25') => ({
  protocolVersion,
  capabilities: {},
  clientInfo: { name: 'editor', version: '1.0.0' },
})

export const modernVersion = '2026-07-28'

/** `_meta` of a modern request. */
export const envelope = (version: unknown = modernVersion) => ({
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'editor', version: '1.0.0' },
})

/** A modern request with the headers that mirror it. */
export const modern = (method: string, params: Readonly<Record<string, unknown>> = {}, id: unknown = 1) => ({
  body: request(method, { ...params, _meta: envelope() }, id),
  headers: {
    'mcp-protocol-version': modernVersion,
    'mcp-method': method,
    ...(typeof params.name === 'string' && { 'mcp-name': params.name }),
  } as Headers,
})
