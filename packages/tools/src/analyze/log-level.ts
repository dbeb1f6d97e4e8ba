export const logLevels = ['error', 'warn', 'info', 'debug', 'none'] as const
export type LogLevel = (typeof logLevels)[number]

/** Where a level stands in a line, if it has one. */
const start = 300

/** The level that a line says it has; what an exception or a time-out of Lambda writes is an error. */
export const logLevel = (line: string): LogLevel => {
  const head = line.slice(0, start)
  const word = /\b(fatal|critical|error|severe|warn|warning|info|notice|debug|trace)\b/i.exec(head)?.[1]
  if (word !== undefined) return levels[word.toLowerCase()] ?? 'none'
  return /Exception|Traceback|panic:|Task timed out after/.test(head) ? 'error' : 'none'
}

const levels: Readonly<Record<string, LogLevel>> = {
  fatal: 'error',
  critical: 'error',
  error: 'error',
  severe: 'error',
  warn: 'warn',
  warning: 'warn',
  info: 'info',
  notice: 'info',
  debug: 'debug',
  trace: 'debug',
}
