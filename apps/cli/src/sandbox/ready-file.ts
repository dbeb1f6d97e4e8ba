import { readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import type { SignedInUser } from '../sso/start-sso.ts'
import { cursorConfig, prettyJson, vsCodeConfig } from './client-configs.ts'
import type { SandboxPaths } from './paths.ts'

/** What `--json` prints and `.sandbox/ready.json` holds. */
export interface Ready {
  readonly url: string
  /** Of the authorization server, to which clients that know the URL alone find by themselves. */
  readonly authorization: { readonly issuer: string }
  readonly tenants: readonly { readonly id: string; readonly users: readonly SignedInUser[] }[]
  /** Who may change tenants, and where; absent where nobody may. */
  readonly operator?: { readonly token: string; readonly adminUrl: string }
  readonly aws: { readonly endpoint: string | null }
  readonly pid: number
}

/** Writes the files that exist exactly while the sandbox is ready. They hold tokens, so they are their owner's only. */
export const writeReadyFiles = async (paths: SandboxPaths, ready: Ready): Promise<void> => {
  const token = ready.tenants[0]?.users[0]?.token ?? ''
  await writeWhole(paths.cursor, `${prettyJson(cursorConfig(ready.url, token))}\n`)
  await writeWhole(paths.vsCode, `${prettyJson(vsCodeConfig(ready.url, token))}\n`)
  await writeOperator(paths, ready)
}

/** Writes what holds the operator's token, which is good for a shorter time than the sandbox. */
export const writeOperator = async (paths: SandboxPaths, ready: Ready): Promise<void> => {
  if (ready.operator) await writeWhole(paths.operatorToken, `${ready.operator.token}\n`)
  // Last of all, since others wait for it.
  await writeWhole(paths.ready, `${JSON.stringify(ready)}\n`)
}

/** Removes those files, unless a sandbox that was started later has made them its own. */
export const removeReadyFiles = async (paths: SandboxPaths, pid: number): Promise<void> => {
  if (pidIn(paths.ready) === pid) await remove(paths)
}

/** Removes what a sandbox that was killed has left behind; what belongs to one that still runs stays. */
export const removeStaleFiles = async (paths: SandboxPaths): Promise<void> => {
  const owner = pidIn(paths.ready)
  if (typeof owner !== 'number' || !runs(owner)) await remove(paths)
}

const remove = async (paths: SandboxPaths): Promise<void> => {
  for (const file of [paths.ready, paths.cursor, paths.vsCode, paths.operatorToken]) {
    await rm(file, { force: true })
  }
}

const runs = (pid: number): boolean => {
  try {
    // Signal 0 only asks.
    return process.kill(pid, 0)
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

/** Appears under its name only when it is complete, since others wait for it. */
const writeWhole = async (file: string, content: string): Promise<void> => {
  const partial = `${file}.${process.pid}.partial`
  await writeFile(partial, content, { mode: 0o600 })
  await rename(partial, file)
}

const pidIn = (file: string): unknown => {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof content === 'object' && content !== null && 'pid' in content ? content.pid : undefined
  } catch {
    return undefined
  }
}
