import type { LoggerOptions } from 'pino'
import { safeError } from './safe-error.ts'
import { scrub } from './scrub.ts'

/**
 * pino options: allow-listed fields only (never headers, URLs, bodies, arguments or results), and every line goes
 * through the scrubber.
 */
export const loggerOptions = (level: string): LoggerOptions => ({
  level,
  base: { service: 'aws-mcp-gateway' },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label }) },
  serializers: {
    req: (request: { method?: string; id?: string; routeOptions?: { url?: string } }) => ({
      method: request.method,
      route: request.routeOptions?.url,
      id: request.id,
    }),
    res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
    err: (error: unknown) => safeError(error),
    // Paths and what is wrong there, never values.
    faults: (faults: unknown) => (Array.isArray(faults) ? faults.slice(0, 100).map(String) : undefined),
    changed: (ids: unknown) => (Array.isArray(ids) ? ids.slice(0, 100).map(String) : undefined),
    missing: (names: unknown) => (Array.isArray(names) ? names.slice(0, 20).map(String) : undefined),
    probes: (probes: unknown) => (Array.isArray(probes) ? probes.slice(0, 20).map(String) : undefined),
    aws: (refusal: { code?: string; requestId?: string; httpStatus?: number }) => ({
      code: refusal.code,
      requestId: refusal.requestId,
      status: refusal.httpStatus,
    }),
  },
  hooks: {
    // pino, and the framework, make the message of an error that of the line where there is no other.
    logMethod(args, method) {
      const [first, message] = args as [unknown, unknown?]
      const error = typeof first === 'object' && first !== null && 'err' in first ? first.err : first
      const borrowed = error instanceof Error && (message === undefined || message === error.message)
      if (borrowed) method.call(this, first === error ? { err: error } : first, 'failed')
      else method.apply(this, args)
    },
    // Here and not in a formatter, which sees neither the bindings of child loggers nor what serializers wrote.
    streamWrite: (line) => (plain.test(line) ? line : scrub(listedOnly(line))),
  },
})

/** Fields that a line may have; those of the second list are objects that the serializers above wrote. */
const values = new Set(
  'level time service msg reqId traceId tool resource prompt outcome code status ms tenant account region role roleArn alarm tenants digest sink count lines packedPolicySize'.split(
    ' ',
  ),
)
const objects = new Set(['req', 'res', 'err', 'aws', 'faults', 'changed', 'probes', 'missing'])

/**
 * A line of listed fields whose values are numbers and words of small letters, as that of nearly every call: there is
 * nothing to take out of it, and to parse and search it would cost more than all else about it.
 */
const plain = (() => {
  const listed = [...values].filter((name) => name !== 'roleArn').join('|')
  return new RegExp(
    `^\\{"level":"[a-z]+","time":"[\\dT:.Z-]+"(?:,"(?:${listed})":(?:"[a-z0-9_-]*"|\\d+))*\\}\\n$`,
  )
})()

const listedOnly = (line: string): string => {
  const fields = Object.entries(JSON.parse(line) as Record<string, unknown>)
  const listed = fields.filter(([name, value]) =>
    typeof value === 'object' ? objects.has(name) : values.has(name),
  )
  return `${JSON.stringify(Object.fromEntries(listed))}\n`
}
