import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './sandbox.ts'

const run = promisify(execFile)

/** The npm package, built, packed and installed into a folder that has nothing else. */
export interface Installed extends AsyncDisposable {
  readonly folder: string
  /** The program itself, for tests that send it signals: npx does not pass them all on. */
  readonly program: string
}

/** Builds and installs `aws-mcp` as a person would get it. No registry is asked: it depends on nothing. */
export const installAwsMcp = async (): Promise<Installed> => {
  await run(process.execPath, [join(root, 'scripts', 'build.mjs'), 'aws-mcp'], { cwd: root })
  const folder = await mkdtemp(join(tmpdir(), 'aws-mcp-'))
  const quiet = ['--offline', '--no-audit', '--no-fund', '--cache', join(folder, '.npm')]
  await run('npm', ['pack', ...quiet, '--pack-destination', folder], { cwd: join(root, 'dist', 'aws-mcp') })
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  await run('npm', ['install', ...quiet, join(folder, tarball)], { cwd: folder })
  return {
    folder,
    program: join(folder, 'node_modules', 'aws-mcp', 'aws-mcp.cjs'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
