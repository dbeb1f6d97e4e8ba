import type { Contender } from '../servers/contender.ts'
import { openSession } from './open-session.ts'
import { commonHeaders, type Era, inSession, listOf, type Shape } from './requests.ts'

/** What one answer to `tools/list` holds. */
export interface Listing {
  readonly tools: number
  readonly bytes: number
}

/**
 * Counts the tools that a server lists in each era; throws if they are fewer than `least`, or come in pages, either of
 * which would make lists cheap.
 */
export const countTools = async (
  server: Contender,
  least: number,
): Promise<Readonly<Record<Era, Listing>>> => {
  const token = await server.token()
  const session = await openSession(server.url, token)
  const legacy = await count(server.url, token, inSession(listOf('legacy'), session))
  const modern = await count(server.url, token, listOf('modern'))
  const tools = Math.min(legacy.tools, modern.tools)
  if (tools < least) throw new Error(`${server.url} lists ${tools} tools, not ${least}`)
  return { legacy, modern }
}

const count = async (url: string, token: string, { headers, body }: Shape): Promise<Listing> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...commonHeaders(token), ...headers },
    body,
  })
  const text = await response.text()
  const { result } = JSON.parse(text) as { result?: { tools?: unknown[]; nextCursor?: string } }
  if (!result?.tools || result.nextCursor) throw new Error(`${url} did not list its tools in one answer`)
  return { tools: result.tools.length, bytes: Buffer.byteLength(text) }
}
