import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { BackendOptions } from '../backend-kind.ts'

// The same folder as every other run of the repository, so that moto is installed once.
const cacheDir = join(import.meta.dirname, '..', '..', '..', '..', '.cache')

/** Options for whatever this machine has: a Docker engine, or local programs. */
export const anyWay: BackendOptions = {
  cacheDir,
  mayInstall: true,
  say: (line) => console.log(line),
  env: process.env,
}

/** Options that leave only local programs, also where a Docker engine answers. */
export const localOnly = { ...anyWay, env: { ...process.env, DOCKER_HOST: 'unix:///no/docker/here.sock' } }

/** The running processes, ours or not, whose arguments name a backend's port. */
export const processesOf = (url: string): string[] => {
  // The last form is the title that redis-server gives itself.
  const flag = new RegExp(`(-p |--port |redis-server 127.0.0.1:)${new URL(url).port}( |$)`)
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => flag.test(line))
}
