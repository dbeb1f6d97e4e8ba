import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Setup } from './backend-kind.ts'
import { startGuarded } from './guarded-process.ts'
import { findOnPath, installDebianPackage } from './programs.ts'

/** The one version of moto that containers and local processes use. */
export const motoVersion = '5.2.5'

const marker = 'complete'
const sayEverySeconds = 5
// moto needs Python 3.10; Debian ships ensurepip apart from Python, in python3-venv.
const pythonCheck = 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))'

/** Gives the Python of a virtual environment that holds moto, which is made on first use. */
export const provideMoto = async (setup: Setup): Promise<string> => {
  const { cacheDir, say } = setup
  const venv = join(cacheDir, `moto-${motoVersion}`)
  if (!isComplete(venv)) {
    const python = await findPython(setup)
    await removeAbandoned(venv, cacheDir)
    say(`installing moto ${motoVersion} into ${venv} (once, about 30 s)`)
    await makeAudibly(venv, python, setup)
    say(`installed moto ${motoVersion}`)
  }
  return join(venv, 'bin', 'python')
}

/** Whoever waits hears now and then that it goes on, because pip itself is silent. */
const makeAudibly = async (venv: string, python: string, setup: Setup): Promise<void> => {
  let seconds = 0
  const timer = setInterval(() => {
    seconds += sayEverySeconds
    setup.say(`still installing moto (${seconds} s)`)
  }, sayEverySeconds * 1000)
  try {
    await make(venv, python, setup)
  } finally {
    clearInterval(timer)
  }
}

/** Every run makes its own and renames it into place, so an interrupted or a second run leaves nothing half-made. */
const make = async (venv: string, python: string, setup: Setup): Promise<void> => {
  const partial = `${venv}.making-${process.pid}-${randomUUID()}`
  try {
    await mkdir(partial)
    await run(python, ['-m', 'venv', partial], partial, setup)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
    await run(join(partial, 'bin', 'python'), [...pip, `moto[server]==${motoVersion}`], partial, setup)
    await writeFile(join(partial, marker), motoVersion)
    if (isComplete(venv)) return
    await rm(venv, { recursive: true, force: true })
    await rename(partial, venv)
  } catch (cause) {
    // Another run can have come first between the check and the rename; its result is as good as ours.
    if (!isComplete(venv)) throw cause
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

const isComplete = (venv: string): boolean => {
  try {
    // The link to the Python it was made with breaks when that one is removed.
    const version = readFileSync(join(venv, marker), 'utf8')
    return version === motoVersion && existsSync(join(venv, 'bin', 'python'))
  } catch {
    return false
  }
}

const findPython = async (setup: Setup): Promise<string> => {
  const isUsable = (python: string) =>
    run(python, ['-c', pythonCheck], setup.cacheDir, setup).then(
      () => true,
      () => false,
    )
  const installed = findOnPath('python3', setup.env)
  if (installed && (await isUsable(installed))) return installed
  await installDebianPackage('python3-venv', setup)
  const found = findOnPath('python3', setup.env)
  if (found && (await isUsable(found))) return found
  throw new Error(
    'AWS stand-in: no Docker engine answers and there is no python3 (3.10 or newer) with venv and pip on the PATH. ' +
      'Start Docker or install Python (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python).',
  )
}

const run = async (command: string, args: string[], folder: string, setup: Setup): Promise<void> => {
  const logFile = join(folder, `setup-${randomUUID()}.log`)
  const output = openSync(logFile, 'w')
  try {
    const code = await startGuarded(command, args, { env: setup.env, cwd: folder, output }).ended
    if (code === 0) return
    const lines = readFileSync(logFile, 'utf8').trim().split('\n').slice(-10)
    throw new Error(`${basename(command)} ${args.join(' ')} failed (${code}):\n${lines.join('\n')}`)
  } finally {
    closeSync(output)
    await rm(logFile, { force: true })
  }
}

const removeAbandoned = async (venv: string, cacheDir: string): Promise<void> => {
  const prefix = `${basename(venv)}.making-`
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith(prefix)) continue
    if (!isRunning(Number.parseInt(name.slice(prefix.length), 10))) {
      await rm(join(cacheDir, name), { recursive: true, force: true })
    }
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Someone else's process is running too, only out of our reach.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
