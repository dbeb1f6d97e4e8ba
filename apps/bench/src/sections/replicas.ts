import { median } from '../figures.ts'
import { type Connection, openConnection } from '../load/keep-alive.ts'
import { openSessions } from '../load/open-session.ts'
import { atRate, flatOut, inTurn } from '../load/paces.ts'
import { patiently } from '../load/patiently.ts'
import { callOf, echoed, inSession, revisions } from '../load/requests.ts'
import { simpleText } from '../served/simple-text.ts'
import type { Contender } from '../servers/contender.ts'
import { startGateway } from '../servers/start-gateway.ts'
import { startServed } from '../servers/start-served.ts'
import type { Bench, Section } from './section.ts'

const clients = 32

/**
 * One replica against two on one Redis, by the CPU time that a call costs in the gateway processes: where each has a core,
 * which this machine may not give them, two replicas serve `speedup` times the calls of one. Sessions are opened on the
 * first, and every request of a client goes to the other server than the request before.
 *
 * Requests that come in bursts are cheaper each, so both cases get the same ones: a replica that is alone shares the
 * clients with a bare server, and so is sent what it is sent beside another replica.
 */
export const replicas = async ({ signIn, redisUrl, rounds, seconds, say }: Bench): Promise<Section> => {
  const redis = { redisUrl: redisUrl() }
  await using first = await startGateway(signIn, redis)
  await using second = await startGateway(signIn, { ...redis, replicaOf: first.url })
  await using bare = await startServed('ceiling', signIn, redis)
  const [toFirst, toSecond] = await connect(first, second)
  const toBare = await connectBare(bare)
  const withOne = toFirst.map((one, i) => inTurn(one, toBare[i] ?? one))
  const withTwo = toFirst.map((one, i) => inTurn(one, toSecond[i] ?? one))

  await patiently(() => flatOut(withTwo, 4))
  // To both together: a third of what each of them can serve.
  const rate = ((await patiently(() => flatOut(toFirst, 1))) * 2) / 3
  const measured: { one: number; two: number }[] = []
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}`)
    const load = async (connections: readonly Connection[]) =>
      (await atRate(connections, rate, seconds)).length
    measured.push({
      one: await patiently(() => cpuPerCall([first], async () => (await load(withOne)) / 2)),
      two: await patiently(() => cpuPerCall([first, second], () => load(withTwo))),
    })
  }
  for (const connection of [...withOne, ...withTwo]) connection.close()
  const row = (name: string, values: number[]) => ({ name, cpuMicros: Number(median(values).toFixed(1)) })
  return {
    title: `CPU time of the gateway for each tools/call, Redis, ${revisions.legacy}`,
    columns: [
      { key: 'name', title: 'replicas' },
      { key: 'cpuMicros', title: 'CPU us/request', digits: 1 },
    ],
    rows: [
      row(
        'one',
        measured.map(({ one }) => one),
      ),
      row(
        'two, requests in turn',
        measured.map(({ two }) => two),
      ),
    ],
    figures: { two_replicas_speedup: median(measured.map(({ one, two }) => (2 * one) / two)) },
  }
}

/** A connection of each client to each replica; a client has one session on both. */
const connect = async (first: Contender, second: Contender): Promise<[Connection[], Connection[]]> => {
  const token = await first.token()
  const opened = await openSessions(first.url, [token], clients)
  // The replicas share a public name, which the second one expects of its callers too.
  const { host } = new URL(first.url)
  const to = (url: string) =>
    Promise.all(
      opened.map(({ id }) => {
        const shape = inSession(callOf('legacy', simpleText.name), id)
        return openConnection(url, token, { ...shape, headers: { ...shape.headers, host } })
      }),
    )
  return [await to(first.url), await to(second.url)]
}

const connectBare = async (bare: Contender): Promise<Connection[]> => {
  const token = await bare.token()
  const shape = echoed(callOf('legacy', simpleText.name))
  return Promise.all(Array.from({ length: clients }, () => openConnection(bare.url, token, shape)))
}

const cpuPerCall = async (servers: readonly Contender[], load: () => Promise<number>): Promise<number> => {
  const used = async () => {
    const all = await Promise.all(servers.map((server) => server.usage()))
    return all.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0)
  }
  const before = await used()
  const answers = await load()
  return ((await used()) - before) / answers
}
