import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Backend, BackendKind, Program, Setup } from './backend-kind.ts'
import { startGuarded } from './guarded-process.ts'
import { freePort, probePort } from './loopback-port.ts'
import { waitUntilReady } from './readiness.ts'

const tailLines = 20

/** Starts a backend as a process of this machine, on loopback only. */
export const startLocally = async (kind: BackendKind, setup: Setup): Promise<Backend> => {
  const program = await kind.findProgram(setup)
  try {
    return await startOn(await (setup.port ? probePort(setup.port) : freePort()), program, kind, setup)
  } catch (error) {
    // Between choosing a port and using it another process can take it; a second time would be no accident.
    const again = setup.port === undefined && error instanceof Error && /in use/i.test(error.message)
    if (!again) throw error
    return startOn(await freePort(), program, kind, setup)
  }
}

const startOn = async (port: number, program: Program, kind: BackendKind, setup: Setup): Promise<Backend> => {
  const { cacheDir, env } = setup
  const output = openOutput(setup)
  const server = startGuarded(program.command, program.args(port), {
    env: { ...env, ...kind.environment },
    cwd: cacheDir,
    output,
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= server.stop().then(() => closeSync(output))
    return stopped
  }
  const url = kind.url('127.0.0.1', port)
  try {
    await waitUntilReady(() => kind.ready(url), server.hasEnded)
    // A script that forgets to stop its backends shall still end.
    server.letGo()
  } catch (cause) {
    const tail = tailOf(output)
    await stop()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${program.how} failed: ${reason}; the end of its output:\n${tail}`, { cause })
  }
  return { url, how: program.how, stop, [Symbol.asyncDispose]: stop }
}

const openOutput = (setup: Setup): number => {
  if (setup.logFile) return openSync(setup.logFile, 'w+')
  // Without a name from the start, so that not even a killed run leaves a file behind.
  const path = join(setup.cacheDir, `output-${randomUUID()}.log`)
  const output = openSync(path, 'w+')
  rmSync(path)
  return output
}

const tailOf = (output: number): string => {
  const content = Buffer.alloc(fstatSync(output).size)
  readSync(output, content, 0, content.length, 0)
  return content.toString('utf8').trimEnd().split('\n').slice(-tailLines).join('\n')
}
