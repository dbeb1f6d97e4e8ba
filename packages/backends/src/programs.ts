import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Setup } from './backend-kind.ts'

const policyFile = '/usr/sbin/policy-rc.d'

/** Finds a program the way a shell would. */
export const findOnPath = (name: string, env: NodeJS.ProcessEnv): string | undefined => {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/** Installs a Debian package if that is allowed, we are root and there is an apt-get; else does nothing. */
export const installDebianPackage = async (name: string, setup: Setup): Promise<void> => {
  const aptGet = findOnPath('apt-get', setup.env)
  if (!setup.mayInstall || process.getuid?.() !== 0 || !aptGet) return
  setup.say(`installing the Debian package ${name} by apt-get`)
  const env = { ...setup.env, DEBIAN_FRONTEND: 'noninteractive' }
  const run = (...args: string[]) =>
    promisify(execFile)(aptGet, ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env })
  const allowServices = await forbidServices()
  try {
    await retryWhileLocked(() => run('update'))
    await run('install', '-y', '--no-install-recommends', name)
  } catch (cause) {
    throw new Error(`apt-get install ${name} failed: ${outputOf(cause)}`, { cause })
  } finally {
    await allowServices()
  }
}

/** For the lock of dpkg apt-get waits by itself; where another holds that of the lists, it gives up at once. */
const retryWhileLocked = async (update: () => Promise<unknown>): Promise<void> => {
  const patience = performance.now() + 120_000
  for (;;) {
    try {
      await update()
      return
    } catch (cause) {
      if (performance.now() > patience || !/could not get lock/i.test(outputOf(cause))) throw cause
      await setTimeout(1_000)
    }
  }
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian starts a package's service at once unless this file says no (invoke-rc.d(8)). */
const forbidServices = async (): Promise<() => Promise<void>> => {
  try {
    await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' })
  } catch {
    // A policy that is there already is the administrator's, or that of another run of ours: it stays.
    return async () => {}
  }
  return () => rm(policyFile, { force: true })
}

const outputOf = (cause: unknown): string => {
  const { stderr, stdout, message } = cause as { stderr?: string; stdout?: string; message?: string }
  const text = [stderr, stdout, message].find((part) => part?.trim()) ?? String(cause)
  return text.trim().split('\n').slice(-5).join('\n')
}
