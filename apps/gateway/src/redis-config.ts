import { z } from 'zod'

type Address = { readonly host: string; readonly port: number }

const parsed = (text: string): Address | undefined => {
  const url = URL.canParse(`redis://${text}`) ? new URL(`redis://${text}`) : undefined
  if (!url || url.host !== text.toLowerCase() || url.port === '') return undefined
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port) }
}

/** Settings that say where Redis is, as they stand in the environment. */
export const redisEnvironment = {
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis or rediss URL' }).optional(),
  REDIS_SENTINELS: z
    .string()
    .transform((text, context) =>
      text.split(',').map((each) => {
        const address = parsed(each.trim())
        if (!address)
          context.addIssue({ code: 'custom', message: 'must be host:port of each, with commas between' })
        return address ?? { host: '', port: 0 }
      }),
    )
    .optional(),
  REDIS_SENTINEL_NAME: z.string().min(1).optional(),
  REDIS_SENTINEL_PASSWORD: z.string().min(1).optional(),
}

/** Where Redis is; absent where the process keeps all in memory. */
export interface RedisConfig {
  /** Of Redis itself; with sentinels only its user, password, database and whether TLS is used. */
  readonly redisUrl?: string
  /** Who knows which Redis is the master. */
  readonly redisSentinels?: {
    readonly name: string
    readonly addresses: readonly Address[]
    readonly password?: string
  }
}

type Given = Readonly<Record<string, string | undefined>>

/** Faults between these settings and others. */
export const redisFaults = (given: Given): string[] => {
  const faults: string[] = []
  if (given.REDIS_URL && !given.STATE_KEY) {
    faults.push('STATE_KEY: is needed with REDIS_URL, the same on every replica: base64 of 32 random bytes')
  }
  if (given.REDIS_SENTINELS && !given.REDIS_URL) {
    faults.push('REDIS_URL: is needed with REDIS_SENTINELS; it says user, password, database and TLS')
  }
  if (given.REDIS_SENTINELS && !given.REDIS_SENTINEL_NAME) {
    faults.push('REDIS_SENTINEL_NAME: is needed with REDIS_SENTINELS: what they call the master')
  }
  for (const name of ['REDIS_SENTINEL_NAME', 'REDIS_SENTINEL_PASSWORD']) {
    if (given[name] && !given.REDIS_SENTINELS) faults.push(`${name}: says nothing without REDIS_SENTINELS`)
  }
  return faults
}

/** The settings, once they have no faults. */
export const redisConfig = (
  values: {
    readonly [Name in keyof typeof redisEnvironment]?: z.output<(typeof redisEnvironment)[Name]>
  },
): RedisConfig => {
  const { REDIS_URL: redisUrl, REDIS_SENTINELS: addresses, REDIS_SENTINEL_PASSWORD: password } = values
  const { REDIS_SENTINEL_NAME: name = '' } = values
  if (redisUrl === undefined) return {}
  const redisSentinels = addresses && { name, addresses, ...(password !== undefined && { password }) }
  return { redisUrl, ...(redisSentinels && { redisSentinels }) }
}
