import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Backend, BackendKind, BackendOptions, Setup } from './backend-kind.ts'
import { engineAnswers, startInContainer } from './container.ts'
import { startLocally } from './local-process.ts'

/** Starts a backend in a container if an engine answers, else as a local process. */
export const startBackend = async (kind: BackendKind, options: BackendOptions): Promise<Backend> => {
  const setup: Setup = { say: () => {}, mayInstall: false, ...options }
  await mkdir(setup.cacheDir, { recursive: true })
  if (setup.logFile) await mkdir(dirname(setup.logFile), { recursive: true })
  if (await engineAnswers(setup.env)) {
    try {
      return await startInContainer(kind, setup)
    } catch (cause) {
      setup.say(`container ${kind.image} did not start; using a local process instead: ${firstLine(cause)}`)
    }
  }
  return startLocally(kind, setup)
}

const firstLine = (cause: unknown): string => {
  return (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')[0] ?? ''
}
