import { principalId, type StopTarget, stopId } from '@gateway/domain'
import { answers } from '../tenant/admin-answers.ts'
import type { CommandContext } from '../tenant/command-context.ts'
import { oneLine } from '../tenant/printable.ts'
import { type OperatorProcess, runOperator } from '../tenant/run-operator.ts'
import { table } from '../tenant/table.ts'
import { ask } from '../tenant/tenant-life-commands.ts'
import type { NamedTarget, StopArguments } from './stop-arguments.ts'

/** The process around `aws-mcp stop` and `aws-mcp resume`. */
export interface StopProcess extends OperatorProcess {
  readonly asked: StopArguments
}

/** Runs one command against the admin API; gives the exit code: 0, 1 for a failure, 2 for a wrong command line. */
export const runStop = (options: StopProcess): Promise<number> => {
  const { asked } = options
  return runOperator(options, asked.values, (context) => {
    switch (asked.command) {
      case 'list':
        return list(context)
      case 'stop':
        return stop(asked.target, asked.reason, context)
      case 'resume':
        return resume(asked.target, context)
    }
  })
}

const list = async (context: CommandContext): Promise<number> => {
  const answer = await ask(context, { method: 'GET', path: '/stops' }, answers.stops)
  const rows = answer.stops.map(({ id, since, by, reason }) => [id, since, by.subject, reason])
  context.print(
    answer,
    rows.length === 0 ? ['Nothing is stopped.'] : table([['STOPPED', 'SINCE', 'BY', 'REASON'], ...rows]),
  )
  return 0
}

const stop = async (target: NamedTarget, reason: string, context: CommandContext): Promise<number> => {
  const request = { method: 'POST', path: '/stops', body: { ...target, reason } } as const
  const answer = await ask(context, request, answers.stopped)
  const { stop: made, effectiveWithinSeconds: seconds } = answer
  context.print(answer, [
    `Stopped: ${oneLine(made.id)}. Every replica refuses it within ${seconds} s, until it is resumed.`,
    'What AWS has been asked already is not taken back.',
  ])
  return 0
}

const resume = async (target: NamedTarget, context: CommandContext): Promise<number> => {
  const path = `/stops/${encodeURIComponent(stopId(withId(target)))}`
  const answer = await ask(context, { method: 'DELETE', path }, answers.resumed)
  context.print(answer, [
    `Resumed: ${oneLine(answer.resumed)}. It goes on, on every replica within ${answer.effectiveWithinSeconds} s, unless another stop covers it.`,
  ])
  return 0
}

const withId = (target: NamedTarget): StopTarget => {
  if (target.kind !== 'principal' || 'principalId' in target) return target
  const { kind, tenantId, issuer, subject } = target
  return { kind, tenantId, principalId: principalId(issuer, subject) }
}
