import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { nodeEnvironment } from './node-environment.ts'
import { root } from './sandbox.ts'

/** How a command ended. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `aws-mcp` from the clone, beside the sandbox whose files are in `folder`; never throws for an exit code. */
export const awsMcp =
  (folder: string) =>
  (...words: readonly string[]): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const main = join(root, 'apps', 'cli', 'src', 'main.ts')
      const env = { ...nodeEnvironment(), SANDBOX_DIR: folder }
      execFile(process.execPath, [main, ...words], { cwd: folder, env }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error)
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr })
      })
    })
