import { ConfigurationError, GatewayError, type Log } from '@gateway/domain'

/** Levels of the log, least severe first. */
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type Level = (typeof levels)[number]

/**
 * A log of one JSON line per event for standard error, which hosts show as it is: allow-listed fields only, never
 * arguments, results or text of a library.
 */
export const stderrLog = (level: Level, write: (text: string) => void): Log => {
  const at = (own: Level) => (fields: object, msg: string) => {
    if (levels.indexOf(own) < levels.indexOf(level)) return
    write(`${JSON.stringify({ level: own, time: new Date().toISOString(), msg, ...listedOnly(fields) })}\n`)
  }
  return { info: at('info'), error: at('error') }
}

const values = new Set('tool resource prompt outcome code ms tenant account role roleArn region'.split(' '))

const listedOnly = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (name === 'err' && value !== undefined) return [[name, safeError(value)]]
      return values.has(name) && typeof value !== 'object' ? [[name, value]] : []
    }),
  )

/** The message only where it is ours or the system's: what a library writes into one may quote anything. */
const safeError = (error: unknown): object => {
  if (!(error instanceof Error)) return { type: typeof error }
  const own = error instanceof GatewayError || error instanceof ConfigurationError || 'syscall' in error
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line))
  return {
    type: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(own && { message: error.message }),
    stack: frames.slice(0, 8).join('\n'),
  }
}
