import { version } from '../version.ts'

const clientInfo = { name: 'aws-mcp-doctor', version }

/** What every host sends with a message (MCP 2025-03-26 and later, Transports). */
export const postHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
} as const

/** How hosts of 2024-11-05 to 2025-11-25 begin. */
export const legacyInitialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
})

/** A message of a session that was begun so. */
export const legacyMessage = (method: string, id?: number): string =>
  JSON.stringify({ jsonrpc: '2.0', ...(id !== undefined && { id }), method })

/** A request of 2026-07-28, which has no session, and its headers. */
export const modernRequest = (method: string) => ({
  headers: { ...postHeaders, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method,
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': clientInfo,
      },
    },
  }),
})
