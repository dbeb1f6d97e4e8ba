import type { Outcome } from './run-fault.ts'

/** What a run says of one fault. */
export type Reported =
  | ({ readonly fault: string } & Outcome)
  | { readonly fault: string; readonly skipped: string }
  | { readonly fault: string; readonly failed: string }

/** Everything that must not be, in words; empty if all is well. */
export const breaches = (report: Reported): readonly string[] => {
  if ('skipped' in report) return []
  if ('failed' in report) return [report.failed]
  const { lost, duplicated, unrecorded, wrong, chain, recovered } = report
  return [
    ...lost.map((each) => `lost: ${each}`),
    ...duplicated.map((each) => `done twice: ${each}`),
    ...unrecorded.map((each) => `not in the audit: ${each}`),
    ...wrong.map((each) => `wrong answer: ${each}`),
    ...chain.map((each) => `audit chain: ${each}`),
    ...(recovered ? [] : ['it did not recover']),
  ]
}

/** The same as one object of JSON, with counts in place of lists. */
export const jsonOf = (reports: readonly Reported[]): object => ({
  faults: reports.map((report) => {
    if ('skipped' in report || 'failed' in report) return report
    const { fault, calls, answered, refused, lookedUp, writes, recovered } = report
    return {
      fault,
      calls,
      answered,
      refused,
      writes,
      looked_up: lookedUp,
      lost: report.lost.length,
      duplicated_writes: report.duplicated.length,
      audit_missing: report.unrecorded.length,
      wrong_answers: report.wrong.length,
      chain_verified: report.chain.length === 0,
      reads_meanwhile: report.readsMeanwhile,
      recovered,
      failing_before: report.failingBefore,
      recovery_ms: report.recoveryMs,
      longest_decision_ms: report.longestDecisionMs,
    }
  }),
  breaches: reports.flatMap((report) => breaches(report).map((each) => `${report.fault}: ${each}`)),
})

/** The report as a table of text, one line for each fault. */
export const tableOf = (reports: readonly Reported[]): string => {
  const rows = [titles, ...reports.map(rowOf)]
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, n) => pad(cell, n, widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const titles = [
  'fault',
  'calls',
  'answered',
  'lost',
  'twice',
  'unaudited',
  'wrong',
  'chain',
  'writes',
  'looked up',
  'reads meanwhile',
  'recovery',
  'longest decision',
  'refused',
]

const rowOf = (report: Reported): readonly string[] => {
  const blank = titles.slice(2).map(() => '')
  if ('skipped' in report) return [report.fault, ...blank, `not run: ${report.skipped}`]
  if ('failed' in report) return [report.fault, ...blank, `failed: ${report.failed}`]
  const { fault, calls, answered, lost, duplicated, unrecorded, wrong, writes, lookedUp, refused } = report
  const { readsMeanwhile, recovered, recoveryMs, longestDecisionMs } = report
  return [
    fault,
    ...[calls, answered, lost.length, duplicated.length, unrecorded.length, wrong.length].map(String),
    report.chain.length === 0 ? 'ok' : 'bad',
    ...[writes, lookedUp].map(String),
    `${readsMeanwhile.good} of ${readsMeanwhile.all}`,
    recovered ? `${recoveryMs} ms` : 'none',
    `${longestDecisionMs} ms`,
    Object.entries(refused)
      .map(([code, count]) => `${count} ${code}`)
      .join(', ') || '-',
  ]
}

/** Numbers to the right. */
const pad = (cell: string, column: number, width: number): string =>
  column > 0 && column < titles.length - 1 && /^\d/.test(cell) ? cell.padStart(width) : cell.padEnd(width)
