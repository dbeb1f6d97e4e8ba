import { createAdminClient } from './admin-client.ts'
import type { CommandContext } from './command-context.ts'
import { connectionOf } from './connection.ts'
import type { InputFiles } from './input-file.ts'
import { oneLine, printable, printableJson } from './printable.ts'
import { TenantFailure } from './tenant-failure.ts'

/** The process around a command for operators. */
export interface OperatorProcess extends InputFiles {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder where the sandbox of this clone writes; absent outside of a clone. */
  readonly sandboxFolder?: string
  stdout(text: string): void
  stderr(text: string): void
}

/** Options that every command for operators has. */
export interface OperatorValues {
  readonly url?: string
  readonly 'token-file'?: string
  readonly json: boolean
}

/** Runs `command` against the admin API and tells its failure; gives the exit code, which is 1 or 2 for a failure. */
export const runOperator = async (
  options: OperatorProcess,
  { url, 'token-file': tokenFile, json }: OperatorValues,
  command: (context: CommandContext) => Promise<number>,
): Promise<number> => {
  const { env, folder, sandboxFolder, stdout, stderr } = options
  try {
    const connection = await connectionOf({ url, tokenFile, env, folder, sandboxFolder })
    return await command({
      admin: createAdminClient(connection),
      files: options,
      print(answer, lines) {
        stdout(json ? `${printableJson(answer)}\n` : `${lines.map(printable).join('\n')}\n`)
      },
      printRaw: (text) => stdout(printable(text)),
    })
  } catch (thrown) {
    if (!(thrown instanceof TenantFailure)) throw thrown
    const issues = thrown.issues.map((issue) => `  ${oneLine(issue)}\n`)
    stderr(`aws-mcp: ${oneLine(thrown.message)}\n${issues.join('')}`)
    return thrown.exitCode
  }
}
