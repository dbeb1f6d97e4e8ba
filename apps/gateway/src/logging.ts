import type { LoggerOptions } from 'pino'
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
  },
  hooks: { streamWrite: scrub },
})

/** Name, code and message of an error and of what caused it; AWS's own objects hold headers and are left out. */
const safeError = (error: unknown, depth = 0): object => {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, stack, cause } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    type: name,
    ...(code !== undefined && { code }),
    message,
    ...(depth === 0 && { stack: stack?.split('\n').slice(1, 8).join('\n') }),
    ...(cause !== undefined && depth < 3 && { cause: safeError(cause, depth + 1) }),
  }
}
