import type { IncomingMessage } from 'node:http'

/** Path of the WebSocket endpoint. */
export const webSocketPath = '/ws'

/** Subprotocol that clients of MCP offer and get. */
export const subprotocol = 'mcp'

/**
 * Whether a request with `Upgrade` asks for what there is: a WebSocket, at its path (RFC 6455 section 4.1). Everywhere
 * else `Upgrade` is ignored, as RFC 9110 section 7.8 lets a server do. A body is no part of an upgrade: where it ended
 * would be a guess.
 */
export const asksForWebSocket = ({ method, url = '', headers, httpVersion }: IncomingMessage): boolean =>
  method === 'GET' &&
  httpVersion === '1.1' &&
  (url === webSocketPath || url.startsWith(`${webSocketPath}?`)) &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined

/** What is wrong with the opening handshake, for the caller; undefined if nothing is. */
export const handshakeFault = (headers: IncomingMessage['headers']): string | undefined => {
  if (headers['sec-websocket-version'] !== '13') return 'Send Sec-WebSocket-Version: 13.'
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? ''))
    return 'Send one Sec-WebSocket-Key of 16 bytes in base64.'
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
  const tokens = offered.every((each) => /^[!#$%&'*+.^_`|~\w-]+$/.test(each))
  return tokens && new Set(offered).size === offered.length && offered.includes(subprotocol)
    ? undefined
    : `Offer the subprotocol ${subprotocol} in Sec-WebSocket-Protocol.`
}
