import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startGatewayService, startRedis } from '@gateway/backends'
import { countKeys } from './count-keys.ts'
import { judge } from './judge.ts'
import { runLoad } from './load.ts'
import { type Measured, measureOf } from './measured.ts'

const { values: asked } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '200' },
    /** Whether the last line is JSON. */
    json: { type: 'boolean', default: false },
  },
})
const minutes = Number(asked.minutes)
const clients = Number(asked.clients)
const say = (line: string) => process.stdout.write(`${line}\n`)

/** Time for what was begun to end, and for streams that were dropped to be missed. */
const settleMs = 3_000

const soak = async (folder: string): Promise<readonly string[]> => {
  await using redis = await startRedis({
    cacheDir: join(import.meta.dirname, '../../../.cache'),
    say,
    mayInstall: true,
    env: process.env,
  })
  await using service = await startGatewayService({
    entry: join(import.meta.dirname, '../../gateway/src/main.ts'),
    nodeOptions: ['--expose-gc', '--import', join(import.meta.dirname, 'probe.ts')],
    redisUrl: redis.url,
    folder,
    env: { LOG_LEVEL: 'warn' },
  })
  const { url, replicas } = service
  const tokens = await Promise.all(Array.from({ length: clients }, (_, n) => service.token(`user-${n}`)))

  const measured = async (title: string): Promise<readonly Measured[]> => {
    await sleep(settleMs)
    const each = await Promise.all(replicas.map(measureOf))
    for (const [n, { heapUsed, rss, handles }] of each.entries()) {
      say(
        `${title}, replica ${n + 1}: heap ${mib(heapUsed)}, RSS ${mib(rss)}, handles ${JSON.stringify(handles)}`,
      )
    }
    return each
  }
  const ms = minutes * 60_000
  const warm = await runLoad(url, tokens, Math.min(30_000, ms / 3))
  const before = await measured('start')
  const load = await runLoad(url, tokens, ms)
  const after = await measured('end')
  const keys = await countKeys(redis.url)
  const errors = [...warm.errors, ...load.errors]

  say(`${load.requests} requests of ${clients} clients in ${minutes} minutes, ${errors.length} errors`)
  say(`done: ${JSON.stringify(load.done)}`)
  const kinds = new Map<string, number>()
  for (const error of errors) kinds.set(error, (kinds.get(error) ?? 0) + 1)
  for (const [error, count] of [...kinds].slice(0, 20)) say(`error, ${count} times: ${error}`)
  say(`keys in Redis: ${JSON.stringify(keys)}`)
  const faults = judge(errors, before, after)
  for (const fault of faults) say(`FAULT: ${fault}`)
  if (asked.json) {
    const { requests, done } = load
    say(JSON.stringify({ requests, errors: errors.length, done, start: before, end: after, keys, faults }))
  }
  return faults
}

const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`

const folder = await mkdtemp(join(tmpdir(), 'gateway-soak-'))
const faults = await soak(folder).catch((error: Error) => {
  say(error.stack ?? error.message)
  return [error.message]
})
if (faults.length > 0) say(`Logs are in ${folder}`)
else await rm(folder, { recursive: true })
process.exitCode = faults.length === 0 ? 0 : 1
process.disconnect?.()
