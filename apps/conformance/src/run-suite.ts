import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import type { SuiteRun } from './judge-run.ts'
import { readResults } from './read-results.ts'

const runLimitMs = 80_000

/** What is run, and where its output and results stay. */
export interface SuiteOptions {
  /** Of its folder and its log in `folder`. */
  readonly name: string
  /** Of its program, without the place for results. */
  readonly args: readonly string[]
  readonly folder: string
  /** Hears each line that it prints; what it throws is the caller's. */
  readonly heard?: (line: string) => void
}

/** Runs the suite in a process of its own. */
export const runSuite = async ({ name, args, folder, heard }: SuiteOptions): Promise<SuiteRun> => {
  const results = join(folder, name)
  await mkdir(results)
  const child = spawn(process.execPath, [suite(), ...args, '--output-dir', results], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: runLimitMs,
    killSignal: 'SIGKILL',
  })
  if (heard) createInterface({ input: child.stdout }).on('line', heard)
  const written = pipeline(child.stdout, createWriteStream(join(folder, `${name}.log`)))
  const [code]: (number | null)[] = await once(child, 'exit')
  await written
  return { exitCode: code ?? undefined, results: await readResults(results) }
}

/** Its program; the package has no exports to import. */
const suite = (): string => {
  const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')
  return join(dirname(manifest), 'dist', 'index.js')
}
