import { appendFile } from 'node:fs/promises'
import type { Backend, startAwsStandIn } from '@gateway/backends'
import type { SandboxPaths } from './paths.ts'

/** A stand-in for AWS, or why there is none, in one line that says what to install. */
export type StandIn = { runs: true; backend: Backend } | { runs: false; why: string }

/** Starts the AWS stand-in. Most of the gateway needs no AWS, so its absence ends nothing. */
export const startStandIn = async (
  start: typeof startAwsStandIn,
  env: NodeJS.ProcessEnv,
  { cache, standInLog }: SandboxPaths,
  say: (line: string) => void,
): Promise<StandIn> => {
  try {
    const backend = await start({ cacheDir: cache, logFile: standInLog, mayInstall: false, say, env })
    return { runs: true, backend }
  } catch (thrown) {
    // Whole, because it may be the output of pip.
    await appendFile(standInLog, `${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    return { runs: false, why: noStandIn }
  }
}

const noStandIn =
  'none; to have AWS too, install Docker, or Python 3.10+ with venv and pip (why: .sandbox/aws-stand-in.log)'
