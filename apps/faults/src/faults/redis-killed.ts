import type { Fault } from '../fault.ts'

/** Nothing listens where Redis was; it comes back empty. */
export const redisKilled: Fault = {
  name: 'redis-killed',
  what: 'Redis is killed, and started again empty at the end',
  // Who was revoked is not known any more: tokens from before are not taken, and everybody signs in again.
  refusesWith: ['invalid_token'],
  async strike({ redis }) {
    await redis.signal('SIGKILL')
    return () => redis.restart()
  },
}
