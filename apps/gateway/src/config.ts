import { ConfigurationError, faultOf } from '@gateway/domain'
import type { TraceSettings } from '@gateway/telemetry'
import { z } from 'zod'
import { type AdminConfig, adminConfig, adminEnvironment, adminFaults } from './admin/admin-config.ts'
import {
  type AuditBucketConfig,
  auditBucketConfig,
  auditBucketEnvironment,
  auditBucketFaults,
} from './audit-bucket-config.ts'
import { type AuditConfig, auditConfig, auditEnvironment, auditFaults } from './audit-config.ts'
import {
  type AuthorizationConfig,
  authorizationEnvironment,
  authorizationFaults,
} from './authorization-config.ts'
import { isLoopback } from './is-loopback.ts'
import { type LoadConfig, loadConfig, loadEnvironment } from './load-config.ts'
import { type MetricsConfig, metricsConfig, metricsEnvironment, metricsFaults } from './metrics-config.ts'
import { wholeNumber } from './number-settings.ts'
import { type RedisConfig, redisConfig, redisEnvironment, redisFaults } from './redis-config.ts'
import { tracingConfig, tracingEnvironment } from './tracing-config.ts'
import { trustedProxies } from './trusted-proxies.ts'

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

// The characters too: a URL's host may hold a quote, and the origin is written into quoted header parameters.
const isOrigin = (url: URL, text: string) => url.origin === text && /^[a-z0-9_:/.[\]-]+$/.test(text)

const origin = httpUrl.refine((text) => !URL.canParse(text) || isOrigin(new URL(text), text), {
  error: 'must be a lower-case origin such as https://mcp.example.com, without path or trailing slash',
})

const stateKey = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => key.length >= 32, { error: 'must be base64 of at least 32 random bytes' })

const environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .pipe(z.int().max(65_535))
    .default(3000),
  PUBLIC_URL: origin.optional(),
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((each) => each.trim() || []))
    .pipe(z.array(origin)),
  TENANTS_FILE: z.string().min(1).optional(),
  ...redisEnvironment,
  STATE_KEY: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(stateKey).max(3))
    .default([]),
  SSE_TRANSPORT: z.enum(['0', '1']).default('0'),
  FIXTURE_TENANT: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((each) => each.trim() || [])),
  FIXTURE_EXTRA_TOOLS: wholeNumber(0, 1000).default(0),
  PRICE_TABLE_FILE: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  AWS_ENDPOINT_URL: httpUrl.optional(),
  ROLE_VERIFICATION: z.enum(['0', '1']).optional(),
  DRAIN_DELAY_MS: wholeNumber(0, 15_000).default(0),
  EXIT_WITH_PARENT: z.enum(['0', '1']).default('0'),
  TRUSTED_PROXIES: trustedProxies,
  RESOURCE_DOCUMENTATION_URL: httpUrl.optional(),
  AUTHORIZATION_URL: origin.optional(),
  ...authorizationEnvironment,
  ...adminEnvironment,
  ...auditEnvironment,
  ...loadEnvironment,
  ...auditBucketEnvironment,
  ...tracingEnvironment,
  ...metricsEnvironment,
})

/** Settings of one gateway process, from its environment. */
export interface Config extends RedisConfig {
  readonly host: string
  readonly port: number
  /** Origin under which clients know the gateway; every URL that it tells anybody is made from it. */
  readonly publicUrl: string
  /** Canonical resource and audience of tokens (RFC 8707): the public URL and `/mcp`. */
  readonly resource: string
  readonly allowedOrigins: readonly string[]
  /** Addresses and networks of proxies whose `X-Forwarded-For` says where a request came from. */
  readonly trustedProxies: readonly string[]
  /** Absent where tenants are only made by the admin API. */
  readonly tenantsFile?: string
  /** Sign cursors and states, the first one; all verify. Shared by all replicas, at least 32 bytes each. */
  readonly stateKeys: readonly Buffer[]
  /** Whether the HTTP+SSE transport of 2024-11-05 is served at `/sse`. */
  readonly sseTransport: boolean
  /** The tenants that are offered the fixtures of the conformance suite. */
  readonly fixtureTenants: readonly string[]
  readonly fixtureExtraTools: number
  readonly audit: AuditConfig & AuditBucketConfig
  /** Prices that estimates go by; absent means those that come with the program. */
  readonly priceTableFile?: string
  readonly logLevel: string
  /** Milliseconds between SIGTERM and the end of listening, in which `/readyz` is 503 and balancers turn elsewhere. */
  readonly drainDelayMs: number
  /** Whether to stop when the parent process closes its IPC channel. */
  readonly exitWithParent: boolean
  /** Test backend for all of AWS; for the operator only, never for a caller. */
  readonly awsEndpoint?: string
  /**
   * Whether roles are verified by themselves. Unless it is said so, not against a test backend: most of those let
   * everybody into every role, and would have all of them blocked.
   */
  readonly roleVerification: boolean
  /** Page that tells people how to connect; absent where there is none. */
  readonly documentation?: string
  /** Absent where people do not sign in through the gateway. */
  readonly authorization?: AuthorizationConfig
  /** `authorization`: a process that is the authorization server and nothing else. */
  readonly serves: 'all' | 'authorization'
  /** Absent where no admin API is served. */
  readonly admin?: AdminConfig
  readonly load: LoadConfig
  /** Absent where no spans are exported. */
  readonly tracing?: TraceSettings
  /** Absent where no metrics are served. */
  readonly metrics?: MetricsConfig
}

/** Reads the settings; throws `ConfigurationError` with every fault by its name, and never a value. */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environment.safeParse(given)
  const faults = redisFaults(given)
  if (!given.PUBLIC_URL && given.HOST && !isLoopback(given.HOST)) {
    faults.push('PUBLIC_URL: is needed when HOST is not loopback: the origin that clients use')
  }
  if (!given.PUBLIC_URL && /^0+$/.test(given.PORT ?? '')) {
    faults.push('PUBLIC_URL: is needed when PORT is 0: the origin that clients use')
  }
  if (!given.TENANTS_FILE && !given.REDIS_URL && !given.ADMIN_ISSUER) {
    faults.push('TENANTS_FILE: is needed unless tenants come from REDIS_URL or are made through ADMIN_ISSUER')
  }
  faults.push(...authorizationFaults(given), ...adminFaults(given))
  faults.push(...auditFaults(given), ...auditBucketFaults(given), ...metricsFaults(given))
  // What is wrong with the value of a setting that says nothing is not to be mended.
  const idle = (fault: string) =>
    faults.some((each) => each.startsWith(`${fault.split(':')[0]}: says nothing`))
  const own = parsed.success ? [] : parsed.error.issues.map(faultOf)
  faults.unshift(...own.filter((fault) => !idle(fault)))
  if (!parsed.success || faults.length > 0) throw new ConfigurationError('The environment', faults)
  const values = parsed.data
  const host = values.HOST.replace(/^\[(.*)\]$/, '$1')
  const named = host.includes(':') ? `[${host}]` : host
  const publicUrl = values.PUBLIC_URL ?? new URL(`http://${named}:${values.PORT}`).origin
  const [admin, tracing, metrics] = [adminConfig(values), tracingConfig(values), metricsConfig(values)]
  const { AUTHORIZATION_URL: issuer, AUTHORIZATION_PORT: port } = values
  const { RESOURCE_DOCUMENTATION_URL: documentation, EGRESS_PROXY_URL: proxy } = values
  return {
    host,
    port: values.PORT,
    publicUrl,
    resource: `${publicUrl}/mcp`,
    allowedOrigins: values.ALLOWED_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    logLevel: values.LOG_LEVEL,
    drainDelayMs: values.DRAIN_DELAY_MS,
    roleVerification: (values.ROLE_VERIFICATION ?? (values.AWS_ENDPOINT_URL ? '0' : '1')) === '1',
    exitWithParent: values.EXIT_WITH_PARENT === '1',
    ...(values.TENANTS_FILE !== undefined && { tenantsFile: values.TENANTS_FILE }),
    ...redisConfig(values),
    stateKeys: values.STATE_KEY,
    sseTransport: values.SSE_TRANSPORT === '1',
    fixtureTenants: values.FIXTURE_TENANT,
    fixtureExtraTools: values.FIXTURE_EXTRA_TOOLS,
    audit: { ...auditConfig(values, values.STATE_KEY[0]), ...auditBucketConfig(values) },
    ...(values.PRICE_TABLE_FILE !== undefined && { priceTableFile: values.PRICE_TABLE_FILE }),
    ...(values.AWS_ENDPOINT_URL !== undefined && { awsEndpoint: values.AWS_ENDPOINT_URL }),
    ...(documentation !== undefined && { documentation }),
    ...(issuer !== undefined && {
      authorization: {
        issuer,
        ...(port !== undefined && { port }),
        ...(proxy !== undefined && { egressProxyUrl: proxy }),
      },
    }),
    serves: values.SERVES,
    load: loadConfig(values),
    ...(admin && { admin }),
    ...(tracing && { tracing }),
    ...(metrics && { metrics }),
  }
}
