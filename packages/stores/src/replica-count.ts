import { randomUUID } from 'node:crypto'
import type { RedisConnection } from './open-redis.ts'
import { redisScript } from './redis-script.ts'

/** How many replicas share a Redis, as this one knows it, until it is closed. */
export interface ReplicaCount {
  /** At least 1; also while Redis is away. */
  count(): number
  /** Takes this one out, so that the others count it no longer; never rejects. */
  close(): Promise<void>
}

/** Milliseconds after which one that gives no sign of life is not counted any more; there is one every `beatMs`. */
const aliveMs = 15_000

/** Counts that are remembered, of which the largest holds: one that was emptied a moment ago knows too few. */
const remembered = 4

/** Counted at least until that many counts are remembered: who has just started may be the first of several. */
const atFirst = 2

/** KEYS[1]: replicas by the moment of their last sign of life (ZSET), of no tenant. ARGV: who, and milliseconds that it counts. */
const beatScript = redisScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
`)

const key = '{~replicas}:alive'

/** Counts the replicas that share a Redis, this one among them; the first count does not have to succeed. */
export const countReplicas = async (
  { run, client }: RedisConnection,
  { beatMs = 5_000 }: { readonly beatMs?: number } = {},
): Promise<ReplicaCount> => {
  const name = randomUUID()
  let counts: number[] = []
  const beat = async (): Promise<void> => {
    const count = await run(beatScript, [key], [name, aliveMs]).catch(() => undefined)
    if (typeof count === 'number') counts = [count, ...counts].slice(0, remembered)
  }
  await beat()
  const timer = setInterval(() => void beat(), beatMs).unref()
  return {
    count: () => Math.max(counts.length < remembered ? atFirst : 1, ...counts),
    async close() {
      clearInterval(timer)
      await client.zrem(key, name).catch(() => undefined)
    },
  }
}
