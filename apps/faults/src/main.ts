import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startAwsStandIn } from '@gateway/backends'
import { type Fault, Skipped } from './fault.ts'
import { faults } from './faults/index.ts'
import { breaches, jsonOf, type Reported, tableOf } from './report.ts'
import { runFault } from './run-fault.ts'

const { values: asked } = parseArgs({
  options: {
    /** Names of faults, with commas between them; absent means all. */
    only: { type: 'string' },
    /** That a fault lasts. */
    seconds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    /** Whether logs and audit files stay where all is well, too. */
    keep: { type: 'boolean', default: false },
    /** Whether the last line is JSON. */
    json: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

const named = asked.only?.split(',')
const unknown = named?.filter((name) => !faults.some((fault) => fault.name === name)) ?? []
if (unknown.length > 0) {
  const names = faults.map(({ name }) => name).join(', ')
  say(`There is no fault ${unknown.join(', ')}; there are ${names}.`)
  process.exit(2)
}

const backends = {
  cacheDir: join(import.meta.dirname, '../../../.cache'),
  say,
  mayInstall: true,
  // No container: what runs in one takes no signals from here.
  env: { ...process.env, DOCKER_HOST: 'unix:///nonexistent.sock' },
}

const run = async (folder: string): Promise<readonly Reported[]> => {
  await using aws = await startAwsStandIn(backends)
  const options = {
    entry: join(import.meta.dirname, '../../gateway/src/main.ts'),
    awsUrl: aws.url,
    backends,
    folder,
    seconds: Number(asked.seconds),
    seed: Number(asked.seed),
  }
  const reported = async (fault: Fault): Promise<Reported> => {
    say(`${fault.name}: ${fault.what}`)
    try {
      return { fault: fault.name, ...(await runFault(fault, options)) }
    } catch (thrown) {
      const { message, stack } = thrown as Error
      if (thrown instanceof Skipped) return { fault: fault.name, skipped: message }
      say(stack ?? message)
      return { fault: fault.name, failed: message }
    }
  }
  const reports: Reported[] = []
  for (const fault of faults.filter(({ name }) => named?.includes(name) ?? true)) {
    const report = await reported(fault)
    if ('failingBefore' in report && report.failingBefore > 0)
      say(
        `  the machine is busy: ${(report.failingBefore * 100).toFixed(1)} % of the calls failed before the fault`,
      )
    for (const breach of breaches(report).slice(0, 20)) say(`  ${breach}`)
    reports.push(report)
  }
  return reports
}

const folder = await mkdtemp(join(tmpdir(), 'gateway-faults-'))
// Backends let a script end while it waits for them to stop.
const awake = setInterval(() => undefined, 1_000)
const reports = await run(folder)
clearInterval(awake)
const isWell = reports.every((report) => breaches(report).length === 0)
say('')
say(tableOf(reports))
if (isWell && !asked.keep) await rm(folder, { recursive: true })
else say(`Logs and audit files are in ${folder}`)
if (asked.json) say(JSON.stringify(jsonOf(reports)))
process.exitCode = isWell ? 0 : 1
