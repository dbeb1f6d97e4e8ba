import { answers } from '../tenant/admin-answers.ts'
import type { CommandContext } from '../tenant/command-context.ts'
import { oneLine } from '../tenant/printable.ts'
import { type OperatorProcess, runOperator } from '../tenant/run-operator.ts'
import { table } from '../tenant/table.ts'
import { ask } from '../tenant/tenant-life-commands.ts'
import type { KeysArguments } from './keys-arguments.ts'

/** The process around `aws-mcp keys`. */
export interface KeysProcess extends OperatorProcess {
  readonly asked: KeysArguments
}

/** Runs one command against the admin API; gives the exit code: 0, 1 for a failure, 2 for a wrong command line. */
export const runKeys = (options: KeysProcess): Promise<number> => {
  const { command, values } = options.asked
  return runOperator(options, values, command === 'list' ? list : rotate)
}

const list = async (context: CommandContext): Promise<number> => {
  const answer = await ask(context, { method: 'GET', path: '/signing-keys' }, answers.keys)
  const rows = answer.keys.map(({ kid, state, signsFrom }) => [kid, state, signsFrom])
  context.print(answer, table([['KEY', 'STATE', 'SIGNS FROM'], ...rows]))
  return 0
}

const rotate = async (context: CommandContext): Promise<number> => {
  const answer = await ask(context, { method: 'POST', path: '/signing-keys/rotate' }, answers.rotated)
  context.print(answer, [
    `Key ${oneLine(answer.kid)} is published and signs from ${oneLine(answer.signsFrom)}.`,
    'The one before stays published until the last token that it signed has expired. Nobody is signed out.',
  ])
  return 0
}
