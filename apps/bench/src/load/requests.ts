/** Wire eras by the revision that the bench speaks in each. */
export const revisions = { legacy: '2025-11-25', modern: '2026-07-28' } as const

export type Era = keyof typeof revisions

/** One request of a client, without its token. */
export interface Shape {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether the text of an answer is the wanted one: refusals may have status 200. */
  answers(text: string): boolean
}

/** `tools/call` of a tool without arguments; with `progress` it asks for progress, which makes the answer a stream. */
export const callOf = (era: Era, tool: string, { progress = false, id = 1 } = {}): Shape => ({
  ...request(
    era,
    'tools/call',
    { name: tool, arguments: {} },
    { id, ...(progress && { progressToken: 'p' }) },
  ),
  answers: (text) =>
    text.includes('"result"') &&
    !text.includes('"isError":true') &&
    (!progress || text.includes('"notifications/progress"')),
})

/** `tools/list`, its first page, compressed where the server can: every HTTP client of today asks for that. */
export const listOf = (era: Era): Shape => {
  const { headers, body } = request(era, 'tools/list', {})
  return {
    headers: { ...headers, 'accept-encoding': 'gzip, deflate' },
    body,
    // A refusal is never compressed. What is in the list is counted once, before the load.
    answers: (text) => text.startsWith('\u001f') || text.includes('"tools"'),
  }
}

/** `subscriptions/listen` for changes of the tools. */
export const listenOf = (id: number): Shape => ({
  ...request('modern', 'subscriptions/listen', { notifications: { toolsListChanged: true } }, { id }),
  answers: (text) => text.includes('notifications/subscriptions/acknowledged'),
})

/** The same request to a server that echoes it. */
export const echoed = (shape: Shape): Shape => ({ ...shape, answers: (text) => text.includes('"method"') })

/** The same request in a session. */
export const inSession = (shape: Shape, session: string): Shape => ({
  ...shape,
  headers: { ...shape.headers, 'mcp-session-id': session },
})

/** The headers of every request. */
export const commonHeaders = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
})

const request = (
  era: Era,
  method: string,
  params: Readonly<Record<string, unknown>>,
  { id = 1, progressToken }: { readonly id?: number; readonly progressToken?: string } = {},
): Pick<Shape, 'headers' | 'body'> => {
  const modern = era === 'modern'
  const meta = { ...(modern && modernMeta), ...(progressToken !== undefined && { progressToken }) }
  const name = typeof params.name === 'string' ? { 'mcp-name': params.name } : {}
  return {
    headers: {
      'mcp-protocol-version': revisions[era],
      ...(modern && { 'mcp-method': method, ...name }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method,
      params: Object.keys(meta).length > 0 ? { ...params, _meta: meta } : params,
    }),
  }
}

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': revisions.modern,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
}
