// Makes a fresh clone ready, on any Node >= 20 with npm: dependencies by pnpm, and a Node 24 to run them with.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pnpmVersion = '12.21.0'
const wantedNode = 24

/** Root folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Installs what is missing and returns the path of a Node 24; tells `say` what it does and how long it took. */
export const setUp = async (say) => {
  const current = Number(process.versions.node.split('.')[0])
  if (current < 20) throw new Error(`Node ${process.versions.node} is too old: install Node 20 or newer.`)
  await install(say)
  if (current >= wantedNode) return process.execPath
  const bundled = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  if (process.platform === 'linux' && existsSync(bundled)) return bundled
  throw new Error(
    `This runs on Node ${wantedNode}, and only on Linux (x64, arm64) does it bring its own. ` +
      `Yours is ${process.versions.node}: install Node ${wantedNode} and try again.`,
  )
}

/** Environment for child processes: the given Node first on the PATH. */
export const environment = (node, extra = {}) => ({
  ...process.env,
  ...extra,
  PATH: `${dirname(node)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
})

/** Runs a program to its end; resolves with its exit code, or 128 and the number of the signal that ended it. */
export const run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
    options.started?.(child)
  })

const install = async (say) => {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'))
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'))
  const digest = createHash('sha256').update(lock).update(workspace).update(process.arch).digest('hex')
  const marker = join(root, '.cache', 'installed')
  const modules = join(root, 'node_modules', '.modules.yaml')
  if (existsSync(modules) && existsSync(marker) && readFileSync(marker, 'utf8') === digest) return
  const started = Date.now()
  say(`Installing dependencies with pnpm ${pnpmVersion} (once; about half a minute) ...`)
  const args = ['--yes', `pnpm@${pnpmVersion}`, 'install', '--frozen-lockfile', '--reporter=append-only']
  const output = []
  // Its own lines come too fast to read; one every few seconds shows that it goes on.
  const lastLine = () => Buffer.concat(output).toString().trim().split('\n').at(-1) ?? ''
  const ticking = setInterval(() => say(`  ${lastLine()}`), 5_000)
  const code = await run('npx', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_update_notifier: 'false' },
    started: (child) => {
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk))
    },
  }).finally(() => clearInterval(ticking))
  if (code !== 0) {
    throw new Error(`pnpm install failed (exit ${code}):\n${Buffer.concat(output).toString().slice(-4000)}`)
  }
  mkdirSync(dirname(marker), { recursive: true })
  writeFileSync(marker, digest)
  say(`Dependencies installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`)
}
