import type { SandboxPaths } from './paths.ts'
import { type Ready, writeOperator } from './ready-file.ts'

/** Half of what an operator's token lives. */
const everyMs = 30 * 60_000

/** Keeps a fresh token of the operator in the files of a sandbox, if it has one; gives what ends that. */
export const keepOperator = (paths: SandboxPaths, makeReady: () => Promise<Ready>): (() => void) => {
  let ended = false
  const renew = async () => {
    const ready = await makeReady()
    // Whoever ends it removes the files next.
    if (ready.operator && !ended) await writeOperator(paths, ready)
  }
  const timer = setInterval(() => void renew().catch(() => undefined), everyMs)
  return () => {
    ended = true
    clearInterval(timer)
  }
}
