import { patiently } from './patiently.ts'
import { commonHeaders, inSession, revisions, type Shape } from './requests.ts'

/** Opens a session as a 2025-11-25 client does, and says its id; throws if the server gives none. */
export const openSession = async (url: string, token: string): Promise<string> => {
  const headers = commonHeaders(token)
  const params = {
    protocolVersion: revisions.legacy,
    capabilities: {},
    clientInfo: { name: 'bench', version: '1.0.0' },
  }
  const opened = await post(url, headers, { jsonrpc: '2.0', id: 0, method: 'initialize', params })
  const session = opened.headers.get('mcp-session-id')
  if (!session) throw new Error(`${url} opened no session: ${opened.status}`)
  const inSession = { ...headers, 'mcp-session-id': session, 'mcp-protocol-version': revisions.legacy }
  await post(url, inSession, { jsonrpc: '2.0', method: 'notifications/initialized' })
  return session
}

/** The request in a session for each connection, as from so many clients. */
export const inSessions = async (
  url: string,
  token: string,
  shape: Shape,
  count: number,
): Promise<[Shape, ...Shape[]]> => {
  const [first, ...others] = await openSessions(url, [token], count)
  if (!first) throw new Error('no session was asked for')
  return [inSession(shape, first.id), ...others.map(({ id }) => inSession(shape, id))]
}

/** Opens `count` sessions, 32 at a time, the tokens in turn. */
export const openSessions = async (
  url: string,
  tokens: readonly string[],
  count: number,
): Promise<{ readonly id: string; readonly token: string }[]> => {
  const opened: { id: string; token: string }[] = []
  let started = 0
  const worker = async (): Promise<void> => {
    while (started < count) {
      const token = tokens[started++ % tokens.length] ?? ''
      opened.push({ id: await patiently(() => openSession(url, token)), token })
    }
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  return opened
}

const post = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<Response> => {
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 200)}`)
  return response
}
