import { gunzipSync } from 'node:zlib'
import { createMcpHttp } from '../http/http.ts'
import type { McpHttpAnswer } from '../http/http-answer.ts'
import type { McpHttpRequest } from '../http/http-request.ts'
import { grantOfCaller } from './grants.ts'
import { type TestServerOptions, testServer } from './test-server.ts'
import { testSink } from './test-sink.ts'

export type Headers = Readonly<Record<string, string>>

/** An answer with its body read. */
export interface ReadAnswer extends Omit<McpHttpAnswer, 'body'> {
  /** As it is sent. */
  readonly sent: string | Buffer
  /** As it is read, decompressed. */
  readonly body: string
  readonly json: JsonRpc
}

export interface JsonRpc {
  readonly jsonrpc: string
  readonly id: unknown
  readonly result: Readonly<Record<string, unknown>>
  readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** What may be changed of a line. */
export type McpLineOptions = TestServerOptions

/** The protocol over stores in memory and a fake of the second half of the line, with all that reached them. */
export const mcpLine = (options: McpLineOptions = {}) => {
  const made = testServer(options)
  const { log, server } = made
  const http = createMcpHttp(server)
  const around = (headers: Headers, grant = grantOfCaller()) => {
    const sink = testSink()
    let opened = 0
    const asked: Omit<McpHttpRequest, 'body'> = {
      grant,
      requestId: 'request-1',
      sourceIp: '192.0.2.1',
      ...(headers['user-agent'] !== undefined && { userAgent: headers['user-agent'] }),
      ...(headers.traceparent !== undefined && { traceparent: headers.traceparent }),
      log,
      header: (name) => headers[name],
      openStream() {
        opened++
        return sink
      },
      onGone: (gone) => sink.onClose(gone),
    }
    return { asked, sink, opened: () => opened }
  }
  const read = (answer: McpHttpAnswer): ReadAnswer => {
    const { body: sent } = answer
    const body = typeof sent === 'string' ? sent : gunzipSync(sent).toString('utf8')
    return { ...answer, sent, body, json: body === '' ? undefined : JSON.parse(body) }
  }
  return {
    ...made,
    post: async (body: unknown, headers: Headers = {}, grant = grantOfCaller()) =>
      read(await http.post({ ...around(headers, grant).asked, body })),
    /** A POST with the event stream that its response may become, and how often it was opened. */
    stream(body: unknown, headers: Headers = {}, grant = grantOfCaller()) {
      const { asked, ...rest } = around(headers, grant)
      return { ...rest, answer: http.post({ ...asked, body }).then(read) }
    },
    /** A GET with its event stream. */
    get(headers: Headers = {}, grant = grantOfCaller()) {
      const { asked, ...rest } = around(headers, grant)
      return { ...rest, answer: http.get(asked).then(read) }
    },
    delete: async (headers: Headers = {}, grant = grantOfCaller()) =>
      read(await http.delete(around(headers, grant).asked)),
    /** Opens a session and gives the header that names it. */
    async open(
      protocolVersion = '2025-11-25',
      grant = grantOfCaller(),
      capabilities: object = {},
    ): Promise<Headers> {
      const body = request('initialize', { ...initialize(protocolVersion), capabilities })
      const answer = await http.post({ ...around({}, grant).asked, body })
      return { 'mcp-session-id': answer.headers['mcp-session-id'] ?? '' }
    },
  }
}

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
export const envelope = (version: unknown = modernVersion, capabilities: object = {}) => ({
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientCapabilities': capabilities,
  'io.modelcontextprotocol/clientInfo': { name: 'editor', version: '1.0.0' },
})

/** A modern request with the headers that mirror it; a `_meta` among the params is added to the envelope. */
export const modern = (method: string, params: Params = {}, id: unknown = 1) => ({
  body: request(method, { ...params, _meta: { ...envelope(), ...Object(params._meta) } }, id),
  headers: {
    'mcp-protocol-version': modernVersion,
    'mcp-method': method,
    ...mirrored(params.name ?? params.uri ?? params.taskId),
  } as Headers,
})

type Params = Readonly<Record<string, unknown>>

const mirrored = (name: unknown) =>
  typeof name === 'string' ? { 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` } : {}

/** Capabilities in the `_meta` of a modern request. */
export const declaring = (capabilities: object) => ({
  'io.modelcontextprotocol/clientCapabilities': capabilities,
})
