import type { Fault } from '../fault.ts'

/** Connections are there, and nobody answers on them. */
export const redisFrozen: Fault = {
  name: 'redis-frozen',
  what: 'Redis is stopped by SIGSTOP, and goes on at the end',
  async strike({ redis }) {
    await redis.signal('SIGSTOP')
    return () => redis.signal('SIGCONT')
  },
}
