import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

const stopLimitMs = 3000

// The shell becomes the program (`exec`), so its id and exit code are the program's own. The background loop holds
// our end of a pipe: when this process ends in any way, SIGKILL included, the loop reads end-of-file and kills the
// whole group. It ignores SIGTERM to keep watch while the program is being stopped.
const guardScript = `exec 3<&0
{ trap '' TERM; while read -r _ <&3; do :; done; kill -KILL 0; } &
exec "$@" </dev/null 3<&-`

/** A program that ends when this process does. */
interface GuardedProcess {
  hasEnded(): boolean
  /** Resolves to the exit code, or to -1 when a signal ended it. */
  readonly ended: Promise<number>
  /** Lets this process end, and the program with it, when it has nothing else to do. */
  letGo(): void
  /** SIGTERM, and SIGKILL to what is left after 3 s. */
  stop(): Promise<void>
}

/** Starts a program that cannot outlive this process and never sees the terminal's Ctrl-C. */
export const startGuarded = (
  command: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; output: number },
): GuardedProcess => {
  const { env, cwd, output } = options
  const child = spawn('/bin/sh', ['-c', guardScript, 'guard', command, ...args], {
    // A group of its own: Ctrl-C goes to the terminal's group, and our shutdown decides the order instead.
    detached: true,
    stdio: ['pipe', output, output],
    env,
    cwd,
  })
  const { promise: ended, resolve } = Promise.withResolvers<number>()
  let isEnded = false
  const end = (code: number) => {
    isEnded = true
    signalGroup(child.pid, 'SIGKILL')
    resolve(code)
  }
  child.once('exit', (code) => end(code ?? -1))
  child.once('error', () => end(-1))
  const guard = child.stdin
  guard?.on('error', () => {})
  const letGo = () => {
    child.unref()
    // The pipe is a socket, but typed as any writable stream.
    if (guard instanceof Socket) guard.unref()
  }
  const stop = async () => {
    if (isEnded) return
    signalGroup(child.pid, 'SIGTERM')
    const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), stopLimitMs)
    await ended
    clearTimeout(timer)
  }
  return { hasEnded: () => isEnded, ended, letGo, stop }
}

const signalGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nothing of the group is left.
  }
}
