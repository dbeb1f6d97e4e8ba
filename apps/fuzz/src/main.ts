import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startRedis } from '@gateway/backends'
import { exchange } from './exchange.ts'
import type { Finding } from './finding.ts'
import { type Target, targets } from './inputs/input.ts'
import { makeInput } from './inputs/make-input.ts'
import { judgeExchange } from './judge-exchange.ts'
import { type Outcome, runFuzz } from './run-fuzz.ts'
import { startStage } from './stage/start-stage.ts'

const { values: asked } = parseArgs({
  options: {
    /** A number; the same gives the same inputs. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** All together, over all stores. */
    inputs: { type: 'string', default: '12000' },
    /** Seconds after which no further input is begun. */
    seconds: { type: 'string', default: '160' },
    /** Kinds of inputs, by comma. */
    only: { type: 'string', default: targets.join(',') },
    /** Where the gateway keeps things: `memory`, `redis` or both, one after the other. */
    stores: { type: 'string', default: 'memory,redis' },
    /** One input again, as `seed:index`: prints what is sent and what comes back. */
    replay: { type: 'string' },
    /** Whether the last line is JSON. */
    json: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

const only = asked.only.split(',').map((name): Target => {
  const found = targets.find((each) => each === name)
  if (!found) throw new Error(`--only: ${name} is none of ${targets.join(', ')}`)
  return found
})
const stores = asked.stores.split(',')

const redisOf = async (stack: AsyncDisposableStack): Promise<string> =>
  stack.use(
    await startRedis({
      cacheDir: join(import.meta.dirname, '../../../.cache'),
      say,
      mayInstall: true,
      env: process.env,
    }),
  ).url

const fuzz = async (folder: string): Promise<readonly Finding[]> => {
  const seed = Number(asked.seed)
  const each = Math.ceil(Number(asked.inputs) / stores.length)
  const started = Date.now()
  const outcomes: Outcome[] = []
  say(`seed ${seed}: ${each * stores.length} inputs of ${only.join(', ')}`)
  for (const [n, store] of stores.entries()) {
    await using stack = new AsyncDisposableStack()
    const path = await mkdtemp(join(folder, `${store}-`))
    const stage = stack.use(await startStage(path, store === 'redis' ? await redisOf(stack) : undefined))
    const until = started + (Number(asked.seconds) * 1_000 * (n + 1)) / stores.length
    const outcome = await runFuzz(stage, { seed, from: n * each, inputs: each, until, only })
    outcomes.push(outcome)
    const { memory, inputs, audited, told } = outcome
    say(
      `${store}: ${inputs} inputs, ${audited} refusals looked up in the audit log; answers ${JSON.stringify(told)}`,
    )
    if (memory) {
      const { before } = memory
      say(
        `${store}: heap ${mib(before.heap)}, ${percent(memory.heap)} more in the second half; RSS ${mib(before.rss)}, ${percent(memory.rss)} more`,
      )
    }
  }
  const findings = outcomes.flatMap((outcome) => outcome.findings)
  for (const { kind, target, what, detail, replay, times } of findings) {
    say(`FINDING, ${times} times: ${kind}, ${target}: ${what}`)
    say(`  ${detail}`)
    if (replay) say(`  again: npm run fuzz -- --replay ${replay} --only ${only.join(',')}`)
  }
  const inputs = outcomes.reduce((sum, outcome) => sum + outcome.inputs, 0)
  const seconds = Math.round((Date.now() - started) / 1_000)
  say(`${inputs} inputs in ${seconds} s, ${findings.length} findings`)
  const by_target = sums(outcomes.map(({ byTarget }) => byTarget))
  const told = sums(outcomes.map((outcome) => outcome.told))
  const memory_growth = Math.max(...outcomes.map(({ memory }) => memory?.heap ?? 0))
  if (asked.json) say(JSON.stringify({ seed, inputs, seconds, findings, by_target, told, memory_growth }))
  return findings
}

const replay = async (folder: string, place: string): Promise<readonly Finding[]> => {
  const [seed = 0, index = 0] = place.split(':').map(Number)
  await using stack = new AsyncDisposableStack()
  const stage = stack.use(await startStage(folder, stores[0] === 'redis' ? await redisOf(stack) : undefined))
  const input = makeInput(seed, index, { only, material: stage.material })
  say(`${input.target}, ${input.what}`)
  for (const part of input.parts) say(`> ${JSON.stringify(part.slice(0, 8_000))}`)
  const done = await exchange(stage.ports[input.door], input)
  say(`< ${JSON.stringify(done.received.slice(0, 8_000))} (${done.end} after ${Math.round(done.ms)} ms)`)
  for (const { kind, detail } of judgeExchange(input, done, stage.secrets)) say(`FAULT: ${kind}: ${detail}`)
  return []
}

const sums = (counts: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const all: Record<string, number> = {}
  for (const [name, count] of counts.flatMap((each) => Object.entries(each)))
    all[name] = (all[name] ?? 0) + count
  return all
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const folder = await mkdtemp(join(tmpdir(), 'gateway-fuzz-'))
const failed = await (asked.replay === undefined ? fuzz(folder) : replay(folder, asked.replay)).then(
  (findings) => findings.length > 0,
  (error: Error) => {
    say(error.stack ?? error.message)
    return true
  },
)
if (failed) say(`Logs are in ${folder}`)
else await rm(folder, { recursive: true })
process.exitCode = failed ? 1 : 0
process.disconnect?.()
