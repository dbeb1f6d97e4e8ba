import { lowestRatio } from '../figures.ts'
import { connections, type Entry, loadInTurns } from '../load/load-round.ts'
import { inSessions } from '../load/open-session.ts'
import { callOf, type Era, echoed, revisions } from '../load/requests.ts'
import { simpleText } from '../served/simple-text.ts'
import { startGateway } from '../servers/start-gateway.ts'
import { startServed } from '../servers/start-served.ts'
import type { Figures } from '../targets.ts'
import { type Peer, startPeers } from './peers.ts'
import type { Bench, Section } from './section.ts'
import { ratesOf, standingColumns, standings } from './standings.ts'

type Store = 'memory' | 'Redis'

interface OurEntry extends Entry {
  readonly ceiling: string
  readonly store: Store
  readonly kind: 'ceiling' | 'json' | 'stream'
}

/** `tools/call`: the ceilings, and in the same rounds ours or the peers or both. */
export const throughput = async (
  bench: Bench,
  { ours, peers }: { readonly ours: boolean; readonly peers: boolean },
): Promise<Section> => {
  await using stack = new AsyncDisposableStack()
  const stores: Store[] = ours ? ['memory', 'Redis'] : ['memory']
  const own: OurEntry[] = []
  for (const store of stores) own.push(...(await startStore(bench, store, ours, stack)))
  const others = peers ? await startPeers(bench.signIn, stack) : []
  const measured = await loadInTurns([...own, ...others], bench)
  const rates = (entries: readonly Entry[]) => entries.map(({ name }) => ratesOf(measured, name))
  return {
    title: `tools/call, ${connections} connections, ${bench.rounds} rounds of ${bench.seconds} s, servers in turn`,
    columns: standingColumns,
    rows: standings(
      [...own, ...others.map((each) => ({ ...each, ceiling: ceilingName('memory') }))],
      measured,
    ),
    figures: figuresOf(own, others, rates),
  }
}

const ceilingName = (store: Store): string =>
  store === 'memory' ? 'bare Fastify + @fastify/jwt' : 'bare Fastify + @fastify/jwt + Redis script'

const startStore = async (
  { signIn, redisUrl }: Bench,
  store: Store,
  ours: boolean,
  stack: AsyncDisposableStack,
): Promise<OurEntry[]> => {
  const redis = store === 'Redis' ? { redisUrl: redisUrl() } : {}
  const common = { store, ceiling: ceilingName(store) }
  const call = callOf('legacy', simpleText.name)
  const bare = stack.use(await startServed('ceiling', signIn, redis))
  const ceiling: OurEntry = {
    ...common,
    name: common.ceiling,
    kind: 'ceiling',
    server: bare,
    shapes: [echoed(call)],
  }
  if (!ours) return [ceiling]
  const server = stack.use(await startGateway(signIn, redis))
  const token = await server.token()
  const entries: OurEntry[] = [ceiling]
  for (const kind of ['json', 'stream'] as const) {
    for (const era of ['legacy', 'modern'] as const) {
      const { called, shape, crowd } = ways(era)[kind]
      entries.push({
        ...common,
        kind,
        name: `gateway, ${store}, ${revisions[era]}, ${called}`,
        server,
        shapes: era === 'legacy' ? await inSessions(server.url, token, shape, crowd) : [shape],
        connections: crowd,
      })
    }
  }
  return entries
}

/**
 * The two kinds of answer. The tool that reports its progress waits 100 ms while it works, so it takes more calls at once to
 * keep a server busy.
 */
const ways = (era: Era) => ({
  json: { called: 'JSON', shape: callOf(era, simpleText.name), crowd: connections },
  stream: {
    called: 'SSE, 3 progress events in 100 ms, 256 connections',
    shape: callOf(era, 'test_tool_with_progress', { progress: true }),
    crowd: 256,
  },
})

const figuresOf = (
  own: readonly OurEntry[],
  peers: readonly Peer[],
  rates: (entries: readonly Entry[]) => readonly (readonly number[])[],
): Figures => {
  const json = own.filter(({ kind }) => kind === 'json')
  if (json.length === 0) return {}
  const overCeiling = (kind: 'json' | 'stream', store: Store) =>
    lowestRatio(
      rates(own.filter((each) => each.kind === kind && each.store === store)),
      rates(own.filter((each) => each.kind === 'ceiling' && each.store === store)),
    )
  return {
    ours_over_ceiling_redis: overCeiling('json', 'Redis'),
    ours_over_ceiling_memory: overCeiling('json', 'memory'),
    ours_sse_over_ceiling_redis: overCeiling('stream', 'Redis'),
    ours_sse_over_ceiling_memory: overCeiling('stream', 'memory'),
    ...(peers.length > 0 && {
      ours_over_best_sdk_peer: lowestRatio(rates(json), rates(peers)),
      ours_over_best_stateless_sdk_peer: lowestRatio(
        rates(json),
        rates(peers.filter(({ stateless }) => stateless)),
      ),
    }),
  }
}
