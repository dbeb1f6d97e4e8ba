import { type LogLevel, logLevel } from './log-level.ts'
import { logPattern } from './log-pattern.ts'
import { withoutSecrets } from './log-redaction.ts'

/** A line of a log and when it was written, in milliseconds since the epoch. */
export interface LogLine {
  readonly at: number
  readonly text: string
}

/** Lines that say the same. */
export interface PatternCount {
  readonly pattern: string
  readonly level: LogLevel
  count: number
  first: number
  last: number
  /** The first of them, without what looks like a secret. */
  readonly sample: string
}

/** Characters of an event that are looked at: CloudWatch Logs takes a megabyte in one. */
const mostCharacters = 1_000
const mostShown = 300

/** Counts lines by pattern and level as they come. */
export const patternCounter = () => {
  const patterns = new Map<string, PatternCount>()
  const levels: Record<LogLevel, number> = { error: 0, warn: 0, info: 0, debug: 0, none: 0 }
  let lines = 0
  return {
    add({ at, text }: LogLine): void {
      const line = withoutSecrets(firstLine(text.slice(0, mostCharacters)))
      const level = logLevel(line)
      lines += 1
      levels[level] += 1
      const pattern = logPattern(line)
      const known = patterns.get(pattern)
      if (known) {
        known.count += 1
        known.first = Math.min(known.first, at)
        known.last = Math.max(known.last, at)
      } else {
        patterns.set(pattern, {
          pattern: cut(pattern),
          level,
          count: 1,
          first: at,
          last: at,
          sample: cut(line),
        })
      }
    },
    lines: () => lines,
    levels: () => ({ ...levels }),
    /** All of them, the most frequent first. */
    patterns: () => [...patterns.values()].sort((one, other) => other.count - one.count),
  }
}

/** The lines below are a stack, or more of the same. */
const firstLine = (text: string): string =>
  text
    .trimStart()
    .split(/[\r\n]/, 1)[0]
    ?.trimEnd() ?? ''

/** The start of a text, with a mark where more follows. */
const cut = (text: string): string => (text.length > mostShown ? `${text.slice(0, mostShown)}…` : text)
