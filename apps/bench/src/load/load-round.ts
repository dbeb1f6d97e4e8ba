import autocannon from 'autocannon'
import type { Contender } from '../servers/contender.ts'
import { patiently } from './patiently.ts'
import { commonHeaders, type Shape } from './requests.ts'
import { tolerate } from './tolerance.ts'

/** Connections that load a server at once, unless an entry says otherwise. */
export const connections = 32

/** A server and the requests that it is loaded with. */
export interface Entry {
  readonly name: string
  readonly server: Contender
  /**
   * One for all connections, or one for each: two calls under one id in one session at once are a fault of the client,
   * which some servers punish by never answering.
   */
  readonly shapes: readonly [Shape, ...Shape[]]
  readonly connections?: number
}

/** What one round of load saw. */
export interface Round {
  readonly requestsPerSecond: number
  /** Whole milliseconds. */
  readonly p50: number
  readonly p99: number
  /** CPU time of the server's process per request, in microseconds. */
  readonly cpuMicros: number
}

interface Answers {
  readonly served: number
  readonly wrong: number
}

/** How long and how often servers are loaded. */
export interface Turns {
  readonly rounds: number
  readonly seconds: number
  say(line: string): void
}

/** Loads the servers in turn, round by round, after a warm-up of each; the rounds by the entries' names. */
export const loadInTurns = async (
  entries: readonly Entry[],
  { rounds, seconds, say }: Turns,
): Promise<ReadonlyMap<string, readonly Round[]>> => {
  // Long enough for the compiler of V8 to have seen each way through a server.
  for (const entry of entries) await load(entry, Math.min(2 * seconds, 2))
  const measured = new Map<string, Round[]>(entries.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}`)
    for (const entry of entries) {
      // A server that stood idle while the others had their turns has to get going again, ours as well as theirs.
      await load(entry, Math.min(seconds / 3, 0.5))
      measured.get(entry.name)?.push(await patiently(() => loadRound(entry, seconds)))
    }
  }
  return measured
}

const loadRound = async (entry: Entry, seconds: number): Promise<Round> => {
  const { served, wrong, ...round } = await load(entry, seconds)
  tolerate(entry.name, wrong, served)
  return round
}

const load = async (
  { server, shapes, connections: wanted = connections }: Entry,
  seconds: number,
): Promise<Round & Answers> => {
  const token = await server.token()
  let started = 0
  const before = await server.usage()
  const result = await autocannon({
    url: server.url,
    method: 'POST',
    duration: seconds,
    // The end of the time is seen at a sample only.
    sampleInt: 50,
    connections: wanted,
    setupClient: (client) => {
      const shape = shapes[started++ % shapes.length] ?? shapes[0]
      client.setHeadersAndBody({ ...commonHeaders(token), ...shape.headers }, shape.body)
    },
    verifyBody: (text) => shapes[0].answers(String(text)),
  })
  const after = await server.usage()
  // A refusal is a mismatch too.
  const wrong = Math.max(result.non2xx, result.mismatches) + result.errors
  const served = result['2xx'] + result.non2xx - wrong
  return {
    served,
    wrong,
    requestsPerSecond: served / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / served,
  }
}
