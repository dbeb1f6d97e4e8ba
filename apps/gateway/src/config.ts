import { ConfigurationError, faultOf } from '@gateway/domain'
import { z } from 'zod'

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

const origin = httpUrl.refine((text) => new URL(text).origin === text, {
  error: 'must be a lower-case origin such as https://mcp.example.com, without path or trailing slash',
})

const environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PUBLIC_URL: origin.optional(),
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((each) => each.trim() || []))
    .pipe(z.array(origin)),
  TENANTS_FILE: z.string().min(1),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis or rediss URL' }).optional(),
  STATE_KEY: z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length >= 32, { error: 'must be base64 of at least 32 random bytes' })
    .optional(),
  AUDIT_FILE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  AWS_ENDPOINT_URL: httpUrl.optional(),
})

/** Settings of one gateway process, from its environment. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Origin under which clients know the gateway; every URL that it tells anybody is made from it. */
  readonly publicUrl: string
  /** Canonical resource and audience of tokens (RFC 8707): the public URL and `/mcp`. */
  readonly resource: string
  readonly allowedOrigins: readonly string[]
  readonly tenantsFile: string
  readonly redisUrl?: string
  /** Signs cursors; shared by all replicas, at least 32 bytes. */
  readonly stateKey?: Buffer
  readonly auditFile?: string
  readonly logLevel: string
  /** Test backend for all of AWS; for the operator only, never for a caller. */
  readonly awsEndpoint?: string
}

/** Reads the settings; throws `ConfigurationError` with every fault by its name, and never a value. */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environment.safeParse(given)
  if (!parsed.success) throw new ConfigurationError('The environment', parsed.error.issues.map(faultOf))
  const values = parsed.data
  const faults: string[] = []
  if (values.REDIS_URL && !values.STATE_KEY) {
    faults.push('STATE_KEY: is needed with REDIS_URL, the same on every replica: base64 of 32 random bytes')
  }
  if (!values.PUBLIC_URL && !isLoopback(values.HOST)) {
    faults.push('PUBLIC_URL: is needed when HOST is not loopback: the origin that clients use')
  }
  if (faults.length > 0) throw new ConfigurationError('The environment', faults)
  const publicUrl = values.PUBLIC_URL ?? `http://${values.HOST}:${values.PORT}`
  return {
    host: values.HOST,
    port: values.PORT,
    publicUrl,
    resource: `${publicUrl}/mcp`,
    allowedOrigins: values.ALLOWED_ORIGINS,
    tenantsFile: values.TENANTS_FILE,
    logLevel: values.LOG_LEVEL,
    ...(values.REDIS_URL !== undefined && { redisUrl: values.REDIS_URL }),
    ...(values.STATE_KEY !== undefined && { stateKey: values.STATE_KEY }),
    ...(values.AUDIT_FILE !== undefined && { auditFile: values.AUDIT_FILE }),
    ...(values.AWS_ENDPOINT_URL !== undefined && { awsEndpoint: values.AWS_ENDPOINT_URL }),
  }
}

/** True for host names that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
