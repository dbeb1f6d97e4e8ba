import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** What `npm start -- --json` prints when it is ready. */
export interface Ready {
  readonly url: string
  readonly authorization: { readonly issuer: string }
  readonly tenants: readonly {
    readonly id: string
    readonly users: readonly {
      readonly id: string
      readonly scopes: readonly string[]
      readonly token: string
    }[]
  }[]
  readonly operator?: { readonly token: string; readonly adminUrl: string }
  readonly aws: { readonly endpoint: string | null }
  readonly pid: number
}

/** The repository. */
export const root = join(import.meta.dirname, '..', '..', '..', '..')

/** A sandbox as `npm start` runs it, but for npm itself. */
export interface RunningSandbox extends AsyncDisposable {
  /** Where it writes; its own, so that one that a person runs is left alone. */
  readonly folder: string
  output(): { readonly stdout: string; readonly stderr: string }
  /** Waits for the line of JSON; throws with what was said if the sandbox ends before. */
  ready(): Promise<Ready>
  exit(): Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/** Starts a sandbox; it is stopped when it goes out of scope. */
export const npmStart = (args: readonly string[], env: Record<string, string> = {}): RunningSandbox => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const program = [join(root, 'scripts', 'run.mjs'), 'apps/cli/src/main.ts', 'sandbox', ...args]
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, SANDBOX_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  return {
    folder,
    output: () => ({ stdout, stderr }),
    async ready() {
      while (!stdout.includes('\n')) {
        if (child.exitCode !== null) throw new Error(`the sandbox ended: ${stderr}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return JSON.parse(stdout) as Ready
    },
    exit: async () => (await exited)[0],
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}

/** The token of one of the sandbox's users. */
export const tokenOf = (ready: Ready, tenant: string, user: string): string => {
  const found = ready.tenants.find(({ id }) => id === tenant)?.users.find(({ id }) => id === user)
  if (!found) throw new Error(`no ${user} of ${tenant}`)
  return found.token
}

/** The official client, connected; it closes when it goes out of scope. */
export const connect = async (ready: Ready, token: string, mode: 'legacy' | 'auto' = 'auto') => {
  const client = new Client({ name: 'e2e', version: '1' }, { versionNegotiation: { mode } })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(ready.url), { requestInit }))
  return {
    call: (name: string, args: Record<string, unknown> = {}) => client.callTool({ name, arguments: args }),
    [Symbol.asyncDispose]: () => client.close(),
  }
}

/** True while a process of that id runs. */
export const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
