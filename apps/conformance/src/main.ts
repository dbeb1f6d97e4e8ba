import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startGatewayService, startRedis } from '@gateway/backends'
import { deviations } from './deviations.ts'
import { judgeRun } from './judge-run.ts'
import { revisions } from './revisions.ts'
import { runSuite } from './run-suite.ts'

const { values: asked } = parseArgs({
  options: {
    /** File for the counts, as JSON. */
    report: { type: 'string' },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

/** Two replicas behind a balancer, and the suite at each revision; counts of scenarios. */
const conformance = async (folder: string): Promise<{ passed: number; failed: number }> => {
  await using redis = await startRedis({
    cacheDir: join(import.meta.dirname, '../../../.cache'),
    say,
    mayInstall: true,
    env: process.env,
  })
  await using service = await startGatewayService({
    entry: join(import.meta.dirname, '../../gateway/src/main.ts'),
    redisUrl: redis.url,
    folder,
    // The suite cannot send a bearer.
    signsIn: true,
  })

  const total = { passed: 0, failed: 0 }
  for (const revision of revisions) {
    const run = await runSuite({ url: service.url, revision: revision.name, folder })
    const { lines, passed, failed } = judgeRun(revision, run, deviations)
    for (const line of lines) say(line)
    total.passed += passed
    total.failed += failed
  }
  return total
}

const folder = await mkdtemp(join(tmpdir(), 'gateway-conformance-'))
const { passed, failed } = await conformance(folder).catch((error: Error) => {
  say(error.message)
  return { passed: 0, failed: 1 }
})
if (asked.report !== undefined) await writeFile(asked.report, JSON.stringify({ passed, failed }))
if (failed > 0) say(`Logs and results are in ${folder}`)
else await rm(folder, { recursive: true })
say(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
process.disconnect?.()
