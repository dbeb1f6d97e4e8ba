import { median, percentile } from '../figures.ts'
import { type Connection, openConnection } from '../load/keep-alive.ts'
import { inSessions } from '../load/open-session.ts'
import { atRate, flatOut } from '../load/paces.ts'
import { patiently } from '../load/patiently.ts'
import { callOf, echoed, revisions, type Shape } from '../load/requests.ts'
import { simpleText } from '../served/simple-text.ts'
import type { Contender } from '../servers/contender.ts'
import { startGateway } from '../servers/start-gateway.ts'
import { startServed } from '../servers/start-served.ts'
import type { Bench, Section } from './section.ts'

const clients = 32

interface Timed {
  readonly name: string
  readonly connections: readonly Connection[]
  readonly p50: number[]
  readonly p99: number[]
}

/**
 * What the gateway adds to the time of a call over the ceiling, both with Redis and at the same rate: half of what the
 * slower era of ours can serve. The figures are those of the era that adds more.
 */
export const latency = async ({ signIn, redisUrl, rounds, seconds, say }: Bench): Promise<Section> => {
  const redis = { redisUrl: redisUrl() }
  await using bare = await startServed('ceiling', signIn, redis)
  await using gateway = await startGateway(signIn, redis)
  const legacy = callOf('legacy', simpleText.name)
  const ceiling = await timed('bare Fastify + @fastify/jwt + Redis script', bare, [echoed(legacy)])
  const ours = [
    await timed(`gateway, Redis, ${revisions.legacy}`, gateway, await withSessions(gateway, legacy)),
    await timed(`gateway, Redis, ${revisions.modern}`, gateway, [callOf('modern', simpleText.name)]),
  ]

  const most: number[] = []
  for (const { connections } of ours) {
    await patiently(() => flatOut(connections, 2))
    most.push(await patiently(() => flatOut(connections, 1)))
  }
  await patiently(() => flatOut(ceiling.connections, 2))
  const rate = Math.round(Math.min(...most) / 2)
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}`)
    for (const { connections, p50, p99 } of [ceiling, ...ours]) {
      const taken = await patiently(() => atRate(connections, rate, seconds))
      p50.push(percentile(taken, 0.5))
      p99.push(percentile(taken, 0.99))
    }
  }
  for (const { connections } of [ceiling, ...ours]) for (const each of connections) each.close()
  return section(rate, ceiling, ours)
}

const section = (rate: number, ceiling: Timed, ours: readonly Timed[]): Section => {
  const added = (of: 'p50' | 'p99', { [of]: values }: Timed) =>
    median(values.map((value, round) => value - (ceiling[of][round] ?? Number.NaN)))
  const row = (each: Timed) => ({
    name: each.name,
    p50Ms: Number(median(each.p50).toFixed(3)),
    p99Ms: Number(median(each.p99).toFixed(3)),
    addedP50Ms: Number(added('p50', each).toFixed(3)),
    addedP99Ms: Number(added('p99', each).toFixed(3)),
  })
  return {
    title: `time of tools/call at ${rate} requests/s, half of what the gateway can serve`,
    columns: [
      { key: 'name', title: 'server' },
      { key: 'p50Ms', title: 'p50 ms', digits: 3 },
      { key: 'p99Ms', title: 'p99 ms', digits: 3 },
      { key: 'addedP50Ms', title: 'added p50', digits: 3 },
      { key: 'addedP99Ms', title: 'added p99', digits: 3 },
    ],
    rows: [ceiling, ...ours].map(row),
    figures: {
      added_p50_ms: Math.max(...ours.map((each) => added('p50', each))),
      added_p99_ms: Math.max(...ours.map((each) => added('p99', each))),
    },
  }
}

const withSessions = async (server: Contender, shape: Shape) =>
  inSessions(server.url, await server.token(), shape, clients)

const timed = async (
  name: string,
  server: Contender,
  shapes: readonly [Shape, ...Shape[]],
): Promise<Timed> => {
  const token = await server.token()
  const open = Array.from({ length: clients }, (_, i) =>
    openConnection(server.url, token, shapes[i % shapes.length] ?? shapes[0]),
  )
  return { name, connections: await Promise.all(open), p50: [], p99: [] }
}
