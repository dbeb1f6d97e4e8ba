import type { Door, Json, Material, Session } from './input.ts'
import { jsonText } from './mutate-json.ts'

/** Headers in the order in which they are sent; a name may come twice. */
export type Headers = readonly (readonly [name: string, value: string])[]

/** The bytes of one request, with the length of its body. */
export const requestText = (
  method: string,
  path: string,
  headers: Headers,
  body: string | undefined = undefined,
): string => {
  const all = body === undefined ? headers : [...headers, ['Content-Length', String(body.length)] as const]
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}

/** A request that is well-formed, as the starting point of mutations. */
export interface GoodRequest {
  readonly door: Door
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly body?: string
}

/** One JSON-RPC message and the headers that belong to it. */
export interface Message {
  readonly headers: Headers
  readonly message: Json
}

/** Headers of every request to `/mcp` by the bearer of a token. */
export const callerHeaders = ({ hosts, token, source }: Material): Headers => [
  ['Host', hosts.gateway],
  ['X-Forwarded-For', source],
  ['Authorization', `Bearer ${token}`],
  ['Content-Type', 'application/json'],
  ['Accept', 'application/json, text/event-stream'],
]

/** A request of 2026-07-28, which has no session. */
export const modernMessage = (method: string, params: Json, id: unknown = 1): Message => {
  const named = params.name ?? params.uri ?? params.taskId
  return {
    headers: [
      ['MCP-Protocol-Version', revision],
      ['Mcp-Method', oneLine(method)],
      ...(typeof named === 'string' ? [['Mcp-Name', headerOf(named)] as const] : []),
    ],
    message: { jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } },
  }
}

/** A request in a session. */
export const legacyMessage = (session: Session, method: string, params: Json, id: unknown = 1): Message => ({
  headers: [
    ['MCP-Protocol-Version', session.revision],
    ['Mcp-Session-Id', session.id],
  ],
  message: { jsonrpc: '2.0', id, method, params },
})

/** POST of a message to `/mcp`. */
export const postText = (material: Material, { headers, message }: Message): string =>
  requestText('POST', '/mcp', [...callerHeaders(material), ...headers], jsonText(message))

/** A text as the value of a header: its bytes in UTF-8, without those that would end the line. */
export const oneLine = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[\r\n\0]/g, '')

/** As SEP-2243 says it where a value has more than printable ASCII. */
const headerOf = (value: string): string =>
  /^[!-~]([ -~]*[!-~])?$/.test(value) ? value : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`

const revision = '2026-07-28'

const meta = {
  'io.modelcontextprotocol/protocolVersion': revision,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
}
