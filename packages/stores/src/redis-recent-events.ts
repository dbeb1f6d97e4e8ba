import { type RecentEventStore, tenantKey } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { decodeEvents } from './recent-event.ts'
import { redisScript } from './redis-script.ts'

/** Bounds of recent events in Redis. */
export interface RedisRecentEventsOptions {
  readonly maxEventsPerTenant: number
  /** How long those of a tenant that does nothing are kept. */
  readonly ttlSeconds: number
}

/** Recent events in Redis, of all replicas together. */
export const redisRecentEvents = (
  { client, run }: RedisConnection,
  { maxEventsPerTenant, ttlSeconds }: RedisRecentEventsOptions,
): RecentEventStore => ({
  async add(event) {
    const { tenant_id: tenantId } = event
    if (tenantId === undefined) return
    await run(addScript, [keyOf(tenantId)], [JSON.stringify(event), maxEventsPerTenant, ttlSeconds])
  },
  newest: async (of) => decodeEvents(await client.lrange(keyOf(of.tenantId), 0, maxEventsPerTenant - 1), of),
})

const keyOf = (tenantId: string): string => tenantKey(tenantId, 'recent')

/** KEYS: the events of a tenant. ARGV: an event, how many are kept, seconds to live. */
const addScript = redisScript(`
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
`)
