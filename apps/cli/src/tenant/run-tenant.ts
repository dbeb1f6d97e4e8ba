import { accountCommands } from './account-commands.ts'
import type { CommandContext } from './command-context.ts'
import { revokeCommand } from './revoke-command.ts'
import { type OperatorProcess, runOperator } from './run-operator.ts'
import { templateCommand } from './template-command.ts'
import type { TenantArguments } from './tenant-arguments.ts'
import { tenantLifeCommands } from './tenant-life-commands.ts'

/** The process around `aws-mcp tenant`. */
export interface TenantProcess extends OperatorProcess {
  readonly asked: TenantArguments
}

/**
 * Runs one command against the admin API; gives the exit code: 0, 1 for a failure, 2 for a wrong command line, 3 for a
 * verification that was not accepted.
 */
export const runTenant = (options: TenantProcess): Promise<number> =>
  runOperator(options, options.asked.values, (context) => command(options.asked, context))

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
    case 'revoke':
      return revokeCommand(asked, context)
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
