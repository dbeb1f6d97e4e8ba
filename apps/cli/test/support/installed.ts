import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { root } from './sandbox.ts'

const run = promisify(execFile)

/** The npm package, built, packed and installed into a folder that has nothing else; of all files of the run. */
export interface Installed {
  readonly folder: string
  /** The program itself, for tests that send it signals: npx does not pass them all on. */
  readonly program: string
}

/** `aws-mcp` as a person would get it; the first file that asks builds and installs it, the others wait for that. */
export const installAwsMcp = async (): Promise<Installed> => {
  const folder = join(inject('runFolder'), 'aws-mcp')
  const [done, failed] = [`${folder}.done`, `${folder}.failed`]
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    await install(folder).then(
      () => writeFile(done, ''),
      (error) => writeFile(failed, String(error)),
    )
  }
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(`aws-mcp is not installed: ${await readFile(failed, 'utf8')}`)
    await setTimeout(100)
  }
  return { folder, program: join(folder, 'node_modules', 'aws-mcp', 'aws-mcp.cjs') }
}

/** No registry is asked: the package depends on nothing. */
const install = async (folder: string): Promise<void> => {
  await run(process.execPath, [join(root, 'scripts', 'build.mjs'), 'aws-mcp'], { cwd: root })
  const quiet = ['--offline', '--no-audit', '--no-fund', '--cache', join(folder, '.npm')]
  await run('npm', ['pack', ...quiet, '--pack-destination', folder], { cwd: join(root, 'dist', 'aws-mcp') })
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  await run('npm', ['install', ...quiet, join(folder, tarball)], { cwd: folder })
}
