import type { AdminClient } from './admin-client.ts'
import type { InputFiles } from './input-file.ts'
import type { TenantArguments } from './tenant-arguments.ts'
import type { TenantCommandName } from './tenant-commands.ts'

/** What a command works with. */
export interface CommandContext {
  readonly admin: AdminClient
  readonly files: InputFiles
  /** Prints `lines`, or `answer` where JSON was asked for. */
  print(answer: unknown, lines: readonly string[]): void
  /** Prints text as it is, but for what would control a terminal. */
  printRaw(text: string): void
}

/** What one command was asked for. */
export type AskedFor<Name extends TenantCommandName> = Extract<TenantArguments, { command: Name }>

/** Runs one command; gives the exit code. */
export type RunCommand<Name extends TenantCommandName> = (
  asked: AskedFor<Name>,
  context: CommandContext,
) => Promise<number>
