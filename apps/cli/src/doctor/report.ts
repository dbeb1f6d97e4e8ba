import { oneLine } from '../tenant/printable.ts'
import type { Finding } from './verdict.ts'

/** One finding: a line, and what is wrong and how to mend it below it. Text of the deployment controls no terminal. */
export const findingText = ({ status, host, id, title, problem, remedy }: Finding): string =>
  [
    `${status.padEnd(5)}${host.padEnd(15)}${id}: ${title}`,
    ...below(status === 'skip' ? [`${problem} ${remedy}`] : [problem, remedy]),
  ]
    .map((line) => `${line}\n`)
    .join('')

const below = (lines: readonly (string | undefined)[]): string[] =>
  lines.flatMap((each) => (each === undefined ? [] : `     ${oneLine(each).slice(0, 600)}`))

/** How many findings there are of each kind. */
export const summaryText = (findings: readonly Finding[]): string => {
  const count = (status: Finding['status']) => findings.filter((each) => each.status === status).length
  return `\n${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail, ${count('skip')} skip\n`
}

/** 0 where nothing failed, else 1. */
export const exitCode = (findings: readonly Finding[]): 0 | 1 =>
  findings.some(({ status }) => status === 'fail') ? 1 : 0
