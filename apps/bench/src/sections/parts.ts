import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditLog, localSigner, openFileSink } from '@gateway/audit'
import type { Measure } from '@gateway/domain'
import {
  memoryConcurrencyLimiter,
  memoryRateLimiter,
  openRedis,
  redisConcurrencyLimiter,
  redisRateLimiter,
} from '@gateway/stores'
import { createMetrics } from '@gateway/telemetry'
import { median } from '../figures.ts'
import { connections, loadInTurns } from '../load/load-round.ts'
import { callOf } from '../load/requests.ts'
import { simpleText } from '../served/simple-text.ts'
import { startGateway } from '../servers/start-gateway.ts'
import { callEvent, callLimits, lease, signingKey } from './call-parts.ts'
import type { Bench, Section } from './section.ts'

/**
 * What limits, the audit log and metrics cost of a call: each alone in this process, with as many at once as there are connections,
 * beside the processor time that the whole call takes in a gateway of the same run.
 */
export const parts = async (bench: Bench): Promise<Section> => {
  const { rounds, seconds, say, signIn } = bench
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await openRedis(bench.redisUrl(), { onError: () => undefined }))
  const audit = await openAudit()
  stack.defer(() => audit.close())
  const { measured } = createMetrics({ version: 'bench', names: [simpleText.name] })
  const now = Date.now
  const memory = limited(memoryRateLimiter({ now, maxKeys: 1_000 }), memoryConcurrencyLimiter({ now }))
  const shared = limited(redisRateLimiter(redis), redisConcurrencyLimiter(redis))
  const works: readonly { name: string; work(n: number): Promise<unknown>; micros: number[] }[] = [
    { name: 'audit: record, chain, file, checkpoints', work: () => audit.append(callEvent), micros: [] },
    { name: 'limits and lease, memory', work: memory, micros: [] },
    { name: 'limits and lease, Redis (this process)', work: shared, micros: [] },
    {
      name: 'metrics of a call and its request',
      async work() {
        for (const each of measuresOfACall) measured(each)
      },
      micros: [],
    },
  ]
  for (const { work } of works) await microsOf(work, seconds)
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}`)
    for (const { work, micros } of works) micros.push(await microsOf(work, seconds))
  }
  const server = stack.use(await startGateway(signIn))
  const whole = await loadInTurns(
    [{ name: 'call', server, shapes: [callOf('modern', simpleText.name)] }],
    bench,
  )
  const call = median((whole.get('call') ?? []).map(({ cpuMicros }) => cpuMicros))
  const [auditUs = 0, limitsUs = 0, limitsRedisUs = 0, metricsUs = 0] = works.map(({ micros }) =>
    median(micros),
  )
  return {
    title: `parts of a call, ${connections} at once, ${rounds} rounds of ${seconds} s`,
    columns: [
      { key: 'name', title: 'part' },
      { key: 'us', title: 'CPU us/call', digits: 2 },
      { key: 'ofCall', title: 'of a call', digits: 2 },
    ],
    rows: [
      { name: 'a whole call, memory', us: call, ofCall: 1 },
      ...works.map(({ name, micros }) => ({ name, us: median(micros), ofCall: median(micros) / call })),
    ],
    figures: {
      audit_us: auditUs,
      limits_us: limitsUs,
      limits_redis_us: limitsRedisUs,
      metrics_us: metricsUs,
      audit_of_call: auditUs / call,
      limits_of_call: limitsUs / call,
      metrics_of_call: metricsUs / call,
    },
  }
}

const openAudit = async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'bench-audit-')), 'audit.jsonl')
  const onFault = () => undefined
  return createAuditLog({
    key: Buffer.alloc(32, 7),
    gateway: { instance: 'bench', version: '0.0.0' },
    sinks: [await openFileSink({ path, now: Date.now, onFault })],
    signer: localSigner(signingKey()),
    scrub: (line) => line,
    now: Date.now,
    onFault,
  })
}

/** What a call asks of limits: those of tenant, user and tool, and its lease and back. */
const limited =
  (
    limiter: Pick<ReturnType<typeof memoryRateLimiter>, 'take'>,
    concurrency: ReturnType<typeof memoryConcurrencyLimiter>,
  ) =>
  async (n: number): Promise<void> => {
    await limiter.take(callLimits)
    const mine = lease(n)
    await concurrency.enter(mine)
    await concurrency.leave(mine)
  }

const measuresOfACall: readonly Measure[] = [
  { of: 'call', kind: 'tool', name: simpleText.name, access: 'read', outcome: 'allow', ms: 1 },
  { of: 'http', method: 'POST', route: '/mcp', status: 200, ms: 1 },
]

/** Mean of the processor time of this process, its threads included. */
const microsOf = async (work: (n: number) => Promise<unknown>, seconds: number): Promise<number> => {
  const end = performance.now() + seconds * 1000
  const from = process.cpuUsage()
  let done = 0
  while (performance.now() < end) {
    await Promise.all(Array.from({ length: connections }, () => work(done++)))
  }
  const { user, system } = process.cpuUsage(from)
  return (user + system) / done
}
