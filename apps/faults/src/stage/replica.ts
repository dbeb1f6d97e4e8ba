import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** One gateway that can be killed and started again, with the same address and files. */
export interface Replica extends AsyncDisposable {
  readonly origin: string
  /** Starts it, with more options of Node, and resolves once `path` is answered with 200. */
  start(nodeOptions?: readonly string[]): Promise<void>
  /** Sends a signal to its process. */
  signal(signal: NodeJS.Signals): void
  /** Ends it by a signal and resolves when it has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

/** How it is run. */
export interface ReplicaOptions {
  readonly entry: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

const startLimitMs = 60_000

/** A replica that was not started yet. */
export const replicaOf = ({ entry, port, env, logFile }: ReplicaOptions): Replica => {
  let child: ChildProcess | undefined
  const origin = `http://127.0.0.1:${port}`
  const hasEnded = () => !child || child.exitCode !== null || child.signalCode !== null
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (!child || hasEnded()) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    origin,
    async start(nodeOptions = []) {
      const log = openSync(logFile, 'a')
      const stdio = ['ignore', log, log, 'ipc'] as const
      child = spawn(process.execPath, [...nodeOptions, entry], {
        env: { ...env, PORT: String(port) },
        stdio: [...stdio],
      })
      closeSync(log)
      const until = Date.now() + startLimitMs
      while (!(await answers(`${origin}/healthz`))) {
        if (hasEnded()) throw new Error(`a gateway ended when it was started; its log is ${logFile}`)
        if (Date.now() > until) throw new Error(`a gateway does not serve; its log is ${logFile}`)
        await sleep(30)
      }
    },
    signal: (signal) => void child?.kill(signal),
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
    },
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.ok
    },
    () => false,
  )
