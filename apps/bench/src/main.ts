import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startRedis } from '@gateway/backends'
import { loadRound, type Round, type Shape, shapes } from './load.ts'
import { type Contender, startCeilingServer, startGateway } from './servers.ts'
import { startSignIn } from './sign-in.ts'
import { table } from './table.ts'

interface Entry {
  readonly name: string
  readonly server: Contender
  readonly shape: Shape
  readonly ceiling: string
}

const { values: asked } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
  },
})
const { json } = asked
const say = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`)
const rounds = Number(asked.rounds)
const seconds = Number(asked.seconds)

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const bench = async (): Promise<void> => {
  await using redis = await startRedis({
    cacheDir: join(import.meta.dirname, '../../../.cache'),
    say,
    mayInstall: true,
    env: process.env,
  })
  await using signIn = await startSignIn()
  await using ceilingMemory = await startCeilingServer(signIn)
  await using ceilingRedis = await startCeilingServer(signIn, redis.url)
  await using oursMemory = await startGateway(signIn)
  await using oursRedis = await startGateway(signIn, redis.url)

  const [bare, bareRedis] = ['bare Fastify + @fastify/jwt', 'bare Fastify + @fastify/jwt + Redis script']
  const entries: Entry[] = [
    { name: bare, server: ceilingMemory, shape: shapes.legacy, ceiling: bare },
    { name: 'gateway, memory, 2025-11-25', server: oursMemory, shape: shapes.legacy, ceiling: bare },
    { name: 'gateway, memory, 2026-07-28', server: oursMemory, shape: shapes.modern, ceiling: bare },
    { name: bareRedis, server: ceilingRedis, shape: shapes.legacy, ceiling: bareRedis },
    { name: 'gateway, Redis, 2025-11-25', server: oursRedis, shape: shapes.legacy, ceiling: bareRedis },
    { name: 'gateway, Redis, 2026-07-28', server: oursRedis, shape: shapes.modern, ceiling: bareRedis },
  ]

  say(
    `tools/call of aws_whoami, ${rounds} rounds of ${seconds} s, 32 connections, servers in turn; warming up`,
  )
  for (const { server, shape } of entries) await loadRound(server, shape, Math.min(seconds, 2))
  const measured = new Map<string, Round[]>(entries.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`)
    for (const { name, server, shape } of entries)
      measured.get(name)?.push(await loadRound(server, shape, seconds))
  }

  const of = (name: string) => measured.get(name) ?? []
  // Ratios inside each round, then their median: what else the machine does hits both sides alike.
  const ratio = ({ name, ceiling }: Entry) =>
    median(
      of(name).map((each, i) => each.requestsPerSecond / (of(ceiling)[i]?.requestsPerSecond ?? Number.NaN)),
    )
  const rows = entries.map((entry) => ({
    name: entry.name,
    requestsPerSecond: Math.round(median(of(entry.name).map((each) => each.requestsPerSecond))),
    p50: median(of(entry.name).map((each) => each.p50)),
    p99: median(of(entry.name).map((each) => each.p99)),
    ratio: Number(ratio(entry).toFixed(3)),
  }))
  say(table(rows))
  if (!json) return
  const lowest = (store: string) =>
    Math.min(...rows.flatMap(({ name, ratio: r }) => (name.startsWith(`gateway, ${store}`) ? r : [])))
  process.stdout.write(
    `${JSON.stringify({ ours_over_ceiling_memory: lowest('memory'), ours_over_ceiling_redis: lowest('Redis'), rows })}\n`,
  )
}

await bench()
process.disconnect?.()
