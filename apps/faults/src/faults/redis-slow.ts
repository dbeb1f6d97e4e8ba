import type { Fault } from '../fault.ts'

/** Every answer comes, and all of them too late. */
export const redisSlow: Fault = {
  name: 'redis-slow',
  what: 'every answer of Redis takes 2 s',
  async strike({ redis: { way } }) {
    if (!way) throw new Error('this Redis has no way that could be slow')
    way.delayMs = 2_000
    return async () => {
      way.delayMs = 0
    }
  },
}
