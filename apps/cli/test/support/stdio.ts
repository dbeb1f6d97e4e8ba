import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { nodeEnvironment } from './node-environment.ts'

/** An AWS configuration with the profile `mine`, which leads to `endpoint`. */
export const awsConfiguration = async (endpoint: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'aws-config-'))
  const credentials = join(folder, 'credentials')
  await writeFile(join(folder, 'config'), '[profile mine]\nregion = eu-central-1\n')
  const env = {
    ...nodeEnvironment(),
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_ENDPOINT_URL: endpoint,
    AWS_PROFILE: 'mine',
  }
  return {
    env,
    signIn: () =>
      writeFile(
        credentials,
        '[mine]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = mine\n',
      ),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

export interface StdioSpawn {
  readonly env: Record<string, string>
  readonly folder: string
  /** Program of Node; absent means that of the test. */
  readonly node?: string
}

/** A process that is spoken to in lines, for what no official client lets a test do. */
export const spawnStdio = (
  program: string,
  args: readonly string[],
  { env, folder, node = process.execPath }: StdioSpawn,
) => {
  const child = spawn(node, [program, ...args], { env, cwd: folder })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  child.stdin.on('error', () => {})
  const lines = (): string[] => stdout.split('\n').filter(Boolean)
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    lines,
    send: (message: object) => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    /** The answer to the request `id`; throws if the process ends without it. */
    async answer(id: number): Promise<Record<string, unknown>> {
      for (;;) {
        const found = lines().find((line) => line.startsWith('{') && JSON.parse(line).id === id)
        if (found !== undefined) return JSON.parse(found) as Record<string, unknown>
        if (child.exitCode !== null) throw new Error(`ended without an answer: ${stderr}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    /** Code and signal with which it ended. */
    exit: async () => {
      const [code, signal] = await exited
      return signal ?? code
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}

/** Every Node of this machine that its PATH leads to and that the package says it runs on. */
export const nodesOnPath = (): string[] => {
  const found = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => {
    const program = join(folder, 'node')
    return existsSync(program) && majorOf(program) >= 20 ? [realpathSync(program)] : []
  })
  return [...new Set([realpathSync(process.execPath), ...found])]
}

const majorOf = (node: string): number =>
  Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1])

/** The first message of a client of 2025-11-25, as the request 1. */
export const initialize = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } },
}

/** A call of a tool. */
export const call = (id: number, name: string) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: {} },
})
