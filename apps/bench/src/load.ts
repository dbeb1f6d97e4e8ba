import autocannon from 'autocannon'
import type { Contender } from './servers.ts'

/** What one round of load saw. */
export interface Round {
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p99: number
}

/** A tool call in the words of one wire era. */
export interface Shape {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `tools/call` of `aws_whoami`, as 2025-11-25 and as 2026-07-28 clients send it. */
export const shapes = {
  legacy: {
    headers: { 'mcp-protocol-version': '2025-11-25' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'aws_whoami', arguments: {} },
    }),
  },
  modern: {
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'aws_whoami' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'aws_whoami',
        arguments: {},
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  },
} satisfies Record<string, Shape>

/** Loads one server for `seconds`; throws if any answer is not 200. */
export const loadRound = async (
  { url, token }: Contender,
  { headers, body }: Shape,
  seconds: number,
): Promise<Round> => {
  const result = await autocannon({
    url,
    method: 'POST',
    duration: seconds,
    connections: 32,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
    // A refused call is an answer with status 200.
    verifyBody: (text) => !String(text).includes('"isError":true'),
  })
  if (result.non2xx > 0 || result.errors > 0 || result.mismatches > 0 || result['2xx'] === 0) {
    throw new Error(
      `${url} answered ${result.non2xx} refusals and ${result.errors + result.mismatches} errors under load`,
    )
  }
  return {
    requestsPerSecond: result['2xx'] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  }
}
