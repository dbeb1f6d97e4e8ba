import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { SandboxFailure } from './failure.ts'

const readyLimitMs = 30_000
const stopLimitMs = 5_000
const tailLines = 20

/** The gateway as a process of its own. */
export interface GatewayProcess {
  /** Resolves once `/readyz` says yes; throws with the end of the gateway's output if it never does. */
  ready(): Promise<void>
  /** Resolves, when the process has ended, to how. */
  readonly ended: Promise<string>
  /** The end of its output, for people. */
  tail(): Promise<string>
  /** SIGTERM, and SIGKILL after five seconds. */
  stop(): Promise<void>
}

/** Starts `entry` with this process's Node. */
export const startGateway = ({
  entry,
  folder,
  env,
  logFile,
  baseUrl,
}: {
  entry: string
  folder: string
  env: NodeJS.ProcessEnv
  logFile: string
  baseUrl: string
}): GatewayProcess => {
  const output = openSync(logFile, 'w', 0o600)
  const child = spawn(process.execPath, [entry], {
    cwd: folder,
    env,
    // The gateway ends when the channel closes, so it cannot outlive this process even if that is killed.
    stdio: ['ignore', output, output, 'ipc'],
    // Ctrl-C goes to the terminal's process group; from there we decide what stops in which order.
    detached: true,
  })
  closeSync(output)
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  child.once('error', (error) => resolve(error.message))
  child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`))
  let end: string | undefined
  void ended.then((how) => {
    end = how
  })

  const tail = async () => {
    const text = (await readFile(logFile, 'utf8').catch(() => '')).trimEnd()
    if (text === '') return 'It printed nothing.'
    const lines = text.split('\n').slice(-tailLines)
    return `The end of ${logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`
  }

  const ready = async () => {
    const deadline = Date.now() + readyLimitMs
    let last = 'no answer'
    while (end === undefined && Date.now() < deadline) {
      const answer = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => undefined,
      )
      if (answer?.status === 200) return
      if (answer) last = `HTTP ${answer.status} ${(await answer.text().catch(() => '')).slice(0, 300)}`
      await sleep(50)
    }
    const why =
      end === undefined ? `was not ready after ${readyLimitMs / 1000} s (${last})` : `ended (${end})`
    throw new SandboxFailure(`The gateway ${why}. ${await tail()}`)
  }

  const stop = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
    await ended
    clearTimeout(timer)
  }

  return { ready, ended, tail, stop }
}
