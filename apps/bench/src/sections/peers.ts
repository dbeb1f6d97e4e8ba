import type { SignIn } from '@gateway/backends'
import { connections, type Entry } from '../load/load-round.ts'
import { inSessions, openSession } from '../load/open-session.ts'
import { callOf, inSession, type Shape } from '../load/requests.ts'
import type { ServerKind } from '../served/served-options.ts'
import { simpleText } from '../served/simple-text.ts'
import type { Contender } from '../servers/contender.ts'
import { startServed, startSupergateway } from '../servers/start-served.ts'

/** Another MCP server, all of which build on an MCP SDK. */
export interface Peer extends Entry {
  readonly stateless: boolean
}

/** Starts every peer in a process of its own and gives each its tool call; the stack stops them. */
export const startPeers = async (signIn: SignIn, stack: AsyncDisposableStack): Promise<readonly Peer[]> => {
  const legacy = callOf('legacy', simpleText.name)
  const served = async (kind: ServerKind) => stack.use(await startServed(kind, signIn))
  const withSessions = async (name: string, server: Contender): Promise<Peer> => {
    const shapes = await inSessions(server.url, await server.token(), legacy, connections)
    return { name, server, shapes, stateless: false }
  }
  const stateless = (name: string, server: Contender, shape: Shape): Peer => ({
    name,
    server,
    shapes: [shape],
    stateless: true,
  })
  const v1 = '@modelcontextprotocol/sdk 1.32'
  return [
    await withSessions(`${v1}, sessions, JSON`, await served('sdk-v1-stateful')),
    stateless(`${v1}, stateless, JSON`, await served('sdk-v1-stateless'), legacy),
    stateless(
      '@modelcontextprotocol/server 2.4, stateless, 2026-07-28, JSON',
      await served('sdk-v2'),
      callOf('modern', simpleText.name),
    ),
    await withSessions('fastmcp 4.20, sessions, JSON', await served('fastmcp-stateful')),
    stateless('fastmcp 4.20, stateless, JSON', await served('fastmcp-stateless'), legacy),
    await supergateway(stack.use(await startSupergateway(signIn))),
  ]
}

/** One session for all connections, since it starts a process for each session: here that is its fastest. */
const supergateway = async (server: Contender): Promise<Peer> => {
  const session = await openSession(server.url, await server.token())
  const shape = (id: number): Shape => inSession(callOf('legacy', simpleText.name, { id }), session)
  const others = Array.from({ length: connections - 1 }, (_, i) => shape(i + 2))
  return {
    name: 'supergateway 4.0, one session, SSE, to a stdio server',
    server,
    shapes: [shape(1), ...others],
    stateless: false,
  }
}
