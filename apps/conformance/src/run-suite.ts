import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { SuiteRun } from './judge-run.ts'
import { readResults } from './read-results.ts'

const scenarioLimitMs = 20_000
const runLimitMs = 80_000

/** Runs the suite for one revision against `url` in a process of its own; its output and results stay in `folder`. */
export const runSuite = async (of: { url: string; revision: string; folder: string }): Promise<SuiteRun> => {
  const { url, revision, folder } = of
  const results = join(folder, revision)
  await mkdir(results)
  const args = ['server', '--url', url, '--requirements', revision]
  const limits = ['--timeout', String(scenarioLimitMs), '--output-dir', results]
  const child = spawn(process.execPath, [suite(), ...args, ...limits], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: runLimitMs,
    killSignal: 'SIGKILL',
  })
  const written = pipeline(child.stdout, createWriteStream(join(folder, `${revision}.log`)))
  const [code]: (number | null)[] = await once(child, 'exit')
  await written
  return { exitCode: code ?? undefined, results: await readResults(results) }
}

/** Its program; the package has no exports to import. */
const suite = (): string => {
  const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')
  return join(dirname(manifest), 'dist', 'index.js')
}
