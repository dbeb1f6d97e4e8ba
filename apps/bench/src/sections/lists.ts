import { lowestRatio } from '../figures.ts'
import { countTools, type Listing } from '../load/count-tools.ts'
import { connections, type Entry, loadInTurns } from '../load/load-round.ts'
import { inSessions } from '../load/open-session.ts'
import { type Era, echoed, listOf, revisions } from '../load/requests.ts'
import type { Contender } from '../servers/contender.ts'
import { startGateway } from '../servers/start-gateway.ts'
import { startServed } from '../servers/start-served.ts'
import type { Bench, Section } from './section.ts'
import { ratesOf, type Standing, standingColumns, standings } from './standings.ts'

type Store = 'memory' | 'Redis'
type Kind = 'ceiling' | 'same size' | 'few' | 'many'
type ListEntry = Entry & Standing & { readonly store: Store; readonly kind: Kind }

/**
 * `tools/list` with at least 30 and at least 200 tools. The ceiling is sent the same request and echoes its hundred bytes,
 * as it does for a call; so this ratio also charges ours for every byte of the list, as far as gzip leaves any. Beside it
 * stands a bare server that answers as many bytes as ours is long for 200 tools, made into JSON anew for each answer and not
 * compressed.
 */
export const lists = async (bench: Bench): Promise<Section> => {
  await using stack = new AsyncDisposableStack()
  const entries: ListEntry[] = []
  for (const store of ['memory', 'Redis'] as const) entries.push(...(await startStore(bench, store, stack)))
  const measured = await loadInTurns(entries, bench)
  const worst = (kind: Kind, against: Kind) =>
    Math.min(
      ...(['memory', 'Redis'] as const).map((store) => {
        const rates = (wanted: Kind) =>
          entries
            .filter((each) => each.store === store && each.kind === wanted)
            .map(({ name }) => ratesOf(measured, name))
        return lowestRatio(rates(kind), rates(against))
      }),
    )
  return {
    title: `tools/list, ${connections} connections, ${bench.rounds} rounds of ${bench.seconds} s, servers in turn`,
    columns: standingColumns,
    rows: standings(entries, measured),
    figures: {
      tools_list_30_over_ceiling: worst('few', 'ceiling'),
      tools_list_200_over_ceiling: worst('many', 'ceiling'),
      tools_list_200_over_same_size: worst('many', 'same size'),
    },
  }
}

const startStore = async (
  { signIn, redisUrl }: Bench,
  store: Store,
  stack: AsyncDisposableStack,
): Promise<ListEntry[]> => {
  const redis = store === 'Redis' ? { redisUrl: redisUrl() } : {}
  const few = stack.use(await startGateway(signIn, redis))
  const here = await countTools(few, 1)
  const least = Math.min(here.legacy.tools, here.modern.tools)
  // The production tools and the fixtures are some already; the rest is made up.
  const thirty =
    least >= 30 ? few : stack.use(await startGateway(signIn, { ...redis, extraTools: 30 - least }))
  const many = stack.use(await startGateway(signIn, { ...redis, extraTools: Math.max(0, 200 - least) }))
  const [fewListed, manyListed] = [await countTools(thirty, 30), await countTools(many, 200)]

  const ceiling = `bare Fastify, ${store}, echoes tools/list`
  const common = { store, ceiling }
  const bare = stack.use(await startServed('ceiling', signIn, redis))
  const answerBytes = manyListed.legacy.bytes
  const sized = stack.use(await startServed('ceiling', signIn, { ...redis, answerBytes }))
  const sizedName = `bare Fastify, ${store}, answers ${Math.round(answerBytes / 1024)} KB`
  return [
    { ...common, name: ceiling, kind: 'ceiling', server: bare, shapes: [echoed(listOf('legacy'))] },
    { ...common, name: sizedName, kind: 'same size', server: sized, shapes: [listOf('legacy')] },
    { ...common, ...(await ours('few', store, thirty, fewListed, 'legacy')) },
    { ...common, ...(await ours('many', store, many, manyListed, 'legacy')) },
    { ...common, ...(await ours('many', store, many, manyListed, 'modern')) },
  ]
}

const ours = async (
  kind: Kind,
  store: Store,
  server: Contender,
  listings: Readonly<Record<Era, Listing>>,
  era: Era,
): Promise<Entry & { readonly kind: Kind }> => {
  const { tools, bytes } = listings[era]
  const shape = listOf(era)
  return {
    kind,
    name: `gateway, ${store}, ${revisions[era]}, ${tools} tools, ${Math.round(bytes / 1024)} KB`,
    server,
    shapes:
      era === 'legacy' ? await inSessions(server.url, await server.token(), shape, connections) : [shape],
  }
}
