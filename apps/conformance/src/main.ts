import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startGatewayService, startRedis } from '@gateway/backends'
import { deviations } from './deviations.ts'
import { judgeRun, type SuiteRun } from './judge-run.ts'
import { type Revision, revisions } from './revisions.ts'
import { authorization, runAuthorization } from './run-authorization.ts'
import { runSuite } from './run-suite.ts'

const { values: asked } = parseArgs({
  options: {
    /** File for the counts, as JSON. */
    report: { type: 'string' },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

const scenarioLimitMs = 20_000

/** Two replicas behind a balancer, the suite at each revision and against the authorization server; counts of scenarios. */
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
    authorization: true,
  })

  const total = { passed: 0, failed: 0 }
  const judge = (revision: Revision, run: SuiteRun): void => {
    const { lines, passed, failed } = judgeRun(revision, run, deviations)
    for (const line of lines) say(line)
    total.passed += passed
    total.failed += failed
  }
  for (const revision of revisions) {
    const args = ['server', '--url', service.url, '--requirements', revision.name]
    const run = await runSuite({
      ...{ name: revision.name, folder },
      args: [...args, '--timeout', String(scenarioLimitMs)],
    })
    judge(revision, run)
  }
  const { authorizationUrl: issuer, url: resource } = service
  if (issuer === undefined) throw new Error('the service has no authorization server')
  judge(authorization, await runAuthorization({ issuer, resource, folder }))
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
