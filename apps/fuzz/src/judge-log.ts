import { readFile } from 'node:fs/promises'
import { type Finding, findingOf } from './finding.ts'

/** Lines that only a fault of the program writes: levels of error and above, and what is no line of the log at all. */
export const judgeLog = async (file: string): Promise<Finding[]> =>
  faultsInLog(await readFile(file, 'utf8')).map((detail) =>
    findingOf(undefined, { kind: 'error logged', detail }),
  )

/** The faults in the text of a log, one each. */
export const faultsInLog = (log: string): string[] =>
  log.split('\n').flatMap((line) => {
    if (line === '') return []
    const entry = entryIn(line)
    if (!entry) return [line.slice(0, 300)]
    if (entry.level !== 'error' && entry.level !== 'fatal') return []
    // The machine may be busy: a store that was slow is not there for a moment.
    if (codeOf(entry) === 'unavailable' || codeOf(entry.err) === 'unavailable') return []
    return [JSON.stringify({ msg: entry.msg, code: entry.code, err: entry.err }).slice(0, 1_500)]
  })

const entryIn = (line: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

const codeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'code' in value ? value.code : undefined
