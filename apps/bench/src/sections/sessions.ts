import { setTimeout as wait } from 'node:timers/promises'
import { kbEach } from '../figures.ts'
import { openSessions } from '../load/open-session.ts'
import type { Contender, Usage } from '../servers/contender.ts'
import { startGateway } from '../servers/start-gateway.ts'
import type { Row } from '../table.ts'
import type { Bench, Section } from './section.ts'

/** How many idle sessions or open streams a process is measured with. */
export const crowd = [1000, 10_000] as const

/**
 * What 1,000 and 10,000 idle sessions leave in the process of a gateway with Redis, over a start at which it had already
 * served some. The figure is heap and external memory after garbage collection at 10,000; RSS stands beside it, where
 * what the allocator keeps from the opening itself drowns out so small a thing.
 */
export const sessions = async ({ signIn, redisUrl, say }: Bench): Promise<Section> => {
  await using server = await startGateway(signIn, { redisUrl: redisUrl() })
  const tokens = await tokensOf(server)
  await openSessions(server.url, tokens, 500)
  const before = await settled(server)
  const rows: Row[] = []
  let kb = Number.NaN
  let open = 0
  for (const count of crowd) {
    say(`  ${count} sessions`)
    await openSessions(server.url, tokens, count - open)
    open = count
    const after = await settled(server)
    kb = kbEach(before.heapBytes, after.heapBytes, count)
    rows.push({
      name: `gateway, Redis, ${count} idle sessions`,
      heapKb: Number(kb.toFixed(3)),
      rssKb: Number(kbEach(before.rssBytes, after.rssBytes, count).toFixed(3)),
    })
  }
  return {
    title: 'process memory for each idle session, after garbage collection',
    columns: [
      { key: 'name', title: 'server' },
      { key: 'heapKb', title: 'heap + external KB', digits: 3 },
      { key: 'rssKb', title: 'RSS KB', digits: 3 },
    ],
    rows,
    figures: { kb_per_idle_session: kb },
  }
}

/** Tokens of four users, since one of them may not have as many sessions and streams as the crowd. */
export const tokensOf = (server: Contender): Promise<string[]> =>
  Promise.all(['ann', 'bob', 'cyd', 'dan'].map((name) => server.token(name)))

/** What the process uses once what is under way has ended. */
export const settled = async (server: Contender): Promise<Usage> => {
  await wait(500)
  await server.memory()
  await wait(200)
  return server.memory()
}
