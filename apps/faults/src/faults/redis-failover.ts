import type { Fault } from '../fault.ts'
import { openSentinelRedis } from '../stage/sentinel-redis.ts'

/** The master is gone for good, and the sentinels make its replica the master. The fault ends when they have. */
export const redisFailover: Fault = {
  name: 'redis-failover',
  what: 'the master of Redis is killed, and Sentinel makes its replica the master',
  openRedis: openSentinelRedis,
  async strike({ redis }) {
    await redis.signal('SIGKILL')
    return async () => undefined
  },
}
