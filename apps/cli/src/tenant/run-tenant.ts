import { accountCommands } from './account-commands.ts'
import { createAdminClient } from './admin-client.ts'
import type { CommandContext } from './command-context.ts'
import { connectionOf } from './connection.ts'
import type { InputFiles } from './input-file.ts'
import { oneLine, printable, printableJson } from './printable.ts'
import { templateCommand } from './template-command.ts'
import type { TenantArguments } from './tenant-arguments.ts'
import { TenantFailure } from './tenant-failure.ts'
import { tenantLifeCommands } from './tenant-life-commands.ts'

/** The process around `aws-mcp tenant`. */
export interface TenantProcess extends InputFiles {
  readonly asked: TenantArguments
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder where the sandbox of this clone writes; absent outside of a clone. */
  readonly sandboxFolder?: string
  stdout(text: string): void
  stderr(text: string): void
}

/**
 * Runs one command against the admin API; gives the exit code: 0, 1 for a failure, 2 for a wrong command line, 3 for a
 * verification that was not accepted.
 */
export const runTenant = async (options: TenantProcess): Promise<number> => {
  const { asked, env, folder, sandboxFolder, stdout, stderr } = options
  const { url, 'token-file': tokenFile, json } = asked.values
  try {
    const connection = await connectionOf({ url, tokenFile, env, folder, sandboxFolder })
    const context: CommandContext = {
      admin: createAdminClient(connection),
      files: options,
      print(answer, lines) {
        stdout(json ? `${printableJson(answer)}\n` : `${lines.map(printable).join('\n')}\n`)
      },
      printRaw: (text) => stdout(printable(text)),
    }
    return await command(asked, context)
  } catch (thrown) {
    if (!(thrown instanceof TenantFailure)) throw thrown
    const issues = thrown.issues.map((issue) => `  ${oneLine(issue)}\n`)
    stderr(`aws-mcp: ${oneLine(thrown.message)}\n${issues.join('')}`)
    return thrown.exitCode
  }
}

const command = (asked: TenantArguments, context: CommandContext): Promise<number> => {
  const { list, show, create, update, suspend, resume, offboard } = tenantLifeCommands
  const { add, change, remove, onboarding, verify, rotate } = accountCommands
  switch (asked.command) {
    case 'list':
      return list(asked, context)
    case 'show':
      return show(asked, context)
    case 'create':
      return create(asked, context)
    case 'update':
      return update(asked, context)
    case 'suspend':
      return suspend(asked, context)
    case 'resume':
      return resume(asked, context)
    case 'offboard':
      return offboard(asked, context)
    case 'add-account':
      return add(asked, context)
    case 'update-account':
      return change(asked, context)
    case 'remove-account':
      return remove(asked, context)
    case 'onboarding':
      return onboarding(asked, context)
    case 'template':
      return templateCommand(asked, context)
    case 'verify':
      return verify(asked, context)
    case 'rotate-external-id':
      return rotate(asked, context)
  }
}
