import { inject } from 'vitest'
import { openRedis, type RedisConnection } from '../open-redis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real Redis, started by the global setup of the test run. */
    redisUrl: string
  }
}

/** A connection of the test's own to the Redis of the test run. */
export const openTestRedis = (): Promise<RedisConnection> => openRedis(inject('redisUrl'), { onError() {} })
