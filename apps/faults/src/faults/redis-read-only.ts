import type { Fault } from '../fault.ts'
import { redisCommand } from '../stage/redis-server.ts'

/** Reads are answered and writes refused, as after a failover that nobody was told of. */
export const redisReadOnly: Fault = {
  name: 'redis-read-only',
  what: 'Redis becomes a replica of nobody, and refuses writes',
  async strike({ redis }) {
    const url = await redis.url()
    await redisCommand(url, 'REPLICAOF 127.0.0.1 1')
    return async () => void (await redisCommand(url, 'REPLICAOF NO ONE'))
  },
}
