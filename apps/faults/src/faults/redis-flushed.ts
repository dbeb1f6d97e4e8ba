import type { Fault } from '../fault.ts'
import { redisCommand } from '../stage/redis-server.ts'

/** All that Redis held is gone at once: sessions, limits, denials. */
export const redisFlushed: Fault = {
  name: 'redis-flushed',
  what: 'FLUSHALL, with scripts',
  seconds: 1,
  // Who was revoked is not known any more: tokens from before are not taken, and everybody signs in again.
  refusesWith: ['invalid_token'],
  async strike({ redis }) {
    const url = await redis.url()
    await redisCommand(url, 'FLUSHALL')
    await redisCommand(url, 'SCRIPT FLUSH')
    return async () => undefined
  },
}
