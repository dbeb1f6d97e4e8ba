import { kbEach } from '../figures.ts'
import { type EventStreams, openEventStreams, type StreamRequest } from '../load/event-streams.ts'
import { openSessions } from '../load/open-session.ts'
import { listenOf, revisions } from '../load/requests.ts'
import type { Contender } from '../servers/contender.ts'
import { startGateway } from '../servers/start-gateway.ts'
import { startServed } from '../servers/start-served.ts'
import type { Row } from '../table.ts'
import type { Bench, Section } from './section.ts'
import { crowd, settled, tokensOf } from './sessions.ts'

/**
 * RSS that 1,000 and 10,000 open event streams add to a process, in both eras and for a bare Fastify server, each in a
 * new process that has already held and lost some. The figures are those at 10,000 of the era that takes more.
 */
export const streams = async (bench: Bench): Promise<Section> => {
  const { signIn, redisUrl } = bench
  const gateway = (replicaOf?: string) =>
    startGateway(signIn, { redisUrl: redisUrl(), ...(replicaOf !== undefined && { replicaOf }) })

  const bareServer = await startServed('bare-streams', signIn)
  const bare = await measure(bench, 'bare Fastify', bareServer, await bareRequests(bareServer))

  // Sessions are opened on another replica: what that leaves on a heap would hide what the streams take.
  await using opener = await gateway()
  const sessions = await getRequests(opener)
  const replica = await gateway(opener.url)
  const legacy = await measure(bench, `gateway, Redis, GET, ${revisions.legacy}`, replica, sessions)

  const fresh = await gateway()
  const listening = `gateway, Redis, subscriptions/listen, ${revisions.modern}`
  const modern = await measure(bench, listening, fresh, await listenRequests(fresh))
  const kb = Math.max(legacy.kb, modern.kb)
  return {
    title: 'RSS for each open event stream, after garbage collection',
    columns: [
      { key: 'name', title: 'server' },
      { key: 'rssKb', title: 'RSS KB', digits: 2 },
      { key: 'heapKb', title: 'of it heap + external KB', digits: 2 },
    ],
    rows: [...bare.rows, ...legacy.rows, ...modern.rows],
    figures: { kb_per_open_stream: kb, open_stream_over_bare_fastify: kb / bare.kb },
  }
}

const measure = async (
  { say }: Bench,
  name: string,
  started: Contender,
  requests: readonly StreamRequest[],
): Promise<{ readonly rows: readonly Row[]; readonly kb: number }> => {
  await using server = started
  const warmUp = await openEventStreams(server.url, requests.slice(0, 200))
  warmUp.close()
  const before = await settled(server)
  const rows: Row[] = []
  let kb = Number.NaN
  const open: EventStreams[] = []
  let from = 0
  for (const count of crowd) {
    say(`  ${name}: ${count} streams`)
    for (; from < count; from += batch) {
      open.push(await openEventStreams(server.url, requests.slice(from, Math.min(count, from + batch))))
      await server.memory()
    }
    from = count
    const after = await settled(server)
    kb = kbEach(before.rssBytes, after.rssBytes, count)
    rows.push({
      name: `${name}, ${count} streams`,
      rssKb: Number(kb.toFixed(2)),
      heapKb: Number(kbEach(before.heapBytes, after.heapBytes, count).toFixed(2)),
    })
  }
  const lost = open.reduce((sum, each) => sum + each.lost(), 0)
  for (const each of open) each.close()
  if (lost > 0) throw new Error(`${name} closed ${lost} of its event streams`)
  return { rows, kb }
}

/**
 * Streams opened between two collections of garbage, which `usage` makes: clients come over minutes, and what a rush of
 * thousands leaves behind is not memory of a stream.
 */
const batch = 500

const most = Math.max(...crowd)

const bareRequests = async (server: Contender): Promise<StreamRequest[]> => {
  const token = await server.token()
  return Array.from({ length: most }, () => ({ method: 'GET', token, shape: { headers: {}, body: '' } }))
}

/** Each the stand-alone stream of a session of its own. */
const getRequests = async (opener: Contender): Promise<StreamRequest[]> => {
  const opened = await openSessions(opener.url, await tokensOf(opener), most)
  const { host } = new URL(opener.url)
  return opened.map(({ id, token }) => ({
    method: 'GET',
    token,
    shape: { headers: { host, 'mcp-session-id': id, 'mcp-protocol-version': revisions.legacy }, body: '' },
  }))
}

const listenRequests = async (server: Contender): Promise<StreamRequest[]> => {
  const tokens = await tokensOf(server)
  return Array.from({ length: most }, (_, i) => ({
    method: 'POST',
    token: tokens[i % tokens.length] ?? '',
    shape: listenOf(i + 1),
  }))
}
